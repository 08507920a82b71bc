# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Promtail's configuration becomes receivers, and what has no counterpart is told by name."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.plugin_utils.otel_collector import promtail_stages
from plugins.plugin_utils.otel_collector.promtail import promtail_receivers
from tests.unit.otel_collector_role.support import settings


def translated(*jobs: dict[str, Any], **top: Any) -> dict[str, Any]:
    return promtail_receivers({"scrape_configs": list(jobs), **top}, settings(), "web1")


def job(*stages: dict[str, Any], labels: dict[str, str] | None = None, **over: Any) -> dict[str, Any]:
    static = [{"targets": ["localhost"], "labels": {"__path__": "/var/log/x/*.log", **(labels or {})}}]
    return {"job_name": "x", "static_configs": static, "pipeline_stages": list(stages), **over}


def only(*jobs: dict[str, Any], **top: Any) -> dict[str, Any]:
    (receiver,) = translated(*jobs, **top).values()
    return receiver


def test_paths_and_labels() -> None:
    clients = [{"url": "u", "external_labels": {"dc": "a"}}]
    found = translated(job(labels={"job": "varlogs", "env": "prod", "__path_exclude__": "/var/log/x/old*"}), clients=clients)
    receiver = found["filelog/promtail_x_1"]
    assert receiver["include"] == ["/var/log/x/*.log"]
    assert receiver["exclude"] == ["/var/log/x/old*"]
    assert receiver["resource"] == {"host.name": "web1", "service.name": "varlogs", "dc": "a", "job": "varlogs", "env": "prod"}
    assert receiver["start_at"] == "beginning"


def test_relabelling_of_static_targets_is_worked_out() -> None:
    rules = [
        {"source_labels": ["app", "env"], "separator": "-", "regex": "(.+)-(p.*)", "replacement": "${2}/$1", "target_label": "both"},
        {"regex": "tmp_(.*)", "action": "labelmap"},
        {"regex": "tmp_.*", "action": "labeldrop"},
    ]
    receiver = only(job(labels={"app": "shop", "env": "prod", "tmp_a": "1"}, relabel_configs=rules))
    assert {name: receiver["resource"].get(name) for name in ("both", "a", "tmp_a")} == {"both": "prod/shop", "a": "1", "tmp_a": None}
    dropped = [{"source_labels": ["app"], "regex": "shop", "action": "drop"}]
    assert translated(job(labels={"app": "shop"}, relabel_configs=dropped)) == {}


def test_the_journal_with_its_fields() -> None:
    rules = [
        {"source_labels": ["__journal__systemd_unit"], "target_label": "unit"},
        {"source_labels": ["__journal__systemd_unit"], "regex": "(.*)[.]service", "target_label": "app"},
        {"source_labels": ["__journal__hostname"], "regex": "web.*", "action": "keep"},
    ]
    journal = {"path": "/var/log/journal", "max_age": "12h", "labels": {"job": "systemd-journal"}, "matches": "_TRANSPORT=kernel PRIORITY=3"}
    receiver = translated({"job_name": "journal", "journal": journal, "relabel_configs": rules})["journald/journal"]
    assert receiver["directory"] == "/var/log/journal"
    assert receiver["matches"] == [{"_TRANSPORT": "kernel", "PRIORITY": "3"}]
    assert receiver["resource"] == {"host.name": "web1", "job": "systemd-journal"}
    first, second, replaced, keep = receiver["operators"][:4]
    assert (first["from"], first["to"]) == ("body._SYSTEMD_UNIT", 'attributes["unit"]')
    assert second["to"] == 'attributes["app"]'
    assert (replaced["type"], replaced["regex"], replaced["replace_with"]) == ("regex_replace", "^(?:(.*)[.]service)$", "${1}")
    assert keep == {"type": "filter", "expr": 'not ((body._HOSTNAME ?? "") matches "^(?:web.*)$")'}


