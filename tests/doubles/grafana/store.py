# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documents in tables, in memory, and in SQLite as well when there is a data directory.

A document that was changed is put again; only `put` and `drop` reach the disk. Organisation 0 holds what belongs to
the whole server: users, organisations, tokens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

Write = Callable[[str, Any, Any], None]

SCHEMA = "CREATE TABLE IF NOT EXISTS documents (place TEXT, key TEXT, body TEXT, PRIMARY KEY (place, key))"
UPSERT = "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (place, key) DO UPDATE SET body = excluded.body"


class Table(dict[Any, Any]):
    """Documents of one kind in one organisation, in the order in which they were made."""

    def __init__(self, place: str, write: Write):
        super().__init__()
        self.place, self.write = place, write

    def put(self, key: Any, document: Any) -> Any:
        """Store a document and return it."""
        self[key] = document
        self.write(self.place, key, document)
        return document

    def drop(self, key: Any) -> Any:
        """Remove a document and return it; None when there was none."""
        if key in self:
            self.write(self.place, key, None)
        return self.pop(key, None)


class Store:
    """Every table of the server."""

    def __init__(self, file: Path | None = None):
        self.tables: dict[str, Table] = {}
        self.seen = 0
        self.database = self._open(file) if file else None

    def _open(self, file: Path) -> sqlite3.Connection:
        file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(file, check_same_thread=False)
        # A double may lose the last moment in a power cut; waiting for the disk at each request it may not.
        database.execute("PRAGMA synchronous = OFF")
        database.execute(SCHEMA)
        database.commit()
        self._read(database)
        return database

    def _read(self, database: sqlite3.Connection) -> None:
        for table in self.tables.values():
            table.clear()
        for place, key, body in database.execute("SELECT place, key, body FROM documents ORDER BY rowid"):
            self._at(place)[json.loads(key)] = json.loads(body)
        self.seen = database.execute("PRAGMA data_version").fetchone()[0]

    def refresh(self) -> None:
        """Read everything again when another process wrote: `grafana cli` changes the data of a running server."""
        if self.database is not None and self.database.execute("PRAGMA data_version").fetchone()[0] != self.seen:
            self._read(self.database)

    def _at(self, place: str) -> Table:
        if place not in self.tables:
            self.tables[place] = Table(place, self._write)
        return self.tables[place]

    def _write(self, place: str, key: Any, document: Any) -> None:
        if self.database is None:
            return
        if document is None:
            self.database.execute("DELETE FROM documents WHERE place = ? AND key = ?", (place, json.dumps(key)))
        else:
            self.database.execute(UPSERT, (place, json.dumps(key), json.dumps(document)))

    def table(self, kind: str, org: int = 0) -> Table:
        """Return a table; it need not exist."""
        return self._at(f"{org}/{kind}")

    def next(self, sequence: str) -> int:
        """Return the next number of a sequence; the first is 1."""
        numbers = self.table("sequences")
        return int(numbers.put(sequence, numbers.get(sequence, 0) + 1))

    def forget(self, org: int) -> None:
        """Drop everything that belongs to an organisation."""
        for place, table in self.tables.items():
            if place.startswith(f"{org}/"):
                for key in list(table):
                    table.drop(key)

    def commit(self) -> None:
        """Make what was written since the last call durable."""
        if self.database is not None:
            self.database.commit()

    def close(self) -> None:
        """Commit and close the file."""
        if self.database is not None:
            self.database.commit()
            self.database.close()
