# Every target makes what it needs. `make help` first.
.DEFAULT_GOAL := help
RUN := .venv/bin/python -m

.PHONY: help venv test test-fast test-matrix lint unit sanity integration hosts faults molecule build build-tree demo demo-down bench sabotage chaos clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z_ -]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  One test: .venv/bin/pytest tests/unit -k NAME. More: CONTRIBUTING.md."

venv: ## Make .venv with the pinned tools; installs missing system packages as root (INSTALL=0 forbids)
	@tools/setup

demo: venv ## Boot one lab host, install the stack on it, prove it, print the URLs (DEMO_HOST=user@host uses yours)
	@$(RUN) tests.demo up

demo-down: venv ## Remove everything that `make demo` made
	@$(RUN) tests.demo down

test: venv ## Run every test, in the order of worth (TEST_BUDGET_MIN=75 limits the minutes)
	@$(RUN) tests.run

test-fast: venv ## Lint and unit tests, under two minutes
	@$(RUN) tests.run lint unit

test-matrix: venv ## Unit tests and playbook syntax on ansible-core 2.16 to 2.21, target code on Python 3.8 to 3.13
	@$(RUN) tests.matrix

lint unit unit_programs sanity integration hosts faults molecule: venv ##  (each one a stage of the tests)
	@$(RUN) tests.run $@

bench: venv ## Measure against plain tasks, and how time grows with hosts (takes long)
	@$(RUN) bench

sabotage: venv ## Break a proven stack in many ways: verify must name each culprit (docs/testing.md)
	@$(RUN) bench.sabotage

chaos: venv ## Interrupt changes at random moments: nothing may be half done (docs/testing.md)
	@$(RUN) bench.chaos

docs: venv ## Write the roles' README files and render every page into .build/docs
	@$(RUN) tools.docs

build: venv ## Build the collection's archive
	@.venv/bin/ansible-galaxy collection build --force

build-tree: venv ## Stage the copy under .build that ansible-test wants
	@$(RUN) tools.build_tree

clean: ## Remove .venv, .build and what tools left (caches outside the checkout stay)
	rm -rf .venv .build .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis observability-stack-*.tar.gz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
