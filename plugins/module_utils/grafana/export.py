# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server as grafana_sync takes it: objects as options, secrets by name only, no marks of an owner."""

from __future__ import annotations

from typing import Any, Callable

from ..engine.kind import Kind
from ..engine.parallel import each
from .order import plural
from .sync_marks import without_mark
from .sync_secrets import REDACTED, placeholder

# Options without which an object cannot be made, and that no server tells.
NEEDED = {"user": ("password",)}


def as_options(api: Any) -> Callable[[Kind], list[dict[str, Any]]]:
    """Reads objects in the form in which sync takes them."""
    return lambda kind: [without_mark(named_secrets(kind, one, found)) for one, found in pairs(api, kind)]


def pairs(api: Any, kind: Kind) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(an object as options, as the API tells it); kinds with an export of their own tell the first only."""
    if type(kind).export is not Kind.export:
        return [(one, {}) for one in kind.export(api)]
    there = each(lambda one: kind.read(api, one), kind.everything(api))
    return [(kind.exported(one), one) for one in there]


def named_secrets(kind: Kind, options: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """An object with the name of a secret wherever it has one."""
    name = called(kind, options)
    stored = {key: placeholder(kind.name, name, key) for key, there in sorted((found.get("secureJsonFields") or {}).items()) if there}
    needed = {key: placeholder(kind.name, name, key) for key in NEEDED.get(kind.name, ())}
    result = _hidden(options, (kind.name, name))
    return {**result, **needed, **({"secure_json_data": stored} if stored else {})}


def _hidden(value: Any, path: tuple[Any, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(one, (*path, key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one, (*path, number)) for number, one in enumerate(value, 1)]
    return placeholder(*path) if value == REDACTED else value


def called(kind: Kind, options: dict[str, Any]) -> str:
    """The name of an object that is the same on every server."""
    return "/".join(str(options[name]) for name in kind.resource.identity_of(options)) or kind.name


def content(gathered: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """What was read, as sync's option of this name."""
    return {plural(name): objects for name, objects in gathered.items() if objects}
