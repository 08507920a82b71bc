# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the tables of docs/migration-grafana.md: what becomes of each option of community.grafana and grafana.grafana.

`python -m tools.migration_grafana` writes, `--check` only compares. The peers' options are in tools/migration_grafana.yml; what
becomes of them follows from the documentation of our modules, and from the notes in that file.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "migration-grafana.md"
BEGIN, END = "<!-- >>> written by `make docs` (tools/migration_grafana.py) -->", "<!-- <<< -->"
EVERY = "every module"
COLLECTION = "observability.stack."


def peers() -> dict[str, dict[str, Any]]:
    """Return {collection: {module: {here, options, results, words}}}."""
    return yaml.safe_load((ROOT / "tools" / "migration_grafana.yml").read_text(encoding="utf-8"))


def fragment(name: str) -> dict[str, Any]:
    """Return the documentation of one of our doc fragments, such as `grafana.bulk`."""
    file, _dot, part = name.partition(".")
    module = importlib.import_module(f"ansible_collections.{COLLECTION}plugins.doc_fragments.{file}")
    return yaml.safe_load(getattr(module.ModuleDocFragment, part.upper() or "DOCUMENTATION")) or {}


def documented(module: str) -> dict[str, Any]:
    """Return the documentation of one of our modules as it stands in its file."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""$', text, re.MULTILINE | re.DOTALL)
    assert found, module
    return yaml.safe_load(found[1])


def known(module: str) -> dict[str, dict[str, Any]]:
    """Return {option: its documentation} of one of our modules, those of its fragments included."""
    told = documented(module)
    names = [name.removeprefix(COLLECTION) for name in told.get("extends_documentation_fragment", [])]
    options = {name: spec for one in names for name, spec in fragment(one).get("options", {}).items()}
    return {**options, **told.get("options", {})}


@functools.cache
def names_of(module: str) -> dict[str, str]:
    """Return {option or alias: option} of one of our modules."""
    return {word: name for name, spec in known(module).items() for word in (name, *spec.get("aliases", []))}


def fate(here: str, name: str, about: dict[str, Any]) -> str:
    """Return what becomes of one option, as Markdown. Raises KeyError for one of which nothing is known."""
    note = about.get("note", "")
    if about.get("to"):
        return " ".join([", ".join(f"`{other}`" for other in about["to"]) + ".", note]).strip()
    option = names_of(here).get(name)
    if option is None:
        if not about.get("gone"):
            raise KeyError(f"{here} has no {name}, and nothing says what to do instead")
        return f"**Not here**: {about['gone']}"
    same = "The same." if option == name else f"Another name of `{option}`."
    return " ".join(part for part in (same, note) if part)


def rows(here: str, options: dict[str, Any]) -> list[str]:
    """Return the rows of one table. Options of which the same is to say share a row, those that stay as they are come last."""
    said: dict[str, list[str]] = {}
    for name, about in options.items():
        said.setdefault(fate(here, name, about or {}), []).append(f"`{name}`")
    plain = said.pop("The same.", [])
    lines = [f"| {', '.join(names)} | {text} |" for text, names in said.items()]
    return lines + ([f"| {', '.join(plain)} | The same. |"] if plain else [])


def table(collection: str, module: str, about: dict[str, Any]) -> list[str]:
    """Return the lines about one module of a peer."""
    here = about.get("here")
    title = f"### {collection}.{module}" if module != EVERY else f"### {collection}: {EVERY}"
    to = [f"Becomes `{COLLECTION}{here}`.", ""] if here and module != EVERY else []
    words = [about["words"].strip(), ""] if about.get("words") else []
    if not about.get("options"):
        return [title, "", *to, *words]
    body = rows(here or "grafana_folder", about["options"])
    results = [f"| result `{name}` | {text} |" for name, text in (about.get("results") or {}).items()]
    return [title, "", *to, *words, "| Option | Here |", "| --- | --- |", *body, *results, ""]


def page(text: str) -> str:
    """Return the page with its tables written anew."""
    head, _begin, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    lines: list[str] = []
    for collection, modules in peers().items():
        lines += [f"## {collection}, module by module", ""]
        lines += [line for module, about in modules.items() for line in table(collection, module, about)]
    return f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Write or compare; return 1 when the page was not current."""
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if old == new:
        return 0
    print(f"{PAGE.relative_to(ROOT)}: {'differs, run make docs' if '--check' in arguments else 'written'}")
    if "--check" in arguments:
        return 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
