# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the beginning of a JSON text that was cut off, as the recording cuts long answers."""

from __future__ import annotations

import json
from typing import Any

from .binding import CUT

DECODER = json.JSONDecoder()


class Ended(Exception):
    """The text ended inside a value that cannot be told."""


def read(text: str, at: int = 0) -> tuple[Any, int]:
    """Return the value at a position, complete or marked with CUT, and where it ends."""
    if text[at : at + 1] == "{":
        return read_object(text, at + 1)
    if text[at : at + 1] == "[":
        return read_list(text, at + 1)
    try:
        value, end = DECODER.raw_decode(text, at)
    except ValueError:
        raise Ended from None
    if end >= len(text):
        raise Ended
    return value, end


def read_object(text: str, at: int) -> tuple[Any, int]:
    """Return an object from after its brace."""
    found: dict[Any, Any] = {}
    try:
        while text[at : at + 1] != "}":
            name, at = read(text, at)
            found[name], at = read(text, at + 1)
            at += text[at : at + 1] == ","
    except Ended:
        found[CUT] = CUT
        return found, len(text)
    return found, at + 1


def read_list(text: str, at: int) -> tuple[Any, int]:
    """Return a list from after its bracket."""
    found: list[Any] = []
    try:
        while text[at : at + 1] != "]":
            value, at = read(text, at)
            found.append(value)
            at += text[at : at + 1] == ","
    except Ended:
        found.append(CUT)
        return found, len(text)
    return found, at + 1
