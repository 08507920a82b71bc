# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scrape jobs that probe URLs through the inventory's blackbox exporters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .endpoint_record import netloc
from .merge import deep_merge
from .prometheus_transport import TRANSPORT, by_transport, transport_config

FIELDS = ("name", "module", "targets", "labels", "exporters", "settings")

# The exporter is asked instead of the target; the target becomes a parameter and the instance.
RELABELLING = [
    {"source_labels": ["__address__"], "target_label": "__param_target"},
    {"source_labels": ["__param_target"], "target_label": "instance"},
    {"source_labels": ["__tmp_exporter"], "target_label": "__address__"},
]


def probe_jobs(probes: Iterable[Mapping[str, Any]], endpoints: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the jobs of the probes, each {name, module, targets, labels, exporters, settings}.

    Every exporter of the stack probes every target, unless ``exporters`` names some hosts; the label ``prober`` tells
    them apart. Raises ValueError (a sentence).
    """
    exporters = [record for record in endpoints if record["service"] == "blackbox_exporter"]
    return [job for probe in probes for job in _jobs(_checked(probe), exporters)]


def _jobs(probe: Mapping[str, Any], exporters: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    named = probe.get("exporters")
    chosen = [record for record in exporters if not named or record["host"] in named]
    if not chosen:
        raise ValueError(
            f"The probe {probe['name']} has no blackbox exporter to go through. Put a host into the group "
            "blackbox_exporter, or name one of its hosts in the probe's exporters."
        )
    return [_job(probe, number, group) for number, group in enumerate(by_transport(chosen, (*TRANSPORT, "path_prefix")))]


def _job(probe: Mapping[str, Any], number: int, exporters: list[Mapping[str, Any]]) -> dict[str, Any]:
    name = f"probe-{probe['name']}"
    extra = {"job": name} if number else {}
    job = {
        "job_name": f"{name}-{number + 1}" if number else name,
        "metrics_path": f"{exporters[0]['path_prefix']}/probe",
        "params": {"module": [probe.get("module", "http_2xx")]},
        **transport_config(exporters[0]),
        "static_configs": [_static(probe, record, extra) for record in exporters],
        "relabel_configs": RELABELLING,
    }
    return deep_merge(job, probe.get("settings"))


def _static(probe: Mapping[str, Any], exporter: Mapping[str, Any], extra: Mapping[str, str]) -> dict[str, Any]:
    labels = {**extra, **probe.get("labels", {}), "prober": exporter["host"], "__tmp_exporter": netloc(exporter)}
    return {"targets": list(probe["targets"]), "labels": labels}


def _checked(probe: Mapping[str, Any]) -> Mapping[str, Any]:
    where = f"The probe {probe.get('name', dict(probe))}"
    unknown = sorted(set(probe) - set(FIELDS))
    if unknown:
        raise ValueError(f"{where} has the unknown key {unknown[0]!r}. Known are: {', '.join(FIELDS)}.")
    if not probe.get("name") or not probe.get("targets") or isinstance(probe["targets"], str):
        raise ValueError(f"{where} needs a name and a list of targets.")
    return probe
