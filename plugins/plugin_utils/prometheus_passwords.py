# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The passwords by which Prometheus logs in to endpoints, as secret files of its configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .endpoint_credentials import Credential

# Below secrets/, where files of the user's cannot be: their names have no slash.
DIRECTORY = "secrets/endpoints"

Record = Mapping[str, Any]


class PasswordFiles:
    """Gives records the files of their passwords. Records that share name and password share a file."""

    def __init__(self, find: Callable[[str, str], Credential | None]) -> None:
        """``find(service, host)`` returns the credential of an endpoint."""
        self._find = find
        self._paths: dict[Credential, str] = {}

    def add(self, records: Iterable[Record]) -> list[Record]:
        """Return the records, those whose password is known with an auth_file relative to the configuration."""
        return [self._with_file(record) for record in records]

    def files(self, text: str) -> list[dict[str, Any]]:
        """Return the files that the configuration ``text`` refers to, as service_release takes them."""
        return [
            {"path": path, "content": known.password, "secret": True, "on_change": "reload"}
            for known, path in self._paths.items()
            if f"password_file: {path}\n" in text
        ]

    def _with_file(self, record: Record) -> Record:
        known = self._find(record["service"], record["host"]) if record["auth_from"] else None
        return {**record, "auth_file": self._path(known)} if known else record

    def _path(self, known: Credential) -> str:
        # Numbered and not named by a digest of the password, which would let guesses be tried. Where it comes from
        # makes no difference.
        key = Credential(known.user, known.password, "")
        if key not in self._paths:
            path = f"{DIRECTORY}/{re.sub(r'[^A-Za-z0-9_-]', '_', known.user)}"
            taken = sum(re.fullmatch(rf"{path}(\.\d+)?", other) is not None for other in self._paths.values())
            self._paths[key] = f"{path}.{taken + 1}" if taken else path
        return self._paths[key]
