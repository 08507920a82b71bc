# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What objects of a sync refer to: each must be described beside them or be on the server, and that is known before the first write."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator

from ..engine.errors import Failure
from .order import plural
from .registry import KINDS
from .sync_content import Entry

# What Grafana brings along, and the words for "the default one".
OWN_SOURCES = ("", "default", "grafana", "__expr__", "-100")
OWN_FOLDERS = ("", "general", "General")


def in_folder(entry: Entry) -> Iterator[tuple[str, str]]:
    """The folder that an object lies in."""
    wanted = entry.wanted
    name = wanted.get("folder_uid") or wanted.get("parent_uid")
    if name and name not in OWN_FOLDERS:
        yield "folder", str(name)


def of_policy(entry: Entry) -> Iterator[tuple[str, str]]:
    """Contact points and timings of a tree of notification policies."""
    wanted = entry.wanted
    yield from of_route({**wanted, "receiver": wanted.get("receiver") or wanted.get("root_policy_receiver")})


def of_route(route: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Contact points and timings of a route and those below it."""
    if route.get("receiver"):
        yield "contact_point", str(route["receiver"])
    for key in ("mute_time_intervals", "mute_timings", "active_time_intervals"):
        for name in route.get(key) or []:
            yield "mute_timing", str(name)
    for inner in route.get("routes") or []:
        if isinstance(inner, dict):
            yield from of_route(inner)


def of_rules(entry: Entry) -> Iterator[tuple[str, str]]:
    """The folder, data sources and contact points of a group of rules."""
    yield from in_folder(entry)
    for mapping in mappings(entry.wanted.get("rules") or []):
        for key in ("datasource_uid", "datasourceUid"):
            if isinstance(mapping.get(key), str) and known_elsewhere(mapping[key]):
                yield "datasource", mapping[key]
        settings = mapping.get("notification_settings")
        if isinstance(settings, dict):
            yield from of_route(settings)


def of_dashboard(entry: Entry) -> Iterator[tuple[str, str]]:
    """The folder and the data sources of a dashboard; those of a variable are chosen later."""
    yield from in_folder(entry)
    model = entry.wanted.get("dashboard")
    for mapping in mappings(model if isinstance(model, dict) else {}):
        source = mapping.get("datasource")
        name = source.get("uid") if isinstance(source, dict) else source
        if isinstance(name, str) and known_elsewhere(name):
            yield "datasource", name
        panel = mapping.get("libraryPanel")
        if isinstance(panel, dict) and panel.get("uid"):
            yield "library_panel", str(panel["uid"])


def of_public_dashboard(entry: Entry) -> Iterator[tuple[str, str]]:
    """The dashboard that everybody may see."""
    if entry.wanted.get("dashboard_uid"):
        yield "dashboard", str(entry.wanted["dashboard_uid"])


def known_elsewhere(name: str) -> bool:
    """Whether a name means a data source that somebody must have made."""
    return name not in OWN_SOURCES and "$" not in name and not name.startswith("-- ") and not name.startswith("[[")


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within a value."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(one)


REFERENCES: dict[str, Callable[[Entry], Iterator[tuple[str, str]]]] = {
    "folder": in_folder,
    "dashboard": of_dashboard,
    "library_panel": in_folder,
    "public_dashboard": of_public_dashboard,
    "rule_group": of_rules,
    "notification_policy": of_policy,
}


class References:
    """Finds references that lead nowhere.

    :param everything: gives all objects of a kind on the server, as options; asked only where the description does not suffice.
    """

    def __init__(self, entries: Iterable[Entry], everything: Callable[[str], list[dict[str, Any]]]) -> None:
        self._entries = list(entries)
        self._everything = everything
        self._described: dict[str, set[str]] = {}
        self._there: dict[str, set[str]] = {}
        for one in self._entries:
            self._described.setdefault(one.kind, set()).update(names(one.kind, {**one.named_inside, **one.wanted}))

    def problems(self) -> list[str]:
        """A sentence for each reference that leads nowhere, each once for an object."""
        found = {}
        for one in self._entries:
            for kind, name in REFERENCES.get(one.kind, lambda _entry: iter(()))(one):
                if kind in KINDS and not self._is_there(kind, name):
                    words = KINDS[kind].resource.words
                    found[one.source, kind, name] = (
                        f"{one.source}: the {one.label} refers to the {words} {name!r}, which is neither described in {plural(kind)} nor on the server."
                    )
        return list(found.values())

    def _is_there(self, kind: str, name: str) -> bool:
        if name in self._described.get(kind, ()):
            return True
        if kind not in self._there:
            self._there[kind] = {one for had in self._everything(kind) for one in names(kind, had)}
        return name in self._there[kind]


def names(kind: str, options: dict[str, Any]) -> set[str]:
    """Every name that an object goes by."""
    return {str(options[name]) for identity in KINDS[kind].resource.identities for name in identity if options.get(name)}


def refuse(problems: list[str]) -> None:
    """Refuse what leads nowhere.

    :raises Failure: with all of it.
    """
    if problems:
        raise Failure(" ".join(problems) + " Describe it, correct the name, or set missing_references to warn.")
