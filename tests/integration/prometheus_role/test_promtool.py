# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every documented option, as Prometheus itself reads it: rendered, then judged by the real promtool and prometheus."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_files import prometheus_files
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_flags import prometheus_flags
from ansible_collections.observability.stack.plugins.plugin_utils.web_config import web_config_text

from tests.lab.mirror import fill
from tests.unit.prometheus_role.support import NEW, ROLE, STACK, records, settings

RULES = {"name": "a", "interval": "30s", "rules": [{"record": "x:y", "expr": "sum(up)"}, {"alert": "A", "expr": "up == 0"}]}
JOB = {"job_name": "mine", "scrape_interval": "5s"}
BASIC = {"basic_auth": {"username": "u", "password_file": "secrets/x"}}

# Options of the role, each with a value that its description promises to work.
EXAMPLES: dict[str, dict[str, Any]] = {
    "defaults": {},
    "global": {"global": {"scrape_interval": "1m", "scrape_timeout": "10s", "query_log_file": "/var/lib/prometheus/q"}},
    "external_labels": {"external_labels": {"cluster": "a", "n": 1}},
    "replica_label": {"replica_label": "", "alert_relabel_configs": [{"action": "labeldrop", "regex": "x"}]},
    "job_settings": {"job_settings": {"node": {"metric_relabel_configs": [{"action": "labeldrop", "regex": "uuid"}]}}},
    "retention": {"storage_retention": "90d", "storage_retention_size": "5GB", "storage_retention_percentage": "80"},
    "no time limit": {"storage_retention": "", "storage_retention_percentage": "62.5"},
    "exemplars": {"exemplars_max": 1000},
    "native_histograms": {"native_histograms": True},
    "receivers": {"otlp_receiver": True, "remote_write_receiver": True},
    "otlp": {"otlp_receiver": True, "otlp": {"promote_resource_attributes": ["service.name"]}},
    "features": {"enable_features": ["promql-per-step-stats"], "exemplars_max": 1},
    "rule_groups": {"rule_groups": [RULES]},
    "alert_rules": {"alert_rules": RULES["rules"]},
    "alertmanager_config": {"alertmanager_config": [{"scheme": "https", "static_configs": [{"targets": ["x:9093"]}], **BASIC}]},
    "targets": {"targets": {"db": [{"targets": ["x:1"], "labels": {"env": "test"}}], "node": [{"targets": ["y:9100"]}]}},
    "probes": {"probes": [{"name": "web", "module": "http_2xx", "targets": ["https://a"], "labels": {"team": "x"}}]},
    "federation": {"federation": [{"name": "other", "match": ['{job="node"}'], "targets": ["x:9090"]}]},
    "shards": {"shards": 3, "shard": 1},
    "remote_write": {
        "remote_write": [{"url": "https://x/write", **BASIC, "write_relabel_configs": [{"action": "drop", "regex": "go_.*", "source_labels": ["__name__"]}]}]
    },
    "remote_read": {"remote_read": [{"url": "https://x/read", "read_recent": True}]},
    "agent_mode": {"agent_mode": True, "remote_write": [{"url": "http://x/write"}]},
    "config_extra": {"config_extra": {"tracing": {"endpoint": "x:4317", "insecure": True}, "runtime": {"gogc": 75}}},
    "flags": {"web_external_url": "https://example.org/prometheus"},
    "static": {"scrape_configs": [JOB | {"static_configs": [{"targets": ["x:1"]}]}]},
    "file_sd": {"scrape_configs": [JOB | {"file_sd_configs": [{"files": ["file_sd/*.yml"]}]}], "targets": {"a": [{"targets": ["x:1"]}]}},
    "http_sd": {"scrape_configs": [JOB | {"http_sd_configs": [{"url": "http://x/targets"}]}]},
    "dns_sd": {"scrape_configs": [JOB | {"dns_sd_configs": [{"names": ["_metrics._tcp.example.org"]}]}]},
    "consul_sd": {"scrape_configs": [JOB | {"consul_sd_configs": [{"server": "x:8500", "services": ["web"]}]}]},
    "ec2_sd": {"scrape_configs": [JOB | {"ec2_sd_configs": [{"region": "eu-central-1", "port": 9100}]}]},
    "kubernetes_sd": {"scrape_configs": [JOB | {"kubernetes_sd_configs": [{"role": "pod", "api_server": "https://k:6443"}]}]},
    "relabelling": {"scrape_configs": [JOB | {"relabel_configs": [{"source_labels": ["__address__"], "target_label": "x"}], "honor_labels": True}]},
}

# Options whose effect is not in the configuration or on the command line that these examples make, and where it is tested.
ELSEWHERE = {
    "base_rules": "the role's own rule file, below",
    "verify_rule": "in every example",
    "config_dir": "in every example",
    "db_dir": "in every example",
    "config_flags_extra": "tests of service_description",
    "config_secret": "tests of prometheus_files",
    "replica": "in every example",
    "scrape_configs": "one example for each kind of discovery",
    "scrape_inventory": "tests of scrape_configs",
}


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with prometheus and promtool, from the mirror's archive."""
    root = fill(["prometheus"]).root
    (archive,) = root.glob(f"github.com/prometheus/prometheus/releases/download/v{NEW}/*.linux-amd64.tar.gz")
    directory = tmp_path_factory.mktemp("programs")
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            if member.isfile() and Path(member.name).name in ("prometheus", "promtool"):
                member.name = Path(member.name).name
                opened.extract(member, directory, filter="data")
    return directory


