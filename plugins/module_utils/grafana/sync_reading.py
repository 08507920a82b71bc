# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server as a sync's planning sees it: asked each question once, and with what is planned already in its answers."""

from __future__ import annotations

import copy
import json
from typing import Any, Iterable, Mapping

from ..engine.kind import Kind
from ..engine.plan import CREATE, Change
from ..engine.resource import Listing, fill

UNKNOWN_NUMBER = 0  # what is only planned has none
LOOKUP = "/api/users/lookup?loginOrEmail={name}"
# Further lists of a kind, which others look at.
LISTS = {"contact_point": Listing("/api/v1/provisioning/contact-points/export", rows="contactPoints")}


class Foreseeing:
    """An API whose answers to reads are kept until the first write, so that kinds that look at the same list share it.

    What is planned to be made is in the answers, so that a kind that refers to it can be planned. The first write ends that: from
    then on the server answers for itself. Whole dashboards are not kept; nobody asks for them twice, and they are long.
    """

    def __init__(self, api: Any) -> None:
        self._api, self._pretends = api, False
        self._answers: dict[tuple[str, str], Any] = {}
        self._objects: dict[str, dict[str, Any]] = {}
        self._rows: list[tuple[Listing, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    @property
    def read_only(self) -> bool:
        """Whether kinds are to plan as in check mode, where what is not there may be there later."""
        return self._pretends or bool(self._api.read_only)

    def pretend(self, does: bool) -> None:
        """Whether something is planned that must be there before the next kind can be planned for good."""
        self._pretends = does

    def get(self, path: str, params: Any = None) -> Any:
        """The parsed answer of a GET."""
        if path in self._objects:
            return copy.deepcopy(self._objects[path])
        if "/dashboards" in path:
            return self._api.get(path, params)
        question = (path, json.dumps(params, sort_keys=True))
        if question not in self._answers:
            self._answers[question] = self._api.get(path, params)
        return self._with_planned(copy.deepcopy(self._answers[question]), path, params or {})

    def json(self, verb: str, path: str, **options: Any) -> Any:
        """The parsed answer of any request."""
        if verb != "GET":
            for kept in (self._answers, self._objects, self._rows):
                kept.clear()
        return self._api.json(verb, path, **options)

    def expect(self, kind: Kind, changes: Iterable[Change]) -> None:
        """From now on answer as if these objects had been made."""
        for one in changes:
            if one.action == CREATE and kind.name != "dashboard":
                self._expect(kind, one)

    def _expect(self, kind: Kind, change: Change) -> None:
        made = {"id": UNKNOWN_NUMBER, **(change.body or {})}
        self._rows += [(listing, made) for listing in (kind.resource.listing, LISTS.get(kind.name)) if listing]
        for name, path in kind.resource.direct.items():
            if change.wanted.get(name):
                self._objects[fill(path, change.wanted)] = made
        if kind.name == "user":
            for name in filter(None, (change.wanted.get("login"), change.wanted.get("email"))):
                self._objects[fill(LOOKUP, {"name": name})] = made

    def _with_planned(self, answer: Any, path: str, params: Mapping[str, Any]) -> Any:
        for listing, made in self._rows:
            if listing.path != path or any(params.get(key) != value for key, value in listing.params.items()):
                continue
            rows = answer.get(listing.rows) if listing.rows and isinstance(answer, dict) else answer
            if isinstance(rows, list) and (not listing.paged or len(rows) < listing.page_size):
                rows.append(copy.deepcopy(made))
        return answer
