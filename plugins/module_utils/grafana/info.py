# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What there is on a server, kind by kind."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.kind import Kind
from .export import as_options, content
from .export_files import write_all
from .export_tree import tree
from .order import plural
from .registry import KINDS
from .sync_content import NAMES
from .sync_secrets import names_in

ALL = "all"
UNREADABLE = (403, 404, 501)  # what this account may not read, or this server does not have; 401 is no account at all


def chosen(words: Sequence[str]) -> tuple[list[str], bool]:
    """(the kinds that are meant, whether somebody named them): ``all``, names, and ``!name`` for all but these.

    :raises Failure: when a kind is unknown.
    """
    unknown = [word for word in words if word.lstrip("!") not in (ALL, *NAMES)]
    if unknown:
        raise Failure(f"gather_subset: there is no kind {unknown[0]!r}. These are: {', '.join([ALL, *map(plural, KINDS)])}.")
    named = {NAMES[word] for word in words if word in NAMES}
    without = {NAMES[word[1:]] for word in words if word.startswith("!") and word[1:] in NAMES}
    everything = ALL in words or not named
    return [name for name in KINDS if (everything or name in named) and name not in without], not everything


def gathered(words: Sequence[str], read: Callable[[Kind], list[dict[str, Any]]]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """({kind: its objects}, {kind: why it could not be read}).

    :raises ClientError: when a kind that was named cannot be read.
    """
    names, insists = chosen(words)
    found: dict[str, list[dict[str, Any]]] = {}
    unreadable: dict[str, str] = {}
    for name in names:
        try:
            found[name] = read(KINDS[name])
        except ClientError as error:
            if insists or error.status not in UNREADABLE:
                raise
            unreadable[plural(name)] = str(error)
    return found, unreadable


def as_told(api: Any) -> Callable[[Kind], list[dict[str, Any]]]:
    """Reads objects as the API's list tells them, without secrets."""
    return lambda kind: [kind.shown(one) for one in kind.everything(api)]


def info(api: Any, params: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """Read, and export where that is wanted: the result of the module."""
    exporting = bool(params["export"] or params["dest"])
    found, unreadable = gathered(params["gather_subset"], as_options(api) if exporting else as_told(api))
    result: dict[str, Any] = {"unreadable": unreadable, "version": api.version}
    if not exporting:
        return {**result, "objects": {plural(name): objects for name, objects in found.items()}}
    result["secrets"] = sorted(names_in(found))
    if params["export"]:
        result["content"] = content(found)
    if params["dest"]:
        done = write_all(params["dest"], tree(found), check_mode)
        result.update(files=done.written, removed=done.removed, diff=done.diff, changed=bool(done.diff))
    return result
