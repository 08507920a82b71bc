# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Promtail's pipeline stages as operators of the collector's receivers.

What a stage extracts is kept in one attribute, from which later stages read; it is taken away at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .promtail_selector import condition, text_literal
from .receivers import WITHOUT_END

Config = dict[str, Any]

EXTRACTED = "_extracted"
HOLD = f'attributes["{EXTRACTED}"]'
PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
EPOCHS = {"Unix": "s", "UnixMs": "ms", "UnixUs": "us", "UnixNs": "ns"}
LAYOUTS = {
    "ANSIC": "Mon Jan _2 15:04:05 2006",
    "UnixDate": "Mon Jan _2 15:04:05 MST 2006",
    "RubyDate": "Mon Jan 02 15:04:05 -0700 2006",
    "RFC822": "02 Jan 06 15:04 MST",
    "RFC822Z": "02 Jan 06 15:04 -0700",
    "RFC850": "Monday, 02-Jan-06 15:04:05 MST",
    "RFC1123": "Mon, 02 Jan 2006 15:04:05 MST",
    "RFC1123Z": "Mon, 02 Jan 2006 15:04:05 -0700",
    "RFC3339": "2006-01-02T15:04:05Z07:00",
    "RFC3339Nano": "2006-01-02T15:04:05.999999999Z07:00",
}
SIZES = {"": 1, "b": 1, "kb": 1 << 10, "mb": 1 << 20}


class Unsupported(ValueError):
    """A part of a Promtail configuration that has no counterpart; a sentence."""


def stage_operators(stages: Any, where: str) -> list[Config]:
    """Return the operators of a list of stages. Raises Unsupported, naming the stage."""
    operators = [operator for number, stage in enumerate(stages, 1) for operator in _one(stage, f"{where}, stage {number}")]
    if not any(HOLD in str(operator) for operator in operators):
        return operators
    return [{"type": "add", "field": HOLD, "value": {}}, *operators, {"type": "remove", "field": HOLD}]


def _one(stage: Any, where: str) -> list[Config]:
    if not isinstance(stage, Mapping) or len(stage) != 1:
        raise Unsupported(f"{where}: a stage is a mapping with one key; this one is {stage!r}.")
    ((kind, options),) = stage.items()
    where = f"{where} ({kind})"
    if kind not in STAGES:
        raise Unsupported(f"{where}: this stage cannot be translated. {ADVICE.get(kind, 'Write it as operators in otel_collector_files.')}")
    maker, known = STAGES[kind]
    options = options or {}
    unknown = sorted(set(options) - set(known)) if known else []
    if unknown:
        raise Unsupported(f"{where}: the option {unknown[0]} cannot be translated. What can be: {', '.join(known)}.")
    return maker(options, where)


def held(name: str) -> str:
    """Return where an extracted value is kept."""
    return f'{HOLD}["{name}"]'


def _source(options: Mapping[str, Any]) -> str:
    return held(options["source"]) if options.get("source") else "body"


def _parser(options: Mapping[str, Any], **more: Any) -> Config:
    given = {"if": f"{_source(options)} != nil"} if options.get("source") else {}
    return {**more, "parse_from": _source(options), "parse_to": HOLD, "on_error": "send_quiet", **given}


def _copy(source: str, target: str, kind: str = "copy") -> Config:
    return {"type": kind, "from": source, "to": target, "if": f"{source} != nil"}


def _json(options: Mapping[str, Any], where: str) -> list[Config]:
    inside = held("_json")
    operators: list[Config] = [{**_parser(options, type="json_parser"), "parse_to": inside}]
    if options.get("drop_malformed"):
        operators[0]["on_error"] = "drop_quiet"
    for name, expression in options.get("expressions", {}).items():
        path = str(expression or name).strip('"')
        if not PATH.fullmatch(path):
            raise Unsupported(f"{where}: the expression {path!r} is more than names with dots between.")
        names = path.split(".")
        fields = ["".join([inside, *(f'["{part}"]' for part in names[: end + 1])]) for end in range(len(names))]
        there = " and ".join(f"{field} != nil" for field in [inside, *fields])
        operators.append({"type": "copy", "from": fields[-1], "to": held(name), "if": there})
    return operators


def _logfmt(options: Mapping[str, Any], _where: str) -> list[Config]:
    renamed = {name: source for name, source in options.get("mapping", {}).items() if source and source != name}
    return [_parser(options, type="key_value_parser"), *(_copy(held(source), held(name)) for name, source in renamed.items())]


def _regex(options: Mapping[str, Any], where: str) -> list[Config]:
    if not options.get("expression"):
        raise Unsupported(f"{where}: it has no expression.")
    return [_parser(options, type="regex_parser", regex=options["expression"])]


def _labels(options: Mapping[str, Any], _where: str) -> list[Config]:
    copies = [_copy(held(source or name), f'attributes["{name}"]') for name, source in options.items()]
    levels = [name for name in options if name in ("level", "severity")]
    return copies + [{"type": "severity_parser", "parse_from": f'attributes["{name}"]', "on_error": "send_quiet", "if": f'attributes["{name}"] != nil'}
                     for name in levels]  # fmt: skip


def _static_labels(options: Mapping[str, Any], _where: str) -> list[Config]:
    return [{"type": "add", "field": f'attributes["{name}"]', "value": value} for name, value in options.items()]


