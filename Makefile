.DEFAULT_GOAL := help
.PHONY: help venv

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: ## Make .venv with the pinned development tools (nothing to do when unchanged)
	@tools/setup
