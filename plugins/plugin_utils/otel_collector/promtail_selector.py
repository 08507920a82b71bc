# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The selector of Promtail's stage match, as a condition of an operator."""

from __future__ import annotations

import json
import re

MATCHER = re.compile(r'\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)')
FILTER = re.compile(r'\s*(\|=|!=|\|~|!~)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)')
SELECTOR = re.compile(r'\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}(.*)', re.DOTALL)


def text_literal(text: str) -> str:
    """Return a text as conditions write it."""
    return json.dumps(text, ensure_ascii=False)


def condition(selector: str) -> str:
    """Return the condition that a selector such as {app="shop"} |= "error" means. Raises ValueError (a sentence)."""
    whole = SELECTOR.fullmatch(selector)
    if not whole:
        raise ValueError(f'the selector {selector!r} is none such as {{app="shop"}} |= "error".')
    tests = [*_matchers(whole[1], selector), *_filters(whole[2], selector)]
    return " and ".join(tests) or "true"


def _matchers(text: str, selector: str) -> list[str]:
    tests, position = [], 0
    while text[position:].strip():
        found = MATCHER.match(text, position)
        if not found:
            raise ValueError(f"the selector {selector!r} cannot be read at {text[position:]!r}.")
        name, sign, value = found[1], found[2], json.loads(f'"{found[3]}"')
        # A label of the file is an attribute of its resource; one that a stage made is one of the line.
        label = f'(attributes["{name}"] ?? resource["{name}"] ?? "")'
        tests.append(_test(label, sign, value, whole=True))
        position = found.end()
    return tests


def _filters(text: str, selector: str) -> list[str]:
    tests, position = [], 0
    while text[position:].strip():
        found = FILTER.match(text, position)
        if not found:
            raise ValueError(f"of the selector {selector!r}, {text[position:].strip()!r} is more than a filter of lines.")
        value = found[3] if found[3] is not None else json.loads(f'"{found[2]}"')
        sign = {"|=": "contains", "!=": "lacks", "|~": "=~", "!~": "!~"}[found[1]]
        tests.append(_test("body", sign, value, whole=False))
        position = found.end()
    return tests


def _test(subject: str, sign: str, value: str, *, whole: bool) -> str:
    pattern = text_literal(f"^(?:{value})$" if whole else value)
    return {
        "=": f"{subject} == {text_literal(value)}",
        "!=": f"{subject} != {text_literal(value)}",
        "=~": f"{subject} matches {pattern}",
        "!~": f"not ({subject} matches {pattern})",
        "contains": f"{subject} contains {text_literal(value)}",
        "lacks": f"not ({subject} contains {text_literal(value)})",
    }[sign]
