# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a dashboard's description leaves to be looked up on the server: its folder and its data sources. Each is asked for once."""

from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import quote

from ..engine.errors import ClientError, Failure
from ..engine.reading import get_or_none
from .folder import folder_uid, level, titled

ROOTS = ("", "general", "General")
# In the words of community.grafana, whose users ask for them.
MISSING = "error : Dashboard folder '{}' does not exist."


class Folders:
    """Finds folders by uid, title or path of titles.

    :ivar missing: what is said when there is no such folder.
    """

    def __init__(self, api: Any, missing: str = MISSING) -> None:
        self._api, self._missing = api, missing
        self._levels: dict[str, list[dict[str, Any]]] = {}
        self._known: dict[tuple[str, str], str] = {}

    def uid(self, wanted: Mapping[str, Any]) -> str | None:
        """The uid of a dashboard's folder, empty for the top; None when nobody says where it is to be.

        :raises Failure: when there is no such folder.
        """
        if wanted.get("folder_uid") is not None:
            if wanted.get("folder") is not None:
                raise Failure("Name the folder by folder or by folder_uid, not by both.")
            return "" if wanted["folder_uid"] in ROOTS else str(wanted["folder_uid"])
        name, parent = wanted.get("folder"), str(wanted.get("parent_folder") or "")
        if name is None:
            return None
        if name in ROOTS and not parent:
            return ""
        if (name, parent) not in self._known:
            self._known[name, parent] = self._find(str(name), parent)
        return self._known[name, parent]

    def _find(self, name: str, parent: str) -> str:
        if parent not in self._levels:
            self._levels[parent] = level(self._api, parent)
        by_uid = [one for one in self._levels[parent] if one["uid"] == name]
        found = by_uid or [one for one in self._levels[parent] if one["title"] == name]
        if not found and "/" not in name:
            found = titled(self._api, name, parent)
        if len(found) > 1:
            raise Failure(f"There are {len(found)} folders called {name!r}. Say which one by folder_uid.")
        if found:
            return str(found[0]["uid"])
        if not parent and "/" in name:
            return folder_uid(self._api, name)
        if not parent and get_or_none(self._api, f"/api/folders/{quote(name, safe='')}"):
            return name
        raise Failure(self._missing.format(name))


class Sources:
    """The server's data sources; None when the account may not read them."""

    def __init__(self, api: Any) -> None:
        self._api, self._asked = api, False
        self._found: list[dict[str, Any]] | None = None

    def all(self) -> list[dict[str, Any]] | None:
        """The list, asked for at the first call."""
        if not self._asked:
            self._asked = True
            try:
                self._found = self._api.get("/api/datasources") or []
            except ClientError as error:
                if error.status != 403:
                    raise
        return self._found
