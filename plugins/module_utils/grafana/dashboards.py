# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A whole set of dashboards: brought into their folders together, and those of the set before that are no longer in it removed."""

from __future__ import annotations

from typing import Any, Mapping

from ..engine.connection import Clients, run_api_module
from ..engine.errors import Failure
from ..engine.kind import ApplyError, Orders
from ..engine.plan import DELETE, Change
from .api import Grafana, grafana_options
from .dashboard import DASHBOARD, Dashboards
from .dashboard_places import Folders
from .dashboard_source import load
from .dashboards_files import Described, of_directory, of_list, refuse_twice, titles
from .dashboards_folders import Tree
from .module import PAST, diff_of

ITEM = ("uid", "title", "dashboard", "path", "dashboard_id", "dashboard_revision", "library_url", "inputs", "folder")


def set_options() -> dict[str, dict[str, Any]]:
    """Options of the module besides those of the connection."""
    spec = DASHBOARD.argument_spec()
    return {
        "path": {"type": "path"},
        "pattern": {"type": "list", "elements": "str", "default": ["*.json"]},
        "folders_from_files_structure": {"type": "bool", "default": True},
        "dashboards": {"type": "list", "elements": "dict", "options": {name: spec[name] for name in ITEM}},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "prune": {"type": "bool", "default": False},
        "take_over": {"type": "bool", "default": False},
        **{name: spec[name] for name in ("folder", "folder_uid", "inputs", "overwrite", "commit_message", "owner")},
    }


def run() -> None:
    """Run the module."""
    rules: dict[str, Any] = {"mutually_exclusive": [("path", "dashboards"), ("folder", "folder_uid"), ("org_id", "org_name")]}
    run_api_module({**grafana_options(), **set_options()}, work, connection={}, **rules)


def work(params: dict[str, Any], client_for: Clients, check_mode: bool) -> dict[str, Any]:
    """Plan all, then write what differs."""
    refuse_contradictions(params)
    api = Grafana.of(params, client_for)
    described = read(params, api)
    refuse_twice(described)
    kind, orders = Dashboards(DASHBOARD), orders_of(params)
    tree = Tree(api, Folders(api).uid({"folder_uid": params["folder_uid"]}) or "")
    wanted = [wanted_of(one, tree, params) for one in described]
    try:
        changes = kind.plan(api, wanted, orders)
    except Failure as error:
        if error.number is None:
            raise
        raise Failure(f"Nothing was written. {described[error.number].where}: {error}") from error
    show_paths(changes, tree)
    objects = apply(api, kind, tree, changes)
    return {**result_of(tree, changes, objects), "warnings_of_server": orders.warnings}


def refuse_contradictions(params: Mapping[str, Any]) -> None:
    """Refuse orders that nobody can mean."""
    if (params["prune"] or params["state"] == "absent") and not params["owner"]:
        raise Failure("prune and state: absent need an owner: only dashboards that bear its mark are removed.")
    given = [name for name in ("path", "dashboards") if params[name] is not None]
    if params["state"] == "absent" and given:
        raise Failure(f"state: absent removes all dashboards of the owner; leave {given[0]} out. To remove some, take them out of the set and use prune.")
    if params["state"] == "present" and not given:
        raise Failure("Give the dashboards by path (a directory) or dashboards (a list).")


def read(params: Mapping[str, Any], api: Grafana) -> list[Described]:
    """The set.

    :raises Failure: when it is empty and everything would be pruned: more likely a wrong path than a wish.
    """
    if params["state"] == "absent":
        return []
    if params["path"] is not None:
        described = of_directory(params["path"], params["pattern"], params["folders_from_files_structure"])
    else:
        described = of_list(params["dashboards"], lambda item: load(item, api.client))
    if params["prune"] and not described:
        raise Failure("There are no dashboards to describe, and prune would remove all of the owner. If that is meant, use state: absent.")
    return described


def wanted_of(one: Described, tree: Tree, params: Mapping[str, Any]) -> dict[str, Any]:
    """One dashboard of the set as the kind takes it."""
    inputs = {**(params["inputs"] or {}), **(one.options.get("inputs") or {})}
    place = tree.uid((*titles(params["folder"]), *one.folder))
    wanted = {"loaded": one.loaded, "uid": one.uid, "title": one.title, "folder_uid": place, "inputs": inputs}
    return {**wanted, **{name: params[name] for name in ("owner", "overwrite", "commit_message") if params[name]}}


def orders_of(params: Mapping[str, Any]) -> Orders:
    """How the set is to be brought in."""
    owner, going = params["owner"], params["prune"] or params["state"] == "absent"
    return Orders(purge=going, may_go=lambda found: found["owner"] == owner, options={"take_over": params["take_over"]})


def show_paths(changes: list[Change], tree: Tree) -> None:
    """Name folders in differences by their titles."""
    for change in changes:
        for side in (change.before, change.after):
            if side and "folder" in side:
                side["folder"] = tree.path(side["folder"])


def apply(api: Grafana, kind: Dashboards, tree: Tree, changes: list[Change]) -> list[dict[str, Any]]:
    """Make the folders, then write the dashboards, several at a time; removals come last."""
    if not api.read_only:
        for number, folder in enumerate(tree.changes):
            try:
                tree.make(folder)
            except Failure as error:
                raise ApplyError(folder, error, number, len(tree.changes) + len(changes)) from error
    for change in changes:
        if change.body:
            change.body["folder_uid"] = tree.settled(change.body["folder_uid"])
    todo = [one for one in changes if one.writes]
    results = dict(zip(map(id, todo), kind.apply_all(api, todo)))
    return [results[id(one)] if one.writes else one.found or {} for one in changes]


def result_of(tree: Tree, changes: list[Change], objects: list[dict[str, Any]]) -> dict[str, Any]:
    """What the module returns: one line for each dashboard, and counts."""
    rows = []
    for change, found in zip(changes, objects):
        had = found if change.action != DELETE else change.found or {}
        row = {"action": PAST[change.action], "object": change.label, "uid": had.get("uid") or None, "title": had.get("title"), "reasons": change.reasons}
        rows.append(row)
    counts = {word: sum(row["action"] == word for row in rows) for word in PAST.values()}
    everything = [*tree.changes, *changes]
    return {
        "changed": any(one.writes for one in everything),
        "counts": counts,
        "folders": [one.after["path"] for one in tree.changes if one.after],
        "results": rows,
        "diff": diff_of(everything),
    }
