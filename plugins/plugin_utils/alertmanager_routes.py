# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alertmanager routes from a few lines: label, value, receiver.

The rule that users need to know: an alert goes to every receiver that one of its labels names,
once to each, and to the default receiver when none of its labels names any. A label that names
`nobody` outweighs the others.
"""

from __future__ import annotations

import re
from typing import Any

#: Takes alerts and tells nobody.
NOBODY = "nobody"

_CLASSIC_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def routes_by_label(by: dict) -> list[dict]:
    """Return Alertmanager's routes for *by* = {label: {value: target}}.

    A target is a receiver's name, a list of names, or a mapping with `receiver` and any other key of a
    route (mute_time_intervals, group_wait ...). Raises ValueError (a sentence) for anything else.
    """
    routes: list[dict] = []
    sent: dict[str, dict[str, list[str]]] = {}  # receiver -> label -> values that earlier labels send to it
    for label, values in by.items():
        if not isinstance(values, dict):
            raise ValueError("alertmanager_routes_by: %s must map values of that label to receivers" % label)
        found: dict[str, list[str]] = {}
        for receiver, group, options in _grouped(label, values):
            routes.append(_route(label, group, receiver, options, sent.get(receiver, {})))
            found.setdefault(receiver, []).extend(group)
        for receiver, group in found.items():
            sent.setdefault(receiver, {})[label] = group
    silent = [route for route in routes if route["receiver"] == NOBODY]
    return silent + [route for route in routes if route["receiver"] != NOBODY]


def named_receivers(route: dict) -> list[str]:
    """Return the receivers that a route and the routes below it name, each once."""
    names = [route["receiver"]] if route.get("receiver") else []
    for child in route.get("routes") or []:
        names += [name for name in named_receivers(child) if name not in names]
    return names


def matcher(label: str, operator: str, values: list[str]) -> str:
    """Return one matcher as text; *operator* is '=' or '!=', several values become a regular expression."""
    name = label if _CLASSIC_NAME.fullmatch(label) else _quoted(label)
    if len(values) == 1:
        return "%s%s%s" % (name, operator, _quoted(values[0]))
    # re.escape escapes punctuation only, which Go's regular expressions take as it is meant.
    return "%s%s%s" % (name, {"=": "=~", "!=": "!~"}[operator], _quoted("|".join(re.escape(v) for v in values)))


def _quoted(text: str) -> str:
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _grouped(label: str, values: dict) -> list[tuple[str, list[str], dict]]:
    """Return (receiver, values, options): values with the same receiver and no options share a route."""
    plain_groups: dict[str, list[str]] = {}
    result: list[tuple[str, list[str], dict]] = []
    for value, target in values.items():
        for receiver, options in _targets(label, value, target):
            if not options and receiver in plain_groups:
                plain_groups[receiver].append(str(value))
                continue
            group = [str(value)]
            if not options:
                plain_groups[receiver] = group
            result.append((receiver, group, options))
    return result


def _targets(label: str, value: Any, target: Any) -> list[tuple[str, dict]]:
    options: dict = {}
    if isinstance(target, dict):
        options = {key: item for key, item in target.items() if key != "receiver"}
        target = target.get("receiver")
    names = [target] if isinstance(target, str) else target
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError("alertmanager_routes_by: %s %s: name a receiver, a list of receivers, or a mapping with the key receiver" % (label, value))
    return [(name, options) for name in names]


def _route(label: str, values: list[str], receiver: str, options: dict, earlier: dict[str, list[str]]) -> dict:
    # `continue` lets the alert reach the receivers of its other labels; the exclusion keeps it from
    # reaching this receiver a second time by another way.
    exclusions = [matcher(other, "!=", sent) for other, sent in earlier.items()]
    own = {key: value for key, value in options.items() if key != "matchers"}
    return {
        "receiver": receiver,
        "matchers": [matcher(label, "=", values), *exclusions, *options.get("matchers", [])],
        "continue": receiver != NOBODY,
        **own,
    }
