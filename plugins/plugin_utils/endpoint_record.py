# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The services that hosts offer, and the shape in which an endpoint of one is described."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from . import jaeger_names
from .grafana_names import grafana_names
from .loki_names import loki_names


@dataclass(frozen=True)
class Service:
    """One row: a service that hosts offer.

    ``job`` None means that Prometheus does not scrape it by default. ``other_names`` returns what its host says in other variables
    than those that all roles have, as {name without the role's prefix: value}. ``offered`` tells by a host's variables whether it
    has this port at all; without it, each host of the group has.
    """

    group: str
    port: int
    job: str | None
    metrics_path: str = "/metrics"
    other_names: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
    # Without a group of its own it is on the hosts of the service ``beside``, once one of those that it serves is there.
    beside: str = ""
    serves: tuple[str, ...] = ()
    offered: Callable[[Mapping[str, Any]], bool] | None = None


SERVICES: dict[str, Service] = {
    "prometheus": Service(group="prometheus", port=9090, job="prometheus"),
    "alertmanager": Service(group="alertmanager", port=9093, job="alertmanager"),
    "node_exporter": Service(group="nodes", port=9100, job="node"),
    "otel_collector": Service(group="otel_collector", port=18888, job="otel_collector", beside="node_exporter", serves=("loki", "jaeger")),
    "blackbox_exporter": Service(group="blackbox_exporter", port=9115, job="blackbox_exporter"),
    "loki": Service(group="loki", port=3100, job="loki", other_names=loki_names),
    "grafana": Service(group="grafana", port=3000, job="grafana", other_names=grafana_names),
    # Jaeger's other ports are endpoints of their own: others send spans there, Prometheus scrapes them.
    "jaeger": Service(group="jaeger", port=16686, job=None, offered=jaeger_names.answers),
    "jaeger_otlp_grpc": Service("jaeger", 4317, None, other_names=jaeger_names.listener("otlp_grpc_listen_address", "otlp_tls"), offered=jaeger_names.receives),
    "jaeger_otlp_http": Service("jaeger", 4318, None, other_names=jaeger_names.listener("otlp_http_listen_address", "otlp_tls"), offered=jaeger_names.receives),
    "jaeger_metrics": Service("jaeger", 8888, "jaeger", other_names=jaeger_names.listener("metrics_listen_address")),
    "jaeger_spanmetrics": Service(
        "jaeger", 8889, "jaeger-spanmetrics", other_names=jaeger_names.listener("spanmetrics_listen_address"), offered=jaeger_names.measures
    ),
}

ALERTMANAGER_CLUSTER_PORT = 9094

DEFAULT_STACK = "default"

RECORD_FIELDS = (
    "service",
    "host",
    "address",
    "port",
    "scheme",
    "path_prefix",
    "metrics_path",
    "ca_file",
    "server_name",
    "insecure_skip_verify",
    "auth_user",
    "auth_file",
    "auth_from",
    "labels",
    "stack",
)

# What a user can say of an endpoint: where a password comes from is found out, not said.
GIVEN_FIELDS = tuple(field for field in RECORD_FIELDS if field != "auth_from")
EXTERNAL_FIELDS = (*GIVEN_FIELDS, "url")


class TopologyError(ValueError):
    """The inventory cannot be read as a topology; the text is a sentence for the user."""


def url_path(url: str | None) -> str:
    """Return the path of a URL (or a path alone) without its last slash: '' for the root."""
    path = urlsplit(str(url or "")).path.strip("/")
    return f"/{path}" if path else ""


def check_fields(record: Mapping[str, Any], where: str, fields: Iterable[str]) -> dict[str, Any]:
    """Return a copy of ``record`` when it has no key but ``fields``; else raise TopologyError, naming ``where``."""
    unknown = sorted(set(record) - set(fields))
    if unknown:
        raise TopologyError(f"{where} has the unknown key {unknown[0]!r}. Known are: {', '.join(fields)}.")
    return dict(record)


def netloc(record: Mapping[str, Any]) -> str:
    """Return ``address:port`` of a record, an IPv6 address in brackets."""
    address = str(record["address"])
    return f"[{address}]:{record['port']}" if ":" in address else f"{address}:{record['port']}"


def base_url(record: Mapping[str, Any]) -> str:
    """Return the URL of a record, without a slash at its end."""
    return f"{record['scheme']}://{netloc(record)}{record['path_prefix'] or ''}"