def _labeldrop(options: Any, _where: str) -> list[Config]:
    return [{"type": "remove", "field": f'attributes["{name}"]', "if": f'attributes["{name}"] != nil'} for name in options]


def _timestamp(options: Mapping[str, Any], where: str) -> list[Config]:
    if not options.get("source") or not options.get("format"):
        raise Unsupported(f"{where}: it needs source and format.")
    form = str(options["format"])
    parsed = {"layout_type": "epoch", "layout": EPOCHS[form]} if form in EPOCHS else {"layout_type": "gotime", "layout": LAYOUTS.get(form, form)}
    location = {"location": options["location"]} if options.get("location") else {}
    field = held(options["source"])
    return [{"type": "time_parser", "parse_from": field, **parsed, **location, "on_error": "send_quiet", "if": f"{field} != nil"}]


def _output(options: Mapping[str, Any], where: str) -> list[Config]:
    if not options.get("source"):
        raise Unsupported(f"{where}: it needs a source.")
    return [_copy(held(options["source"]), "body")]


def _multiline(options: Mapping[str, Any], where: str) -> list[Config]:
    if not options.get("firstline"):
        raise Unsupported(f"{where}: it needs firstline.")
    return [{"type": "recombine", "combine_field": "body", "is_first_entry": f"body matches {text_literal(options['firstline'])}",
             "source_identifier": 'attributes["log.file.path"]', "max_batch_size": int(options.get("max_lines", 128)),
             "force_flush_period": options.get("max_wait_time", "3s")}]  # fmt: skip


def _drop(options: Mapping[str, Any], where: str) -> list[Config]:
    source = _source(options)
    tests = [f"{source} != nil"]
    if options.get("expression"):
        tests.append(f"{source} matches {text_literal(options['expression'])}")
    if options.get("value") is not None:
        tests.append(f"{source} == {text_literal(str(options['value']))}")
    if options.get("longer_than"):
        size = re.fullmatch(r"(\d+)\s*([kKmM]?[bB]?)", str(options["longer_than"]))
        if not size:
            raise Unsupported(f"{where}: longer_than {options['longer_than']!r} is not a size such as 8kb.")
        tests.append(f"len({source}) > {int(size[1]) * SIZES[size[2].lower()]}")
    if not set(options) & {"source", "expression", "value", "longer_than"}:
        raise Unsupported(f"{where}: it says of nothing when to drop it.")
    return [{"type": "filter", "expr": " and ".join(tests)}]


def _match(options: Mapping[str, Any], where: str) -> list[Config]:
    try:
        wanted = condition(str(options.get("selector", "")))
    except ValueError as error:
        raise Unsupported(f"{where}: {error}") from None
    if options.get("action") == "drop":
        return [{"type": "filter", "expr": wanted}]
    inner = [operator for number, stage in enumerate(options.get("stages") or [], 1) for operator in _one(stage, f"{where}, stage {number}")]
    return [_only_when(wanted, operator, where) for operator in inner]


def _only_when(wanted: str, operator: Config, where: str) -> Config:
    if operator["type"] == "recombine":
        raise Unsupported(f"{where}: multiline inside match cannot be translated. Give these files an entry of their own.")
    if operator["type"] == "filter":
        return {**operator, "expr": f"({wanted}) and ({operator['expr']})"}
    return {**operator, "if": f"({wanted}) and ({operator['if']})" if "if" in operator else wanted}


def _container(form: str) -> Callable[[Mapping[str, Any], str], list[Config]]:
    def make(_options: Mapping[str, Any], _where: str) -> list[Config]:
        parser = {"type": "container", "format": form, "add_metadata_from_filepath": False}
        return [parser, WITHOUT_END, _copy('attributes["log.iostream"]', 'attributes["stream"]', "move")]

    return make


ADVICE = {
    "tenant": "Set otel_collector_loki_tenant; one collector writes for one tenant.",
    "metrics": "Count in Loki, by recording rules of its ruler.",
    "replace": "What hides secrets goes into otel_collector_redact.",
    "limit": "Limit in Loki (limits_config), or drop by otel_collector_drop_logs.",
    "sampling": "Drop by otel_collector_drop_logs.",
}

# Name of the stage: what makes its operators, and its options that can be translated (none: all are names of the user's own).
STAGES: dict[str, tuple[Callable[[Any, str], list[Config]], tuple[str, ...]]] = {
    "json": (_json, ("expressions", "source", "drop_malformed")),
    "logfmt": (_logfmt, ("mapping", "source")),
    "regex": (_regex, ("expression", "source")),
    "labels": (_labels, ()),
    "structured_metadata": (_labels, ()),
    "static_labels": (_static_labels, ()),
    "labeldrop": (_labeldrop, ()),
    "timestamp": (_timestamp, ("source", "format", "location")),
    "output": (_output, ("source",)),
    "multiline": (_multiline, ("firstline", "max_wait_time", "max_lines")),
    "drop": (_drop, ("source", "expression", "value", "longer_than", "drop_counter_reason")),
    "match": (_match, ("selector", "stages", "action", "pipeline_name", "drop_counter_reason")),
    "docker": (_container("docker"), ()),
    "cri": (_container("containerd"), ("max_partial_lines", "max_partial_line_size", "max_partial_line_size_truncate")),
}
