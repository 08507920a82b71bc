# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the collector takes logs from: the journal and files, as receivers in upstream's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..merge import deep_merge

Config = dict[str, Any]
Settings = Mapping[str, Any]

OFFSETS = "file_storage/offsets"
# A receiver whose lines are not taken waits with them, for as long as that takes.
PATIENT = {"enabled": True, "max_elapsed_time": "0s"}

# The journal's priorities as severities.
SEVERITIES = {"fatal": ["0", "1", "2"], "error": "3", "warn": "4", "info": ["5", "6"], "debug": "7"}

# Loki makes a stream of each service.name, so there must not be one for every session or transient unit: what a host calls its
# services is a small set, while anybody may log under any identifier. That one is an attribute of the line.
SERVICE_NAME = (
    'EXPR(let unit = body._SYSTEMD_UNIT ?? ""; body._TRANSPORT == "kernel" ? "kernel" : '
    'unit matches "^(session-|user@|user-)" ? "session" : unit matches "^run-[a-z]?[0-9a-f]+[.]" ? "run" : '
    'unit endsWith ".service" ? split(trimSuffix(unit, ".service"), "@")[0] : unit == "init.scope" ? "systemd" : "system")'
)
JOURNAL_FIELDS = {"_SYSTEMD_UNIT": "unit", "SYSLOG_IDENTIFIER": "identifier", "_PID": "pid"}

FILE_KEYS = (
    *("name", "include", "exclude", "service", "start_at", "multiline_start", "multiline_end", "format", "regex", "timestamp", "timestamp_layout"),
    *("level", "message", "attributes", "operators", "options"),
)
PARSERS: dict[str, Config] = {
    "json": {"type": "json_parser"},
    "logfmt": {"type": "key_value_parser"},
    "regex": {"type": "regex_parser"},
    "container": {"type": "container"},
}
# Docker writes the end of each line into it.
WITHOUT_END = {"type": "regex_replace", "id": "end", "field": "body", "regex": "\n$", "replace_with": ""}
# Only these paths name pod and container; of another the parser would complain, line by line.
PODS = "/var/log/pods/"


def journal(settings: Settings, host: str) -> Config:
    """Return the receiver of the journal."""
    own = {
        "start_at": settings["start_at"],
        "priority": "debug",
        # Else a message with a byte that cannot be printed, or a long one, comes without its text.
        "all": True,
        "convert_message_bytes": True,
        "storage": OFFSETS,
        "retry_on_failure": PATIENT,
        "resource": {"host.name": host},
        "operators": journal_operators(),
    }
    return deep_merge(own, settings["journal_options"])


def journal_operators() -> list[Config]:
    """Return what makes a line of a journal's entry: the text, its severity, and who wrote it."""
    moves = [_when(field, {"type": "move", "id": name, "from": f"body.{field}", "to": f"attributes.{name}"}) for field, name in JOURNAL_FIELDS.items()]
    return [
        {"type": "add", "id": "service", "field": 'resource["service.name"]', "value": SERVICE_NAME},
        _when("PRIORITY", {"type": "severity_parser", "parse_from": "body.PRIORITY", "preset": "none", "mapping": SEVERITIES, "overwrite_text": True}),
        *moves,
        _when("MESSAGE", {"type": "move", "id": "message", "from": "body.MESSAGE", "to": "body"}),
        {"type": "sanitize_utf8", "field": "body"},
    ]


def _when(field: str, operator: Config) -> Config:
    return {**operator, "if": f"body.{field} != nil"}


def log_file(entry: Any, settings: Settings, host: str) -> Config:
    """Return the receiver of one entry of otel_collector_files; raises ValueError (a sentence)."""
    checked = check_file(entry)
    own: Config = {
        "include": checked["include"],
        "exclude": checked.get("exclude") or [],
        "start_at": checked.get("start_at") or settings["start_at"],
        "include_file_name": False,
        "include_file_path": True,
        # A longer line comes as several, since Loki would refuse it.
        "max_log_size": settings["max_line_size"],
        "storage": OFFSETS,
        "retry_on_failure": PATIENT,
        "resource": {"host.name": host, "service.name": checked.get("service") or checked["name"]},
        "attributes": checked.get("attributes") or {},
        "operators": file_operators(checked),
    }
    # Upstream takes one of the two.
    ends = [side for side in ("start", "end") if checked.get(f"multiline_{side}")]
    if ends:
        own["multiline"] = {f"line_{ends[0]}_pattern": checked[f"multiline_{ends[0]}"]}
    return deep_merge(own, checked.get("options"))


def check_file(entry: Any) -> Config:
    """Return an entry of otel_collector_files with its patterns as lists; raises ValueError for one that cannot be meant."""
    if not isinstance(entry, Mapping) or not entry.get("name") or not entry.get("include"):
        raise ValueError(f"otel_collector_files: {entry!r} needs a name and include, such as {{name: nginx, include: [/var/log/nginx/*.log]}}.")
    where = f"otel_collector_files, {entry['name']}"
    unknown = sorted(set(entry) - set(FILE_KEYS))
    if unknown:
        raise ValueError(f"{where}: {unknown[0]} is unknown. Known are: {', '.join(FILE_KEYS)}. What upstream's receiver has besides goes into options.")
    if entry.get("format") and entry["format"] not in PARSERS:
        raise ValueError(f"{where}: format {entry['format']!r} is unknown. Known are: {', '.join(PARSERS)}.")
    if (entry.get("format") == "regex") != bool(entry.get("regex")):
        raise ValueError(f"{where}: format: regex and regex belong together.")
    if entry.get("multiline_start") and entry.get("multiline_end"):
        raise ValueError(f"{where}: give multiline_start or multiline_end, not both.")
    patterns = {key: [entry[key]] if isinstance(entry[key], str) else list(entry[key]) for key in ("include", "exclude") if entry.get(key)}
    return {**entry, **patterns}


def file_operators(entry: Settings) -> list[Config]:
    """Return what takes a line apart. A line that is not as described is shipped as it is."""
    operators: list[Config] = []
    if entry.get("format"):
        parser = dict(PARSERS[entry["format"]])
        if entry.get("regex"):
            parser["regex"] = entry["regex"]
        operators.append({**parser, "id": "parser", "on_error": "send_quiet"})
        if entry["format"] == "container":
            operators[0]["add_metadata_from_filepath"] = all(path.startswith(PODS) for path in entry["include"])
            operators.append(WITHOUT_END)
    if entry.get("timestamp"):
        operators.append(_of_attribute(entry["timestamp"], {"type": "time_parser", **_layout(entry.get("timestamp_layout") or "")}))
    if entry.get("level"):
        operators.append(_of_attribute(entry["level"], {"type": "severity_parser"}))
    if entry.get("message"):
        field = attribute(entry["message"])
        operators.append({"type": "move", "id": "message", "from": field, "to": "body", "if": f"{field} != nil"})
    return operators + list(entry.get("operators") or [])


def attribute(name: str) -> str:
    """Return an attribute as operators name it."""
    return f'attributes["{name}"]'


def _of_attribute(name: str, operator: Config) -> Config:
    return {**operator, "parse_from": attribute(name), "on_error": "send_quiet", "if": f"{attribute(name)} != nil"}


def _layout(layout: str) -> Config:
    if not layout or layout.startswith("%"):
        return {"layout": layout or "%Y-%m-%dT%H:%M:%S.%LZ"}
    if layout in ("s", "ms", "us", "ns"):
        return {"layout_type": "epoch", "layout": layout}
    return {"layout_type": "gotime", "layout": layout}
