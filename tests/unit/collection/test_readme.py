"""What the README says is so: its inventory is understood by the roles, its links and names exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md", *sorted(ROOT.glob("docs/**/*.md"))]


def yaml_block(beginning):
    """Return the YAML block of the README that begins with these words."""
    return next(block for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if block.startswith(beginning))


def run_site(inventory, *arguments):
    """Run only the tasks that judge the inventory and the roles' arguments; they touch no host."""
    command = [Path(sys.executable).parent / "ansible-playbook", "-i", inventory, ROOT / "playbooks/site.yml", "--tags", "nothing-else", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_inventory_is_accepted_by_every_role(tmp_path):
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml_block("all:"))
    done = run_site(inventory)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    # Each group's role, and on each of the nodes the collector, which comes with Loki.
    assert len(re.findall("Validating arguments", done.stdout)) == len(yaml.safe_load(inventory.read_text())["all"]["children"]) + 1


def test_the_inventory_with_the_secrets_is_accepted_too(tmp_path):
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml_block("all:"))
    secrets = yaml.safe_load(yaml_block("alertmanager_smtp:"))
    extra = tmp_path / "extra.yml"
    extra.write_text(yaml.safe_dump(secrets | {"vault_smtp_password": "secret"}))
    done = run_site(inventory, "-e", f"@{extra}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_slip_in_the_inventory_is_named_before_anything_is_touched(tmp_path):
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml_block("all:").replace("prometheus_storage_retention", "prometheus_storage_retentoin"))
    done = run_site(inventory)
    assert done.returncode != 0
    assert "prometheus_storage_retentoin" in done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_names_of_the_collection_exist():
    named = set(re.findall(r"observability\.stack\.(\w+)", README))
    known = {path.stem for folder in ("plugins/modules", "playbooks", "plugins/filter") for path in (ROOT / folder).glob("*.*")}
    assert named - known - {path.name for path in (ROOT / "roles").iterdir()} == set()


def test_every_module_is_named():
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")}
    assert modules - set(re.findall(r"`(?:observability\.stack\.)?(\w+)`", README)) == set()


def test_every_page_is_linked_from_another():
    linked = {(page.parent / link).resolve() for page in PAGES for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))}
    assert [str(page.relative_to(ROOT)) for page in PAGES if page.parent.name == "docs" and page not in linked] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_headings_lead_somewhere(page):
    for path, heading in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        text = (page.parent / path if path else page).read_text(encoding="utf-8")
        headings = [re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in text.splitlines() if line.startswith("#")]
        assert heading in headings, f"{path}#{heading}"
