# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A reader of the YAML that provisioning files are written in: the hosts of the lab have Python without PyYAML.

Block and flow mappings and sequences, plain and quoted scalars, literal and folded texts, comments. No anchors, no tags, no
merge keys, no second document: those raise `ValueError`, never a wrong value.
"""

from __future__ import annotations

import json
import re
from typing import Any

QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""
KEY = re.compile(rf"""({QUOTED}|(?![-?][ \t])[^ \t#&*!|>'"%@`{{}}\[\],](?:(?![ \t]+#|:[ \t]|:$).)*?)[ \t]*:(?:[ \t]+|$)""")
WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "null": None, "~": None, "": None}
NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+][0-9]+)?)?")
ESCAPED = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "_": "\xa0", "N": "\x85",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip

Line = tuple[int, str]


def load(text: str) -> Any:
    """Return the value of a document."""
    lines = [(len(raw) - len(raw.lstrip(" ")), raw.rstrip(" \t\r")) for raw in text.split("\n")]
    reader = Reader(lines)
    if reader.more() and lines[reader.at][1] == "---":
        reader.at += 1
    value = reader.block(reader.indent()) if reader.more() else None
    if reader.more():
        raise ValueError(f"cannot read {reader.lines[reader.at][1]!r}")
    return value


class Reader:
    """Reads lines from the top."""

    def __init__(self, lines: list[Line]):
        self.lines, self.at = lines, 0

    def more(self) -> bool:
        """Tell whether there is a line with something on it, and go to it."""
        while self.at < len(self.lines) and re.fullmatch(r"[ \t]*(#.*)?", self.lines[self.at][1]):
            self.at += 1
        return self.at < len(self.lines)

    def indent(self) -> int:
        """Return how far the next line is indented; -1 at the end."""
        return self.lines[self.at][0] if self.more() else -1

    def block(self, indent: int) -> Any:
        """Read the value that begins on the next line."""
        text = self.lines[self.at][1].strip(" \t")
        if text == "-" or text.startswith("- "):
            return self.sequence(indent)
        if KEY.match(text):
            return self.mapping(indent)
        self.at += 1
        return self.inline(text, indent)

    def sequence(self, indent: int) -> list[Any]:
        """Read the items of a block sequence."""
        items = []
        while self.indent() == indent and re.match(r"-([ \t]|$)", self.lines[self.at][1].strip(" \t")):
            rest = self.lines[self.at][1][indent + 1 :]
            inner = rest.strip(" \t")
            if KEY.match(inner) or inner.startswith("- "):
                # The item's own block begins on the line of the dash: read that line as if the dash were a space.
                column = indent + 1 + len(rest) - len(rest.lstrip())
                self.lines[self.at] = (column, " " * column + inner)
                items.append(self.block(column))
            else:
                self.at += 1
                items.append(self.inline(inner, indent))
        return items

    def mapping(self, indent: int) -> dict[str, Any]:
        """Read the entries of a block mapping."""
        entries: dict[str, Any] = {}
        while self.indent() == indent:
            text = self.lines[self.at][1].strip(" \t")
            key = KEY.match(text)
            if key is None:
                raise ValueError(f"no key in {text!r}")
            self.at += 1
            entries[str(scalar(key[1]))] = self.inline(text[key.end() :].strip(" \t"), indent)
        return entries

    def inline(self, text: str, indent: int) -> Any:
        """Read the value that begins after a key or a dash."""
        if re.fullmatch(r"(#.*)?", text):
            below = self.indent()
            dash = below == indent and self.lines[self.at][1].strip(" \t").startswith("-")
            return self.block(below) if below > indent or dash else None
        if re.fullmatch(r"[|>][-+]?([ \t]+#.*)?", text):
            return self.text(text[0] == ">", text[1:2], indent)
        if text[0] in "&*!%@`":
            raise ValueError(f"cannot read {text!r}")
        while text[0] in "[{\"'" and not balanced(text) and self.at < len(self.lines):
            text = joined(text, self.lines[self.at][1].strip(" \t"))
            self.at += 1
        value, rest = flow(text, 0, "")
        if not re.fullmatch(r"[ \t]*(#.*)?", text[rest:]):
            raise ValueError(f"cannot read {text!r}")
        return value

    def text(self, folded: bool, chomp: str, indent: int) -> str:
        """Read a literal or a folded text."""
        taken = []
        while self.at < len(self.lines) and (self.lines[self.at][0] > indent or not self.lines[self.at][1].strip(" \t")):
            taken.append(self.lines[self.at][1])
            self.at += 1
        margin = min((len(line) - len(line.lstrip(" ")) for line in taken if line), default=0)
        body = "\n".join(line[margin:] for line in taken)
        if folded:
            body = re.sub(r"(?<!\n)\n(?!\n)", " ", body.rstrip("\n"))
        return body.rstrip("\n") if chomp == "-" else body.rstrip("\n") + "\n"