def written(tree: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Write the configuration tree of a server p1 of a whole stack; returns its settings."""
    wanted = settings(config_dir=str(tree), **given)
    base = (ROLE / "files/rules/observability-base.yml").read_text(encoding="utf-8")
    texts = {"alert_rules": {"/observability-base.yml": base}, "static_targets": {}, "scrape_configs": {}}
    host_vars = {"a2": {"alertmanager_endpoint": {"scheme": "https", "auth_user": "u", "auth_file": str(tree / "secrets/x")}}}
    for file in prometheus_files(wanted, NEW, records(host_vars, **STACK), [], texts):
        (tree / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (tree / file["path"]).write_text(file["content"], encoding="utf-8")
    (tree / "secrets").mkdir()
    (tree / "secrets/x").write_text("secret")
    return wanted


def command_line(flags: dict[str, Any]) -> list[str]:
    return [f"--{name}" if value is True else f"--{name}={value}" for name, value in flags.items()]


def judged(*argv: object) -> str:
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False, timeout=60)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


@pytest.mark.parametrize("given", EXAMPLES.values(), ids=EXAMPLES)
def test_promtool_and_prometheus_accept(given: dict[str, Any], programs: Path, tmp_path: Path) -> None:
    wanted = written(tmp_path, given)
    agent = ["--agent"] if wanted["agent_mode"] else []
    output = judged(programs / "promtool", "check", "config", *agent, tmp_path / "prometheus.yml")
    assert "SUCCESS" in output
    assert "WARNING" not in output
    judged(programs / "prometheus", *command_line(prometheus_flags(wanted, NEW, "http://10.0.0.1:9090")), "--version")


def test_every_option_has_an_example() -> None:
    used = {name for given in EXAMPLES.values() for name in given}
    assert set(settings()) - used - set(ELSEWHERE) == set()


def test_a_bad_rule_beside_a_good_configuration_is_refused(programs: Path, tmp_path: Path) -> None:
    written(tmp_path, {"rule_groups": [{"name": "a", "rules": [{"alert": "A", "expr": "sum("}]}]})
    with pytest.raises(AssertionError, match="unclosed left parenthesis"):
        judged(programs / "promtool", "check", "config", tmp_path / "prometheus.yml")


def test_an_unknown_flag_is_refused(programs: Path) -> None:
    with pytest.raises(AssertionError, match="unknown long flag"):
        judged(programs / "prometheus", "--storage.tsdb.retention=1d", "--version")


def test_web_configuration(programs: Path, tmp_path: Path) -> None:
    path = tmp_path / "web.yml"
    path.write_text(web_config_text({"basic_auth_users": {"ann": "x"}, "http_server_config": {"headers": {"X-Frame-Options": "deny"}}}, "h"))
    assert "SUCCESS" in judged(programs / "promtool", "check", "web-config", path)


def test_the_roles_own_rules_do_what_they_say(programs: Path, tmp_path: Path) -> None:
    """Two rules that are easily wrong: a host that is down, and a file system that is almost full."""
    down = {"alertname": "InstanceDown", "severity": "critical", "job": "node", "instance": "a:9100"}
    full = {"device": "/dev/a", "mountpoint": "/", "fstype": "ext4", "instance": "a:9100"}
    labels = ", ".join(f'{name}="{value}"' for name, value in full.items())
    text = {
        "rule_files": [str(ROLE / "files/rules/observability-base.yml")],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": 'up{job="node", instance="a:9100"}', "values": "1x2 0x30"},
                    {"series": f"node_filesystem_avail_bytes{{{labels}}}", "values": "4x60"},
                    {"series": f"node_filesystem_size_bytes{{{labels}}}", "values": "100x60"},
                    {"series": f"node_filesystem_readonly{{{labels}}}", "values": "0x60"},
                ],
                "alert_rule_test": [
                    {"eval_time": "7m", "alertname": "InstanceDown"},
                    {"eval_time": "9m", "alertname": "InstanceDown", "exp_alerts": [{"exp_labels": down, "exp_annotations": DOWN}]},
                    {"eval_time": "20m", "alertname": "FilesystemAlmostFull", "exp_alerts": [{"exp_labels": full | CRITICAL, "exp_annotations": FULL}]},
                ],
            }
        ],
    }
    (tmp_path / "test.yml").write_text(yaml.safe_dump(text))
    judged(programs / "promtool", "test", "rules", tmp_path / "test.yml")


CRITICAL = {"alertname": "FilesystemAlmostFull", "severity": "critical"}
DOWN = {"summary": "node on a:9100 is down", "description": "Prometheus has had no answer from it for five minutes."}
FULL = {"summary": "/ on a:9100 has 4% left", "description": "The file system /dev/a is almost full."}
