# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pages' examples are accepted by the real program, and a translated Promtail does what it did."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.integration.otel_collector.conftest import until

if TYPE_CHECKING:
    from tests.doubles.otlp_sink import OtlpSink
    from tests.integration.otel_collector.conftest import Collector

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("otel-collector", "migration-promtail")
EXAMPLES = [
    yaml.safe_load(block) for page in PAGES for block in re.findall(r"```yaml\n(.*?)```", (ROOT / f"docs/{page}.md").read_text(encoding="utf-8"), re.DOTALL)
]


def without_prefix(variables: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("otel_collector_"): value for name, value in variables.items()}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: next(iter(example)))
def test_an_example_is_accepted(example: dict[str, Any], collector: Collector) -> None:
    given = without_prefix(example)
    given["otlp"] = str(given.get("otlp", "true"))
    collector.configure(**{"journal": True, **given})
    done = collector.validate()
    assert done.returncode == 0, done.stderr


def test_a_translated_promtail_ships_what_it_shipped(collector: Collector, sink: OtlpSink, tmp_path: Path) -> None:
    (example,) = [example for example in EXAMPLES if "otel_collector_promtail_config" in example]
    config = example["otel_collector_promtail_config"]
    (shop,) = [job for job in config["scrape_configs"] if job["job_name"] == "shop"]
    shop["static_configs"][0]["labels"]["__path__"] = str(tmp_path / "*.log")
    docker = {"job_name": "docker", "static_configs": [{"labels": {"__path__": str(tmp_path / "docker-json")}}], "pipeline_stages": [
        {"docker": {}}, {"regex": {"expression": r"^(?P<method>\S+) (?P<path>\S+) (?P<rest>.*)"}}, {"labels": {"method": None, "where": "path"}},
        {"logfmt": {"mapping": {"code": "status"}, "source": "rest"}}, {"labels": {"code": None}}, {"drop": {"expression": "^HEAD"}},
    ]}  # fmt: skip
    entries = [{"log": f"{line}\n", "stream": "stderr", "time": "2026-01-02T03:04:05Z"} for line in ("GET /cart status=200", "HEAD / status=1")]
    (tmp_path / "docker-json").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    (tmp_path / "shop.log").write_text(
        '{"severity": "warn", "time": "2026-01-02T03:04:05.5Z",\n "entry": {"message": "payment late"}}\n{"severity": "debug", "entry": {"message": "no"}}\n'
        '{"severity": "info", "entry": {"message": "other"}}\n{"not json\n'
    )
    collector.configure(promtail_config={**config, "scrape_configs": [shop, docker]})
    assert collector.validate().returncode == 0
    collector.start()
    until(lambda: len(sink.lines) >= 4, "the lines arrive")
    (paid,), (other,), (got,) = sink.find("payment late"), sink.find("other"), sink.find("GET")
    assert (paid.body, paid.severity, paid.time) == ("payment late", "warn", 1767323045500000000)
    assert paid.resource == {"host.name": "web1", "service.name": "shop", "job": "shop", "env": "prod", "dc": "fra1"}
    assert paid.attributes == {"log.file.path": str(tmp_path / "shop.log"), "level": "warn", "team": "billing"}
    assert (other.body, other.attributes.get("team")) == ("other", None)
    assert (got.body, got.resource["service.name"]) == ("GET /cart status=200", "docker")
    taken = {name: got.attributes[name] for name in ("method", "where", "code", "stream")}
    assert taken == {"method": "GET", "where": "/cart", "code": "200", "stream": "stderr"}
    assert '{"not json' in sink.bodies()
    assert not sink.find("HEAD") and not sink.find('"no"')
