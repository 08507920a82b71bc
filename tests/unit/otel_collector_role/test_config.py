# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the role's variables and the inventory's endpoints to the collector's configuration."""

from __future__ import annotations

import re
from typing import Any

import pytest

from plugins.plugin_utils.endpoint_credentials import Credential
from plugins.plugin_utils.otel_collector import config, description
from plugins.plugin_utils.otel_collector.processors import quoted
from tests.unit.otel_collector_role.support import JAEGER, LOKI, configured, settings


def refused(**over: Any) -> str:
    with pytest.raises(ValueError) as caught:
        configured(**over)
    return str(caught.value)


def test_lines_go_to_the_loki_and_traces_to_the_jaeger_of_the_inventory() -> None:
    made = configured()
    assert made["exporters"]["otlphttp/loki"]["endpoint"] == "http://10.0.0.5:3100/otlp"
    assert made["exporters"]["otlp/jaeger"]["endpoint"] == "10.0.0.6:4317"
    assert set(made["service"]["pipelines"]) == {"logs", "traces"}


def test_the_port_and_tls_of_a_managed_jaeger_are_its_own() -> None:
    spans = {**JAEGER, "service": "jaeger_otlp_grpc", "port": 5317, "scheme": "https", "ca_file": "/etc/ssl/own.pem"}
    exporter = configured(JAEGER, spans)["exporters"]["otlp/jaeger"]
    assert (exporter["endpoint"], exporter["tls"]) == ("10.0.0.6:5317", {"ca_file": "/etc/ssl/own.pem"})
    by_hand = configured(LOKI, traces_endpoint="https://traces.example.org:443")["exporters"]["otlp/jaeger"]
    assert (by_hand["endpoint"], by_hand["tls"]) == ("https://traces.example.org:443", {})


def test_without_one_of_them_there_is_no_pipeline_to_it() -> None:
    assert set(configured(LOKI)["service"]["pipelines"]) == {"logs"}
    made = configured(JAEGER)
    assert set(made["service"]["pipelines"]) == {"traces"}
    assert "journald" not in made["receivers"]
    with pytest.raises(ValueError, match="web1 has nothing to do"):
        configured({})


def test_every_pipeline_waits_on_disk_and_gives_nothing_up() -> None:
    for exporter in configured()["exporters"].values():
        assert exporter["sending_queue"]["storage"] == "file_storage/queue"
        assert exporter["sending_queue"]["block_on_overflow"] is True
        assert exporter["retry_on_failure"]["max_elapsed_time"] == "0s"


def test_it_logs_in_and_believes_the_certificate() -> None:
    record = {**LOKI, "scheme": "https", "ca_file": "/etc/ssl/own.pem", "server_name": "", "insecure_skip_verify": None}
    made = configured(record, known=Credential("ann", "pa$$word", "loki_basic_auth_users"))
    assert made["exporters"]["otlphttp/loki"]["tls"] == {"ca_file": "/etc/ssl/own.pem"}
    # The collector reads $$ as one dollar.
    assert made["extensions"]["basicauth/loki"] == {"client_auth": {"username": "ann", "password": "pa$$$$word"}}
    assert made["exporters"]["otlphttp/loki"]["auth"] == {"authenticator": "basicauth/loki"}
    assert "basicauth/loki" in made["service"]["extensions"]


def test_beside_a_jaeger_it_leaves_the_ports_to_it() -> None:
    here = {**JAEGER, "host": "web1"}
    assert "otlp" not in configured(LOKI, here)["receivers"]
    assert "otlp" in configured(LOKI, here, otlp="true")["receivers"]
    assert "otlp" in configured(LOKI, JAEGER)["receivers"]
    assert "otlp" not in configured(LOKI, JAEGER, otlp="False")["receivers"]
    assert description.otel_collector_description(settings(), "web1", [LOKI, here], lambda *_: None)["ports"] == ["127.0.0.1:13134"]


def test_what_the_user_says_is_laid_over_and_stays_as_it_is() -> None:
    made = configured(
        exporters={"otlphttp/loki": {"timeout": "5s"}, "debug": {}},
        config_extra={"exporters": {"debug": {"verbosity": "${env:LEVEL}"}}},
        service={"extensions": ["pprof"], "pipelines": {"logs": {"exporters": ["debug"]}}},
    )
    assert made["exporters"]["otlphttp/loki"]["timeout"] == "5s"
    assert made["exporters"]["debug"]["verbosity"] == "${env:LEVEL}"
    assert made["service"]["pipelines"]["logs"]["exporters"] == ["debug"]
    assert "journald" in made["service"]["pipelines"]["logs"]["receivers"]
    assert {"health_check", "file_storage/queue", "pprof"} <= set(made["service"]["extensions"])


