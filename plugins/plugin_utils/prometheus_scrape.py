# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scrape jobs of Prometheus: from the inventory, from files, from probes, and the user's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .endpoint_record import SERVICES, netloc
from .merge import deep_merge
from .prometheus_federation import federation_jobs
from .prometheus_probes import probe_jobs
from .prometheus_transport import by_transport, transport_config

Job = dict[str, Any]
Record = Mapping[str, Any]

TARGETS_DIR = "file_sd"


def scrape_configs(settings: Mapping[str, Any], endpoints: list[Record], servers: list[Record], target_files: Iterable[str]) -> list[Job]:
    """Return the list scrape_configs.

    ``settings`` are the role's variables without their prefix, ``endpoints`` the records of this stack, ``servers`` the
    Prometheus records of all stacks (for federation), ``target_files`` the names of the files below file_sd. A job of
    the user replaces a generated one of the same name. Raises ValueError (a sentence).
    """
    own = settings["scrape_configs"]
    jobs = inventory_jobs(endpoints) if settings["scrape_inventory"] else []
    jobs = _with_target_files(jobs, own, settings["config_dir"], target_files)
    jobs += probe_jobs(settings["probes"], endpoints) + federation_jobs(settings["federation"], servers)
    jobs = [deep_merge(job, settings["job_settings"].get(base_name(job), {})) for job in jobs]
    if int(settings["shards"]) > 1:
        jobs = [_sharded(job, int(settings["shards"]), int(settings["shard"])) for job in jobs]
    taken = {job.get("job_name") for job in own}
    jobs = [job for job in jobs if job["job_name"] not in taken and base_name(job) not in taken]
    return _checked_names([*jobs, *own])


def base_name(job: Job) -> str:
    """Return the name that a generated job's series carry: a job is split when its targets need different keys."""
    statics = job.get("static_configs") or [{}]
    return str(statics[0].get("labels", {}).get("job", job["job_name"]))


def inventory_jobs(endpoints: Iterable[Record]) -> list[Job]:
    """Return the jobs for the records of services that have a job in the table, one for each way to connect."""
    jobs = []
    for service, row in SERVICES.items():
        if row.job:
            groups = by_transport(record for record in endpoints if record["service"] == service)
            jobs += [_job(row.job, number, group) for number, group in enumerate(groups)]
    return jobs


def _job(name: str, number: int, records: list[Record]) -> Job:
    # TLS and authentication hold for a whole job, so targets that need others go to a job of their own; the label
    # puts their series under the same name.
    extra = {"job": name} if number else {}
    path = Counter(record["metrics_path"] for record in records).most_common(1)[0][0]
    job = {"job_name": f"{name}-{number + 1}" if number else name}
    if path != "/metrics":
        job["metrics_path"] = path
    return job | transport_config(records[0]) | {"static_configs": [_static(record, path, extra) for record in records]}


def _static(record: Record, path: str, extra: Mapping[str, str]) -> dict[str, Any]:
    labels = {**extra, "instance": f"{record['host']}:{record['port']}", **record["labels"]}
    if record["metrics_path"] != path:
        labels["__metrics_path__"] = record["metrics_path"]
    return {"targets": [netloc(record)], "labels": labels}


def _with_target_files(jobs: list[Job], own: list[Job], config_dir: str, names: Iterable[str]) -> list[Job]:
    """Read every file below file_sd that no job of the user reads: in the job of the same name, else in a new one."""
    read = {path.removeprefix(f"{config_dir}/") for job in own for sd in job.get("file_sd_configs", []) for path in sd["files"]}
    generated = {job["job_name"]: job for job in jobs}
    for name in names:
        path = f"{TARGETS_DIR}/{name}"
        if path in read or any("*" in other and other.startswith(f"{TARGETS_DIR}/") for other in read):
            continue
        job_name = name.rpartition(".")[0]
        job = generated.setdefault(job_name, {"job_name": job_name})
        # By its public path: there the file is renewed under the eyes of Prometheus, which watches it.
        job.setdefault("file_sd_configs", []).append({"files": [f"{config_dir}/{path}"]})
    return list(generated.values())


def _sharded(job: Job, shards: int, shard: int) -> Job:
    """Keep the targets of this shard only; the server's own job is kept whole, so that each shard watches itself."""
    if not 0 <= shard < shards:
        raise ValueError(f"prometheus_shard is {shard}, but with {shards} shards it must be 0 to {shards - 1}.")
    if base_name(job) == "prometheus":
        return job
    rules = [
        {"source_labels": ["__address__"], "modulus": shards, "target_label": "__tmp_shard", "action": "hashmod"},
        {"source_labels": ["__tmp_shard"], "regex": str(shard), "action": "keep"},
    ]
    return job | {"relabel_configs": [*job.get("relabel_configs", []), *rules]}


def _checked_names(jobs: list[Job]) -> list[Job]:
    counts = Counter(job.get("job_name") for job in jobs)
    if None in counts:
        raise ValueError("An entry of prometheus_scrape_configs has no job_name. Give each job a name.")
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise ValueError(f"The scrape job {twice[0]} is described twice. Give each job another job_name.")
    return jobs
