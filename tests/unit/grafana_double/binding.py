# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares an answer with a recorded one, whose generated values are bound to ours when they are first seen.

A value is generated when it looks like one (a uid, a time) or when it stands where numbers of rows stand. Two bound values
never share a partner: what was one object in the recording is one object here, and two are two.
"""

from __future__ import annotations

import json
import re
from typing import Any

TOKENS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "token": r"glsa_EXAMPLETOKEN\d\d|glsa_\w{32}_[0-9a-f]{8}",
    "uid": r"\b[a-f]g4[a-z0-9]{11}\b",
    "object": r"\b[A-Za-z0-9]{42,43}X\b",
    "hex": r"\b[0-9a-f]{32}\b",
    "mark": r"\b[0-9a-f]{16}\b",
    "key": r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])",
    "generated": r"\bgen-[a-z0-9]{5}\b",
    "ace": r"\bACE\d{10}\b",
    "server": r"127\.0\.0\.1:\d{4,5}\b",
}
TIMES = {
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "nanoseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{4,9}Z",
    "version": r"\b1[78]\d{11}(?:\d{3})?\b",
}
VOLATILE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in (TOKENS | TIMES).items()))
ZERO = "0001-01-01T00:00:00"
LEAVE = {"lastSeenAtAge", "secondsUntilExpiration", "grafana.app/sourceTimestamp"}
EPOCH = {"created", "updated"}
ROWS = {
    "dashboardId": "dashboard", "folderId": "dashboard", "connectionId": "dashboard", "userId": "user", "teamId": "team",
    "elementId": "library", "grafana.app/deprecatedInternalID": "dashboard",
}  # fmt: skip
# What a number in a path is, by the word before it.
NUMBERED = {
    "serviceaccounts": "user", "tokens": "token", "users": "user", "members": "user", "teams": "team", "datasources": "datasource",
    "annotations": "annotation",
}  # fmt: skip
AREAS = (
    (r"/api/serviceaccounts(/\d+)?/tokens", "token"), (r"/api/dashboards/uid/[^/]+/versions", ""), (r"/api/(serviceaccounts|users?|admin/users)\b", "user"),
    (r"/api/(dashboards|folders|search)\b", "dashboard"), (r"/api/datasources\b", "datasource"), (r"/api/annotations", "annotation"),
    (r"/api/teams", "team"), (r"/api/v1/provisioning", "rule"), (r"/api/library-elements", "library"), (r"/api/snapshots", "snapshot"),
    (r"/api/playlists", "playlist"), (r"/apis/folder.*(\?|folders$)", "tree"), (r"/api/alertmanager/grafana/config/history", "history"),
)  # fmt: skip


class Different(Exception):
    """The first place at which two answers differ."""


def area(path: str) -> str:
    """Return the kind of row that "id" means under a path."""
    return next((kind for pattern, kind in AREAS if re.match(pattern, path)), "")


class Binding:
    """What was bound so far: kind and recorded value -> our value, and back."""

    def __init__(self) -> None:
        self.ours: dict[tuple[str, str], str] = {}
        self.theirs: dict[tuple[str, str], str] = {}

    def bind(self, kind: str, recorded: str, real: str, where: str) -> None:
        """Bind two values, or find that one of them is bound to another."""
        mine, his = self.ours.setdefault((kind, recorded), real), self.theirs.setdefault((kind, real), recorded)
        if (mine, his) != (real, recorded):
            raise Different(f"{where}: {kind} {recorded} was {mine} before, and {real} was {his}; now they meet")

    def text(self, recorded: str, real: Any, where: str) -> None:
        """Compare two texts: what stands around generated values must be equal."""
        if not isinstance(real, str):
            raise Different(f"{where}: {recorded!r} expected, {real!r} found")
        wanted, found = list(VOLATILE.finditer(recorded)), list(VOLATILE.finditer(real))
        shape = [VOLATILE.sub(lambda one: f"<{one.lastgroup}>", text) for text in (recorded, real)]
        if shape[0] != shape[1]:
            raise Different(f"{where}: {recorded!r} expected, {real!r} found")
        for one, other in zip(wanted, found, strict=True):
            kind = str(one.lastgroup)
            if kind in TOKENS and kind != "ace":
                self.bind(kind, one[0], other[0], where)
            elif kind in TIMES and one[0].startswith(ZERO) != other[0].startswith(ZERO):
                raise Different(f"{where}: {one[0]} expected, {other[0]} found")

    def fill(self, recorded: str) -> str:
        """Return a recorded path or body with our values in place of the recorded ones."""
        text = VOLATILE.sub(lambda one: self.ours.get((str(one.lastgroup), one[0]), one[0]), recorded)
        if not recorded.startswith("/"):
            return text
        return re.sub(r"/(\w+)/(\d+)(?=/|$|\?)", lambda one: f"/{one[1]}/" + self.ours.get((NUMBERED.get(one[1], ""), one[2]), one[2]), text)

    def body(self, value: Any, path: str, key: str = "") -> Any:
        """Return a recorded request body with our values."""
        if isinstance(value, dict):
            return {name: self.body(item, path, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.body(item, path, key) for item in value]
        kind = ROWS.get(key) or (area(path) if key == "id" else "")
        if isinstance(value, int) and kind:
            return int(self.ours.get((kind, str(value)), value))
        return self.fill(value) if isinstance(value, str) and not value.startswith("/") else value

    def same(self, recorded: Any, real: Any, path: str, where: str = "", key: str = "") -> None:
        """Compare two values."""
        kind = ROWS.get(key) or (area(path) if key == "id" and not re.search("/(panels|data|model|createdBy|updatedBy)/", where) else "")
        if key in LEAVE:
            return
        if kind and type(recorded) in (int, str) and str(recorded) not in ("0", "-1", ""):
            if type(real) is not type(recorded) or str(real) in ("0", ""):
                raise Different(f"{where}: {recorded!r} expected, {real!r} found")
            self.bind("tree" if area(path) == "tree" and kind == "dashboard" else kind, str(recorded), str(real), where)
        elif isinstance(recorded, dict):
            self.objects(recorded, real, path, where)
        elif isinstance(recorded, list):
            self.lists(recorded, real, path, where, key)
        elif isinstance(recorded, str):
            self.text(recorded, real, where)
        elif key in EPOCH and isinstance(recorded, int) and recorded > 10**12:
            if not (isinstance(real, int) and real > 10**12):
                raise Different(f"{where}: a time expected, {real!r} found")
        elif recorded != real or type(recorded) is not type(real):
            raise Different(f"{where}: {recorded!r} expected, {real!r} found")

    def objects(self, recorded: dict[str, Any], real: Any, path: str, where: str) -> None:
        """Compare two objects: neither has a key that the other lacks."""
        if not isinstance(real, dict):
            raise Different(f"{where}: an object expected, {real!r} found")
        cut = recorded.get(CUT) is CUT
        names = [name for name in recorded if name is not CUT]
        lacking, added = [name for name in names if name not in real], [name for name in real if name not in recorded]
        if lacking or (added and not cut):
            raise Different(f"{where}: lacks {lacking}, has {added} too much")
        for name in names:
            self.same(recorded[name], real[name], path, f"{where}/{name}", name)

    def lists(self, recorded: list[Any], real: Any, path: str, where: str, key: str) -> None:
        """Compare two lists; those whose order is accidental upstream are sorted first."""
        cut = bool(recorded) and recorded[-1] is CUT
        wanted = recorded[:-1] if cut else recorded
        if not isinstance(real, list) or (len(real) != len(wanted) if not cut else len(real) < len(wanted)):
            raise Different(f"{where}: {len(wanted)} items expected, found {json.dumps(real)[:300]}")
        if key == "actions" or "permissions" in path or "/silences" in path:
            wanted, real = sorted(wanted, key=order), sorted(real, key=order)
        for index, item in enumerate(wanted):
            self.same(item, real[index], path, f"{where}/{index}", key)


def order(item: Any) -> str:
    """Return by what to sort items whose order is accidental."""
    return json.dumps([item.get("role"), item.get("builtInRole"), item.get("startsAt")] if isinstance(item, dict) else item)


class Cut:
    """Stands where a recorded answer was cut off: as a key of an object, or as the last item of a list."""


CUT: Any = Cut()