def test_a_pipeline_reads_from_what_earlier_stages_extracted() -> None:
    receiver = only(job(
        {"json": {"expressions": {"level": None, "text": "entry.message"}}},
        {"labels": {"level": None}},
        {"timestamp": {"source": "ts", "format": "RFC3339"}},
        {"output": {"source": "text"}},
    ))  # fmt: skip
    kinds = [operator["type"] for operator in receiver["operators"]]
    assert kinds == ["add", "json_parser", "copy", "copy", "copy", "severity_parser", "time_parser", "copy", "remove"]
    assert receiver["operators"][3]["from"] == 'attributes["_extracted"]["_json"]["entry"]["message"]'


def test_several_lines_at_the_beginning_are_the_receivers_own() -> None:
    receiver = only(job({"multiline": {"firstline": r"^\d+", "max_wait_time": "2s"}}))
    assert (receiver["multiline"], receiver["force_flush_period"], receiver["operators"]) == ({"line_start_pattern": r"^\d+"}, "2s", [])
    later = only(job({"cri": {}}, {"multiline": {"firstline": r"^\d+"}}))
    assert [operator["type"] for operator in later["operators"]] == ["container", "regex_replace", "move", "recombine"]


def test_a_match_is_a_condition_of_its_stages() -> None:
    receiver = only(job({"match": {"selector": '{job="x", env!="dev"} |= "a\\"b"', "stages": [{"static_labels": {"hit": "yes"}}]}}))
    (operator,) = receiver["operators"]
    assert operator["if"] == (
        '(attributes["job"] ?? resource["job"] ?? "") == "x" and (attributes["env"] ?? resource["env"] ?? "") != "dev" and body contains "a\\"b"'
    )


@pytest.mark.parametrize(("stage", "says"), [
    ({"metrics": {"lines": {}}}, "stage 1 (metrics): this stage cannot be translated. Count in Loki"),
    ({"template": {"source": "a"}}, "stage 1 (template): this stage cannot be translated"),
    ({"tenant": {"value": "a"}}, "otel_collector_loki_tenant"),
    ({"json": {"expressions": {"a": "b[0]"}}}, "stage 1 (json): the expression 'b[0]'"),
    ({"drop": {"older_than": "24h"}}, "stage 1 (drop): the option older_than"),
    ({"drop": {}}, "stage 1 (drop): it says of nothing when to drop"),
    ({"timestamp": {"source": "a"}}, "stage 1 (timestamp): it needs source and format"),
    ({"match": {"selector": '{a="b"} | json', "stages": []}}, "stage 1 (match): of the selector"),
    ({"match": {"selector": "nothing", "stages": []}}, "stage 1 (match): the selector 'nothing'"),
    ({"match": {"selector": '{a="b"}', "stages": [{"pack": {}}]}}, "stage 1 (match), stage 1 (pack)"),
    ({"a": 1, "b": 2}, "a stage is a mapping with one key"),
])  # fmt: skip
def test_what_cannot_be_translated_names_the_stage(stage: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as caught:
        translated(job(stage))
    assert says in str(caught.value)
    assert "scrape_configs 'x'" in str(caught.value)


@pytest.mark.parametrize(("config", "says"), [
    ({"scrape_configs": [{"job_name": "x", "syslog": {}}]}, "syslog cannot be translated"),
    ({"scrape_configs": [{"job_name": "x", "static_configs": [{"labels": {}}]}]}, "no label __path__"),
    ({"clients": [{"url": "u", "tenant_id": "a"}]}, "Set otel_collector_loki_tenant"),
    ({"scrape_config": []}, "scrape_config cannot be translated"),
    ({"scrape_configs": [{"job_name": "x", "journal": {}, "relabel_configs": [{"source_labels": ["a", "b"], "target_label": "c"}]}]}, "begins with __journal_"),
    ({"scrape_configs": [{"job_name": "x", "static_configs": [{"labels": {"__path__": "/x"}}], "relabel_configs": [{"action": "hashmod"}]}]}, "'hashmod'"),
])  # fmt: skip
def test_other_parts_are_named_too(config: dict[str, Any], says: str) -> None:
    with pytest.raises(promtail_stages.Unsupported) as caught:
        promtail_receivers(config, settings(), "web1")
    assert says in str(caught.value)
