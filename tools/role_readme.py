# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes each role's README.md from its meta/argument_specs.yml and defaults/main.yml.

`python -m tools.role_readme` writes, `--check` only compares. Options are described in argument_specs.yml and nowhere else;
the default shown is the one in defaults/main.yml, which is the one that works. A file meta/example.yml becomes the example.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from antsibull_docs_parser import dom, parser

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs` from meta/argument_specs.yml and defaults/main.yml: change those. -->"
NO_DEFAULT = object()


def named_value(part: Any) -> str:
    """Return an option or return value, with its value where one is said."""
    return f"`{part.name}`" if part.value is None else f"`{part.name}: {part.value}`"


# How each kind of Ansible markup is written in Markdown.
MARKDOWN: dict[type, Callable[[Any], str]] = {
    dom.OptionNamePart: named_value,
    dom.ReturnValuePart: named_value,
    dom.OptionValuePart: lambda part: f"`{part.value}`",
    dom.EnvVariablePart: lambda part: f"`{part.name}`",
    dom.CodePart: lambda part: f"`{part.text}`",
    dom.ModulePart: lambda part: f"`{part.fqcn}`",
    dom.PluginPart: lambda part: f"`{part.plugin.fqcn}`",
    dom.LinkPart: lambda part: f"[{part.text}]({part.url})",
    dom.URLPart: lambda part: f"<{part.url}>",
    dom.BoldPart: lambda part: f"**{part.text}**",
    dom.ItalicPart: lambda part: f"*{part.text}*",
    dom.TextPart: lambda part: part.text,
}


def part_text(part: Any) -> str:
    """Return one piece of Ansible markup as Markdown. Raises ValueError for a piece that no rule knows."""
    for kind, rule in MARKDOWN.items():
        if isinstance(part, kind):
            return rule(part)
    raise ValueError(f"no Markdown is known for {part!r}")


def markdown(text: str) -> str:
    """Return a paragraph of Ansible markup as Markdown."""
    return "".join(part_text(part) for part in parser.parse(text, parser.Context(), errors="exception")[0])


def paragraphs(described: str | list[str] | None) -> list[str]:
    """Return a description, which may be one text or several, as Markdown paragraphs."""
    texts = [described] if isinstance(described, str) else described or []
    return [markdown(text) for text in texts]


def cell(text: str) -> str:
    """Return `text` fit for a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def shown_default(value: Any) -> str:
    """Return a default as one line of YAML, or nothing where there is none."""
    if value is NO_DEFAULT:
        return ""
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    text = cell(text.strip())
    return f"`{text}`" if "`" not in text else f"`` {text} ``"


def shown_type(option: dict[str, Any]) -> str:
    """Return an option's type, with that of its elements and its choices."""
    kind = option.get("type", "str")
    text = f"{kind} of {option['elements']}" if "elements" in option else kind
    if "choices" in option:
        text += ": " + ", ".join(f"`{choice}`" for choice in option["choices"])
    return text + (", required" if option.get("required") else "")


def rows(options: dict[str, Any], defaults: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the table's rows, those of an option's own options after it."""
    for name, option in options.items():
        default = option.get("default", NO_DEFAULT) if prefix else defaults.get(name, NO_DEFAULT)
        meaning = "<br>".join(map(cell, paragraphs(option.get("description"))))
        yield f"| `{prefix}{name}` | {cell(shown_type(option))} | {shown_default(default)} | {meaning} |"
        yield from rows(option.get("options", {}), {}, f"{prefix}{name}.")


def readme(role: Path) -> str:
    """Return the whole README of the role at `role`."""
    spec = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text(encoding="utf-8")) or {}
    lines = [f"# observability.stack.{role.name}", "", NOTE, "", markdown(spec["short_description"]) + ".", ""]
    for paragraph in paragraphs(spec.get("description")):
        lines += [paragraph, ""]
    example = role / "meta" / "example.yml"
    if example.exists():
        lines += ["## Example", "", "```yaml", example.read_text(encoding="utf-8").removeprefix("---\n").rstrip("\n"), "```", ""]
    lines += ["## Variables", "", "| Variable | Type | Default | Meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *rows(spec["options"], defaults)]) + "\n"


def described_roles(root: Path = ROOT) -> list[Path]:
    """Return the directories of all roles that have argument specs."""
    return sorted(path.parent.parent for path in root.glob("roles/*/meta/argument_specs.yml"))


def main(arguments: list[str]) -> int:
    """Write or compare every README; return 1 when one differs and only comparing was asked for."""
    stale = []
    for role in described_roles():
        path, wanted = role / "README.md", readme(role)
        if not path.exists() or path.read_text(encoding="utf-8") != wanted:
            stale.append(path.relative_to(ROOT))
            if "--check" not in arguments:
                path.write_text(wanted, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'differs, run make docs' if '--check' in arguments else 'written'}")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
