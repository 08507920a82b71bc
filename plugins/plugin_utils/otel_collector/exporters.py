# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the collector sends to: Loki, Jaeger and remote write, with queues on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Find
from ..endpoint_record import base_url, netloc
from .receivers import PATIENT

Config = dict[str, Any]
Settings = Mapping[str, Any]
Record = Mapping[str, Any]

QUEUE = "file_storage/queue"
LOKI, JAEGER = "otlphttp/loki", "otlp/jaeger"
# The endpoint at which a Jaeger takes OTLP by gRPC. Of one that is given by hand only its pages may be known.
TAKES_SPANS, OTLP_PORT = "jaeger_otlp_grpc", 4317
MIB = 1 << 20
# Loki takes messages of 4 MiB, unless told otherwise. A batch waits for more for this long.
BATCH = {"sizer": "bytes", "min_size": MIB // 4, "max_size": 2 * MIB, "flush_timeout": "500ms"}


def queue(size_mib: int) -> Config:
    """Return the queue of an exporter: on disk, and when it is full those who fill it wait.

    Batches are made behind it, not by a processor before it: what that holds is lost with the process.
    """
    return {"storage": QUEUE, "sizer": "bytes", "queue_size": size_mib * MIB, "block_on_overflow": True, "batch": BATCH}


def loki(settings: Settings, records: list[Record], find: Find) -> tuple[Config, Config]:
    """Return the exporter to Loki and the extension by which it logs in; both empty when there is no Loki."""
    url, known = settings["loki_url"], None
    record: Record = {}
    if not url and records:
        record = records[0]
        url, known = base_url(record), find("loki", record["host"])
    if not url:
        return {}, {}
    exporter: Config = {
        "endpoint": f"{url.rstrip('/')}/otlp",
        "timeout": "30s",
        "retry_on_failure": PATIENT,
        "sending_queue": queue(settings["queue_size_mib"]),
    }
    if url.startswith("https"):
        exporter["tls"] = _tls(record) or settings["tls"]
    if settings["loki_tenant"]:
        exporter["headers"] = {"X-Scope-OrgID": settings["loki_tenant"]}
    if known is None:
        return exporter, {}
    exporter["auth"] = {"authenticator": "basicauth/loki"}
    return exporter, {"basicauth/loki": {"client_auth": {"username": known.user, "password": known.password}}}


def jaeger(settings: Settings, records: list[Record]) -> Config:
    """Return the exporter of traces, empty when there is none to send them to."""
    endpoint, tls = settings["traces_endpoint"], settings["tls"]
    if not endpoint and records:
        record = next((record for record in records if record["service"] == TAKES_SPANS), None) or {**records[0], "scheme": "http", "port": OTLP_PORT}
        endpoint = netloc(record)
        tls = (_tls(record) or tls) if record["scheme"] == "https" else {"insecure": True}
    if not endpoint:
        return {}
    plain = {} if endpoint.startswith("https://") else {"insecure": True}
    return {"endpoint": endpoint, "tls": tls or plain, "retry_on_failure": PATIENT, "sending_queue": queue(settings["queue_size_mib"])}


def _tls(record: Record) -> Config:
    names = {"ca_file": "ca_file", "server_name": "server_name_override", "insecure_skip_verify": "insecure_skip_verify"}
    return {ours: record[field] for field, ours in names.items() if record.get(field)}
