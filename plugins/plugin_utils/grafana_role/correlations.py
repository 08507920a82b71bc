# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How one looks from metrics to traces, from logs to traces, from traces to logs and metrics, and from rules to alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Settings = dict[str, Any]
Known = Mapping[str, str]

# How applications write the trace's id into a log line: trace_id=..., "traceID": "..."
TRACE_IN_TEXT = r'(?i)trace_?id"?\s*[=:]\s*"?([0-9a-f]{16,32})'
# Around a span its logs may be a little early or late, since clocks differ.
EARLIER, LATER = "-5m", "5m"


def settings(uid: str, known: Known) -> Settings:
    """Return the jsonData of a data source of this kind; ``known`` has the kinds that there are, {kind: uid of its first}."""
    makers = {"thanos": _metrics, "prometheus": _metrics, "loki": _logs, "jaeger": _traces, "tempo": _traces, "alertmanager": _alerts}
    return makers[uid](uid, known)


def _traces_of(known: Known) -> str:
    return known.get("tempo") or known.get("jaeger") or ""


def _metrics(uid: str, known: Known) -> Settings:
    found: Settings = {"httpMethod": "POST", "prometheusType": "Thanos" if uid == "thanos" else "Prometheus", "manageAlerts": True}
    if "alertmanager" in known:
        found["alertmanagerUid"] = known["alertmanager"]
    if _traces_of(known):
        found["exemplarTraceIdDestinations"] = [{"name": name, "datasourceUid": _traces_of(known)} for name in ("trace_id", "traceID")]
    return found


def _logs(_uid: str, known: Known) -> Settings:
    found: Settings = {"manageAlerts": True}
    if "alertmanager" in known:
        found["alertmanagerUid"] = known["alertmanager"]
    if _traces_of(known):
        link = {"datasourceUid": _traces_of(known), "url": "${__value.raw}", "urlDisplayLabel": "Trace"}
        found["derivedFields"] = [
            {"name": "trace", "matcherType": "regex", "matcherRegex": TRACE_IN_TEXT, **link},
            {"name": "trace_id", "matcherType": "label", "matcherRegex": "trace_id", **link},
        ]
    return found


def _traces(uid: str, known: Known) -> Settings:
    found: Settings = {"nodeGraph": {"enabled": True}}
    metrics = known.get("thanos") or known.get("prometheus")
    span = {"spanStartTimeShift": EARLIER, "spanEndTimeShift": LATER}
    if "loki" in known:
        tags = [{"key": "service.name", "value": "service_name"}]
        found["tracesToLogsV2"] = {"datasourceUid": known["loki"], **span, "tags": tags, "filterByTraceID": True}
    if metrics:
        tags = [{"key": "service.name", "value": "service"}]
        found["tracesToMetrics"] = {"datasourceUid": metrics, **span, "tags": tags}
        if uid == "tempo":
            found["serviceMap"] = {"datasourceUid": metrics}
    return found


def _alerts(_uid: str, _known: Known) -> Settings:
    return {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
