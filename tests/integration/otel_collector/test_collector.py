# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role's configuration does in a real collector: lines arrive as described, and none is lost."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.integration.otel_collector.conftest import until

if TYPE_CHECKING:
    from tests.doubles.otlp_sink import OtlpSink
    from tests.integration.otel_collector.conftest import Collector


def write(path: Path, *lines: str | bytes) -> None:
    with path.open("ab") as stream:
        for line in lines:
            stream.write((line.encode() if isinstance(line, str) else line) + b"\n")


def entry(path: Path, **over: Any) -> dict[str, Any]:
    return {"name": "shop", "include": [str(path)], **over}


def test_a_line_arrives_with_its_host_service_and_path(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    write(log, "one line")
    collector.configure(files=[entry(log, attributes={"team": "web"})], loki_tenant="acme", resource_attributes={"deployment.environment": "test"})
    collector.start()
    until(lambda: sink.find("one line"), "the line arrives")
    (line,) = sink.lines
    assert line.resource == {"host.name": "web1", "service.name": "shop", "deployment.environment": "test"}
    assert line.attributes == {"log.file.path": str(log), "team": "web"}
    assert sink.headers["X-Scope-Orgid"] == "acme"
    assert "otelcol_exporter_sent_log_records" in collector.metrics()


def test_parsers_take_lines_apart_and_let_others_pass(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    for name, lines in {
        "json": ['{"level": "error", "msg": "it broke", "at": "2026-01-02T03:04:05.678Z"}', "not json at all"],
        "logfmt": ['level=warn msg="two words"', "no pairs"],
        "regex": ["GET /cart 200", "?"],
        "container": ['{"log":"from docker\\n","stream":"stderr","time":"2026-01-02T03:04:05.000000001Z"}', "2026-01-02T03:04:05.1Z stdout F from containerd"],
        "several": ["2026 first", "  at one", "  at two", "2026 second", "2026 third"],
    }.items():
        write(tmp_path / f"{name}.log", *lines)
    collector.configure(files=[
        entry(tmp_path / "json.log", name="json", format="json", level="level", message="msg", timestamp="at"),
        entry(tmp_path / "logfmt.log", name="logfmt", format="logfmt", level="level"),
        entry(tmp_path / "regex.log", name="regex", format="regex", regex=r"^(?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d+)$"),
        entry(tmp_path / "container.log", name="container", format="container", operators=[]),
        entry(tmp_path / "several.log", name="several", multiline_start=r"^\d{4} "),
    ])  # fmt: skip
    assert collector.validate().returncode == 0
    collector.start()
    until(lambda: len(sink.lines) >= 10, "all lines arrive")
    (broke,) = sink.find("it broke")
    assert (broke.body, broke.severity, broke.time) == ("it broke", "error", 1767323045678000000)
    assert {"not json at all", "no pairs", "?", "from docker", "from containerd"} <= set(sink.bodies())
    assert (sink.find("two words")[0].attributes["msg"], sink.find("two words")[0].severity) == ("two words", "warn")
    assert sink.find("GET")[0].attributes["status"] == "200"
    assert sink.find("first")[0].body == "2026 first\n  at one\n  at two"


def test_secrets_are_hidden(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    write(log, "login password=hunter2 done", '{"api_key": "abc123", "x": 1}', "Authorization: Bearer eyJhbGciOi.x.y end")
    write(log, "postgres://ann:pw9@db/shop", "last 4711-4711")
    collector.configure(files=[entry(log)], redact=[*collector_redact(), r"\d{4}-\d{4}"])
    collector.start()
    until(lambda: len(sink.lines) >= 5, "all lines arrive")
    assert sink.bodies() == [
        "login password=**** done", '{"api_key": "****", "x": 1}', "Authorization: Bearer **** end", "postgres://ann:****@db/shop", "last ****",
    ]  # fmt: skip


def collector_redact() -> list[Any]:
    from tests.unit.otel_collector_role.support import defaults

    return list(defaults()["redact"])


def test_garbage_and_long_lines_harm_nobody(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    write(log, b"before", b"bad \xff\xfe utf-8", bytes(range(1, 10)) + b"\x00\x80", b"x" * 2500, b"after")
    collector.configure(files=[entry(log)], max_line_size=1000)
    collector.start()
    until(lambda: sink.find("after"), "the last line arrives")
    bodies = sink.bodies()
    assert "bad \ufffd\ufffd utf-8" in bodies
    assert "before" in bodies
    # Split, so that nothing of it is lost and no part is longer than Loki takes.
    parts = [body for body in bodies if set(body) == {"x"}]
    assert "".join(parts) == "x" * 2500
    assert max(map(len, parts)) <= 1000


def test_rotated_and_truncated_files_are_read_to_their_ends(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    write(log, *(f"a{number:04}" for number in range(500)))
    collector.configure(files=[entry(log)])
    collector.start()
    until(lambda: len(sink.lines) >= 500, "the first lines arrive")
    # As logrotate does: the last lines go into the file under its new name.
    log.rename(tmp_path / "shop.log.1")
    write(tmp_path / "shop.log.1", "last of the old")
    write(log, *(f"b{number:04}" for number in range(500)))
    until(lambda: sink.find("b0499") and sink.find("last of the old"), "old and new file are read")
    os.truncate(log, 0)
    until(lambda: log.stat().st_size == 0, "it is empty")
    write(log, *(f"c{number:04}" for number in range(10)))
    until(lambda: sink.find("c0009"), "what comes after a truncation is read")
    wanted = {f"a{n:04}" for n in range(500)} | {f"b{n:04}" for n in range(500)} | {f"c{n:04}" for n in range(10)} | {"last of the old"}
    assert set(sink.bodies()) == wanted
    assert len(sink.bodies()) == len(wanted)


def test_nothing_is_lost_while_the_sink_refuses_and_the_collector_is_killed(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    log, count = tmp_path / "shop.log", 20000
    log.touch()
    collector.configure(files=[entry(log)])
    collector.start()
    sink.refuse = 503
    write(log, *(f"line {number:06}" for number in range(count // 2)))
    until(lambda: sink.refused > 3, "the sink is asked again")
    collector.stop(kill=True)
    write(log, *(f"line {number:06}" for number in range(count // 2, count)))
    collector.start()
    refused = sink.refused
    until(lambda: sink.refused > refused, "it goes on after the crash")
    sink.refuse = 0
    until(lambda: len(set(sink.bodies())) == count, "every line arrives")
    # At least once: what was under way when it was killed may come twice.
    assert len(sink.bodies()) < count * 2


def test_applications_send_lines_and_spans(collector: Collector, sink: OtlpSink) -> None:
    collector.configure(
        otlp="true",
        exporters={"otlphttp/traces": {"endpoint": sink.url, "encoding": "json"}},
        service={"pipelines": {"traces": {"receivers": ["otlp"], "processors": ["memory_limiter"], "exporters": ["otlphttp/traces"]}}},
    )
    assert collector.validate().returncode == 0
    collector.start()
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}
    record = {"timeUnixNano": "1767323045678000000", "body": {"stringValue": "sent by OTLP " + "y" * 300000}}
    post(collector, "logs", {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]})
    ids = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331"}
    span = {**ids, "name": "pay", "kind": 1, "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
    post(collector, "traces", {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]})
    until(lambda: sink.find("sent by OTLP") and sink.spans, "line and span arrive")
    (line,) = sink.lines
    assert line.resource == {"service.name": "cart", "host.name": "web1"}
    assert len(line.body) == 250000
    assert sink.spans[0]["name"] == "pay"


def post(collector: Collector, signal: str, message: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{collector.ports['otlp_http']}/v1/{signal}"
    request = urllib.request.Request(url, json.dumps(message).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def test_what_cannot_work_is_refused_before_it_runs(collector: Collector, tmp_path: Path) -> None:
    for over in (
        {"config_extra": {"service": {"pipelines": {"logs": {"exporters": ["nowhere"]}}}}},
        {"files": [entry(tmp_path / "x.log", operators=[{"type": "no_such_operator"}])]},
        {"drop_logs": ["this is no condition"]},
        {"config_extra": {"exporters": {"otlphttp/loki": {"no_such_key": 1}}}},
    ):
        collector.configure(**{"files": [entry(tmp_path / "x.log")], **over})
        assert collector.validate().returncode != 0, over
