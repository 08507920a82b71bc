# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each variant of the configuration, judged by the real program as the transaction does it."""

from __future__ import annotations

import pytest

from tests.unit.jaeger_role.support import KAFKA, STORAGES, described, judged
from tests.unit.programs import program

PASSWORD = "correct-horse-7"
CERTIFICATE = {"cert_file": "/etc/ssl/jaeger.pem", "key_file": "/etc/ssl/jaeger.key"}
VARIANTS = {
    **STORAGES,
    "defaults": {},
    "collector": {"role": "collector", **STORAGES["opensearch"]},
    "collector to kafka": {"role": "collector", "kafka": KAFKA},
    "query": {"role": "query", **STORAGES["opensearch"]},
    "ingester": {"role": "ingester", "kafka": {**KAFKA, "initial_offset": "earliest"}, **STORAGES["elasticsearch"]},
    "sampling": {"sampling_strategies": {"default_strategy": {"type": "probabilistic", "param": 0.1}}},
    "pages": {"web_route_prefix": "/jaeger", "ui_config": {"linkPatterns": []}, "web_config": {"tls_server_config": CERTIFICATE}},
    "users": {"web_config": {"basic_auth_users": {"ops": "correct-horse"}}},
    "otlp by TLS": {"otlp_tls": CERTIFICATE},
    "without service performance": {"spm": False},
    "spanmetrics": {"spanmetrics": {"dimensions": [{"name": "http.route"}], "histogram": {"unit": "s"}}},
    "jaeger 1's ports": {
        "receivers_extra": {
            "jaeger": {
                "protocols": {
                    "thrift_compact": {"endpoint": "0.0.0.0:6831"},
                    "thrift_binary": {"endpoint": "0.0.0.0:6832"},
                    "thrift_http": {"endpoint": "0.0.0.0:14268"},
                    "grpc": {"endpoint": "0.0.0.0:14250"},
                }
            },
            "zipkin": {"endpoint": "0.0.0.0:9411"},
        }
    },
    "logs": {"log_level": "debug", "log_format": "json"},
    "anything else": {"config_extra": {"extensions": {"pprof": {}}, "service": {"extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2", "pprof"]}}},
}


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_jaeger_itself_accepts_it(name, tmp_path):
    answer = judged(program("jaeger"), described(**VARIANTS[name]), tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    "extra",
    [
        {"receivers": {"otlp": {"protocols": {"grpcc": {}}}}},
        {"service": {"pipelines": {"traces": {"exporters": ["nobody"]}}}},
        {"extensions": {"jaeger_query": {"storage": {"tracez": "traces"}}}},
    ],
)
def test_jaeger_itself_refuses_what_is_wrong(extra, tmp_path):
    assert judged(program("jaeger"), described(config_extra=extra), tmp_path).returncode != 0


@pytest.mark.parametrize("prometheus", [{}, {"prometheus_basic_auth_users": {"reader": PASSWORD}}, {"prometheus_endpoint": {"scheme": "https"}}])
def test_jaeger_itself_accepts_the_way_to_the_metrics(prometheus, tmp_path):
    answer = judged(program("jaeger"), described({"p1": {"observability_ca_file": "/etc/ssl/ca.pem", **prometheus}}, {"prometheus": ["p1"]}), tmp_path)
    assert answer.returncode == 0, answer.stderr


def test_a_secret_file_is_read_where_it_is_staged(tmp_path):
    """The program opens referenced files while it checks; the current ones may not be there yet."""
    storage = {"addresses": ["ch1:9000"], "auth": {"basic": {"username": "u", "password": "${file:/etc/jaeger/secrets/ch}"}}}
    made = described(storage_type="clickhouse", storage=storage)
    assert judged(program("jaeger"), made, tmp_path).returncode != 0
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/ch").write_text("geheim", encoding="utf-8")
    answer = judged(program("jaeger"), made, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert made["unit"]["environment"] == {"JAEGER_SECRETS": "/etc/jaeger/secrets"}