def joined(text: str, line: str) -> str:
    """Return a flow value with its next line: a line break is a space, an empty line a break."""
    if not line:
        return text + "\n"
    if (len(text) - len(text.rstrip("\\"))) % 2:  # an escaped line break is none
        return text[:-1] + line
    return text + ("" if text.endswith("\n") else " ") + line


def balanced(text: str) -> bool:
    """Tell whether a flow value ends on this line."""
    try:
        flow(text, 0, "")
    except IndexError:
        return False
    return True


def flow(text: str, at: int, stops: str) -> tuple[Any, int]:
    """Read the value at a position, in a flow collection up to one of `stops`; return it and where it ends."""
    at = skip(text, at)
    if text[at] == "[":
        return flow_items(text, at + 1)
    if text[at] == "{":
        return flow_entries(text, at + 1)
    if text[at] in "\"'":
        end = quoted_end(text, at)
        return scalar(text[at:end]), end
    pattern = r"[^%s]*?(?=[ \t]*[%s]|[ \t]+#|$)" % (re.escape(stops), re.escape(stops)) if stops else r".*?(?=[ \t]+#|[ \t]*$)"
    found = re.compile(pattern).match(text, at)
    assert found is not None
    if stops and found.end() == len(text):
        raise IndexError
    return scalar(found[0].strip(" \t")), found.end()


def skip(text: str, at: int) -> int:
    """Return the position of the next character that is no space."""
    while text[at] == " ":
        at += 1
    return at


def quoted_end(text: str, at: int) -> int:
    """Return the position after a quoted scalar."""
    quote, at = text[at], at + 1
    while text[at] != quote or (quote == "'" and text[at : at + 2] == "''"):
        at += 2 if (text[at] == "\\" and quote == '"') or text[at] == quote else 1
    return at + 1


def flow_items(text: str, at: int) -> tuple[list[Any], int]:
    """Read the items of a flow sequence."""
    items: list[Any] = []
    while text[skip(text, at)] != "]":
        value, at = flow(text, at, ",]")
        items.append(value)
        at = skip(text, at)
        at += text[at] == ","
    return items, skip(text, at) + 1


def flow_entries(text: str, at: int) -> tuple[dict[str, Any], int]:
    """Read the entries of a flow mapping."""
    entries: dict[str, Any] = {}
    while text[skip(text, at)] != "}":
        key, at = flow(text, at, ":,}")
        at = skip(text, at)
        value = None
        if text[at] == ":":
            value, at = flow(text, at + 1, ",}")
        entries[str(key)] = value
        at = skip(text, at)
        at += text[at] == ","
    return entries, skip(text, at) + 1


def scalar(text: str) -> Any:
    """Return the value of a scalar."""
    if text.startswith('"'):
        return ESCAPED.sub(lambda found: ESCAPES.get(found[1], "") or character(found[1]), text[1:-1])
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.lower() in WORDS and text in (text.lower(), text.capitalize(), text.upper()):
        return WORDS[text.lower()]
    if NUMBER.fullmatch(text):
        return json.loads(text.lstrip("+"))
    return text


def character(escape: str) -> str:
    """Return the character of a numeric escape, or the one that was escaped."""
    return chr(int(escape[1:], 16)) if len(escape) > 1 else escape
