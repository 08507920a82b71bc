# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where traces are kept: the section of one storage backend in Jaeger's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..jaeger_names import ALL_IN_ONE
from ..merge import deep_merge
from ..timespan import seconds

#: Kept in the process or in its own directory: no other Jaeger sees it.
PRIVATE = ("memory", "badger")
#: What must be said of the others, and how it reads.
REQUIRED = {
    "elasticsearch": ("server_urls", "[http://es1:9200]"),
    "opensearch": ("server_urls", "[http://os1:9200]"),
    "cassandra": ("connection", "{servers: ['cassandra1:9042']}"),
    "clickhouse": ("addresses", "['clickhouse1:9000']"),
    "grpc": ("endpoint", "storage1:17271"),
}
TYPES = (*PRIVATE, *REQUIRED)
#: Without a limit of its own, memory would grow until the kernel ends it.
MAX_TRACES = 100000

Settings = Mapping[str, Any]


def backend(settings: Settings) -> dict[str, Any]:
    """Return {type: its settings}: ours, with the user's laid over them. Raises ValueError (a sentence)."""
    kind, given = settings["storage_type"], settings["storage"]
    if kind not in TYPES:
        raise ValueError(f"jaeger_storage_type is {kind!r}. Write one of: {', '.join(TYPES)}.")
    if kind in PRIVATE and settings["role"] != ALL_IN_ONE:
        raise ValueError(
            f"jaeger_role is {settings['role']}, but with jaeger_storage_type {kind} no other Jaeger sees its traces. "
            f"Choose a storage that they share ({', '.join(REQUIRED)}), or jaeger_role: {ALL_IN_ONE}."
        )
    needed, example = REQUIRED.get(kind, ("", ""))
    if needed and not given.get(needed):
        raise ValueError(f"jaeger_storage says nothing of {needed}, which {kind} needs. Write jaeger_storage: {{{needed}: {example}}}.")
    return {kind: deep_merge(_own(kind, settings), given)}


def _own(kind: str, settings: Settings) -> dict[str, Any]:
    kept = _retention(kind, settings["storage_retention"])
    if kind == "memory":
        return {"max_traces": MAX_TRACES}
    if kind == "badger":
        directories = {name: f"{settings['storage_dir']}/{name}" for name in ("keys", "values")}
        return {"ephemeral": False, "directories": directories} | ({"ttl": {"spans": kept}} if kept else {})
    if kind == "cassandra" and kept:
        return {"schema": {"trace_ttl": kept}}
    return {}


def _retention(kind: str, span: str) -> str:
    """Return a span of time as Go reads it, '' for upstream's choice."""
    if not span:
        return ""
    if kind not in ("badger", "cassandra"):
        raise ValueError(
            f"jaeger_storage_retention is {span}, but Jaeger does not remove anything from {kind} by age. Leave it empty; docs/jaeger.md says what does."
        )
    try:
        return f"{seconds(span)}s"
    except ValueError as error:
        raise ValueError(f"jaeger_storage_retention: {error}") from None