def test_a_pipeline_of_the_users_own_needs_neither_loki_nor_jaeger() -> None:
    own = {"pipelines": {"logs": {"receivers": ["otlp"], "exporters": ["debug"]}}}
    assert configured({}, receivers={"otlp": {}}, exporters={"debug": {}}, service=own)["service"]["pipelines"] == own["pipelines"]


def test_metrics_need_a_place_to_go_to() -> None:
    assert "otel_collector_remote_write" in refused(hostmetrics=["cpu"])
    made = configured(hostmetrics=["cpu"], remote_write=[{"endpoint": "http://p/api/v1/write"}])
    assert made["service"]["pipelines"]["metrics"]["receivers"] == ["hostmetrics", "otlp"]
    assert made["service"]["pipelines"]["metrics"]["exporters"] == ["prometheusremotewrite/1"]


def test_all_kinds_of_processing_have_their_place() -> None:
    made = configured(drop_logs=["true"], attributes=[{"key": "a", "action": "delete"}], tail_sampling=[{"name": "all", "type": "always_sample"}])
    pipelines = made["service"]["pipelines"]
    first = ["memory_limiter", "resourcedetection", "resource"]
    assert pipelines["logs"]["processors"] == [*first, "transform/limit", "filter/drop", "attributes", "transform/redact"]
    assert pipelines["traces"]["processors"] == [*first, "attributes", "transform/redact", "tail_sampling"]


@pytest.mark.parametrize(("entry", "says"), [
    ({"include": ["/x"]}, "needs a name and include"),
    ({"name": "x"}, "needs a name and include"),
    ({"name": "x", "include": "/x", "pattern": "y"}, "pattern is unknown"),
    ({"name": "x", "include": "/x", "format": "xml"}, "format 'xml' is unknown"),
    ({"name": "x", "include": "/x", "format": "regex"}, "belong together"),
    ({"name": "x", "include": "/x", "multiline_start": "a", "multiline_end": "b"}, "not both"),
])  # fmt: skip
def test_a_mistake_in_an_entry_is_named(entry: dict[str, Any], says: str) -> None:
    assert says in refused(files=[entry])


def test_users_of_its_metrics_are_not_promised() -> None:
    assert "neither TLS nor users" in refused(web_config={"basic_auth_users": {"a": "b"}})


def test_a_wrong_redaction_is_named() -> None:
    assert "neither a pattern nor" in refused(redact=[{"regex": "x"}])


def test_quoting_brings_back_what_was_quoted() -> None:
    text = 'a\\d"b\nc'
    inner = quoted(text)[1:-1]
    assert re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], inner) == text


def test_only_a_reader_of_files_may_read_all_of_them() -> None:
    def capabilities(**over: Any) -> list[str]:
        found = description.otel_collector_description(settings(**over), "web1", [LOKI], lambda *_: None)
        return list(found["unit"]["capabilities"])

    assert capabilities() == []
    assert capabilities(files=[{"name": "x", "include": "/x"}]) == ["CAP_DAC_READ_SEARCH"]
    promtail = {"scrape_configs": [{"job_name": "x", "static_configs": [{"labels": {"__path__": "/x"}}]}]}
    assert capabilities(promtail_config=promtail) == ["CAP_DAC_READ_SEARCH"]


def test_what_is_removed_need_not_be_right() -> None:
    assert description.otel_collector_description(settings(state="absent", files=["wrong"]), "web1", [], lambda *_: None) == {}


def test_the_file_is_secret_unless_told_otherwise() -> None:
    for shown in (True, False):
        (file,) = description.otel_collector_description(settings(show_config_diff=shown), "web1", [LOKI], lambda *_: None)["files"]
        assert file["secret"] is not shown


def test_dollars_of_ours_mean_themselves() -> None:
    made = config.configuration(settings(redact=["a$"], journal_options={"grep": "b$"}), "web1", [LOKI], lambda *_: None)
    assert made["receivers"]["journald"]["grep"] == "b$$"
    assert '"a$$"' in made["processors"]["transform/redact"]["log_statements"][0]
