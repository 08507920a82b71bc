# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Grafana asks data sources: health, the proxy, queries. Other servers are asked for real, without the lock."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from .datasource_types import CORE
from .datasources import GONE, LEGACY, sources
from .routes import route
from .wire import CHARSET_JSON, PLAIN, Reply, Request, coded, known, problem

PATIENCE = 10
NOT_FORWARDED = ("authorization", "cookie", "host", "connection", "content-length", "accept-encoding")
# What a data source is asked to see whether it works. The words are the recorded ones for Prometheus.
PROBES = {"prometheus": "/api/v1/query", "loki": "/ready", "jaeger": "/api/services", "alertmanager": "/-/healthy", "tempo": "/api/echo"}
FAILED = "There was an error returned querying the Prometheus API."
SCENARIOS = {
    "annotations": "Annotations", "arrow": "Load Apache Arrow Data", "csv_content": "CSV Content", "csv_file": "CSV File",
    "csv_metric_values": "CSV Metric Values", "datapoints_outside_range": "Datapoints Outside Range",
    "error_with_source": "Error with source", "exponential_heatmap_bucket_data": "Exponential heatmap bucket data",
    "flame_graph": "Flame Graph", "random_walk": "Random Walk",
}  # fmt: skip


def ask(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str, dict[str, str], bytes]:
    """Ask another server; OSError when it cannot be reached."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type") or "", dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def basic(one: dict[str, Any]) -> dict[str, str]:
    """Return the headers with which a data source is asked."""
    from base64 import b64encode

    headers = {}
    if one["basicAuth"]:
        pair = f"{one['basicAuthUser']}:{one['secrets'].get('basicAuthPassword', '')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    for number in range(1, 20):
        name, value = one["jsonData"].get(f"httpHeaderName{number}"), one["secrets"].get(f"httpHeaderValue{number}")
        if name and value:
            headers[name] = value
    return headers


@route("GET /api/datasources/uid/:uid/health", needs="datasources:query", role="Viewer")
def health(request: Request) -> Any:
    """Ask a data source whether it works."""
    one = known(sources(request).get(request["uid"]), 500, "Unable to load datasource metadata")
    if one["type"] not in CORE:
        raise coded(404, "plugin.notRegistered", "Plugin not registered")
    if one["type"] not in PROBES or not one["url"]:
        return {"message": "Data source is working", "status": "OK"}
    return Reply(later=lambda: probe(one))


def probe(one: dict[str, Any]) -> Reply:
    """Ask the server of a data source, and tell what it said."""
    url, form = one["url"].rstrip("/") + PROBES[one["type"]], one["type"] == "prometheus"
    method = (one["jsonData"].get("httpMethod") or "POST").upper() if form else "GET"
    query = urlencode({"query": "1+1", "time": "4"}).encode()
    try:
        if form and method == "POST":
            status, _kind, _headers, body = ask("POST", url, query, {**basic(one), "Content-Type": "application/x-www-form-urlencoded"})
        else:
            status, _kind, _headers, body = ask("GET", url + ("?" + query.decode() if form else ""), b"", basic(one))
    except OSError as error:
        server = urlsplit(url).netloc
        reason = "connection refused" if isinstance(error, ConnectionRefusedError) else str(error)
        text = f'{method.capitalize()} "{url}": dial tcp {server}: connect: {reason}'
        return Reply({"message": f"{text} - {FAILED}" if form else text, "status": "ERROR"}, 400)
    if status >= 400:
        return Reply({"message": f"{status} - {body[:200].decode(errors='replace')}", "status": "ERROR"}, 400)
    return Reply({"message": "Successfully queried the Prometheus API." if form else "Data source is working", "status": "OK"})


@route("GET /api/datasources/uid/:uid/resources/*path", needs="datasources:query", role="Viewer")
def resources(request: Request) -> Any:
    """Answer for a plugin: TestData has its scenarios, the others are asked."""
    one = known(sources(request).get(request["uid"]), 404, GONE)
    if one["type"] != "grafana-testdata-datasource":
        return Reply(later=lambda: forward(request, one, request["path"]))
    if request["path"] != "scenarios":
        return Reply("Hello world from test datasource!", 200, PLAIN)
    values = {"csv_metric_values": "1,20,90,30,5,0"}
    return [{"description": "", "id": key, "name": name, "stringInput": values.get(key, "")} for key, name in SCENARIOS.items()]


@route("GET /api/datasources/proxy/uid/:uid/*path", needs="datasources:query", role="Viewer")
@route("POST /api/datasources/proxy/uid/:uid/*path", needs="datasources:query", role="Viewer")
def proxy(request: Request) -> Any:
    """Pass a request on to a data source."""
    one = sources(request).get(request["uid"])
    if one is None:
        return Reply({"message": "Unable to find datasource", "traceID": ""}, 404, CHARSET_JSON, {"Cache-Control": ""})
    return Reply(later=lambda: forward(request, one, request["path"]))


@route("GET /api/datasources/proxy/#id/*path", needs="datasources:query", role="Viewer", until=12, toggle=LEGACY)
def proxy_by_id(request: Request) -> Any:
    """Pass a request on to the data source of a number."""
    one = known(next((one for one in sources(request).values() if str(one["id"]) == request["id"]), None), 404, GONE)
    return Reply(later=lambda: forward(request, one, request["path"]))


def forward(request: Request, one: dict[str, Any], path: str) -> Reply:
    """Pass a request on and return the answer."""
    url = f"{one['url'].rstrip('/')}/{path}" + (f"?{request.raw_query}" if request.raw_query else "")
    passed = {name: value for name, value in request.headers.items() if name not in NOT_FORWARDED}
    try:
        status, kind, headers, body = ask(request.method, url, request.body, {**passed, **basic(one)})
    except OSError:
        return Reply("", 502, None, {"Cache-Control": ""})
    moved = {"Location": headers["Location"]} if "Location" in headers else {}
    return Reply(body, status, kind or None, moved)


@route("POST /api/ds/query", needs="datasources:query", role="Viewer")
def query(request: Request) -> Any:
    """Answer queries: TestData's CSV here, Prometheus' instant ones by asking it."""
    queries = request.json().get("queries") or []
    if not queries:
        raise coded(400, "query.noQueries", "No queries found")
    asked = [(one, sources(request).get((one.get("datasource") or {}).get("uid"))) for one in queries]
    if any(source is None for _one, source in asked):
        raise problem(404, GONE)
    return Reply(later=lambda: results(asked))


def results(asked: list[tuple[dict[str, Any], Any]]) -> Reply:
    """Return the results of queries, by their letters."""
    found = {one["refId"]: result(one, source) for one, source in asked}
    return Reply({"results": found}, 207 if any(part["status"] >= 400 for part in found.values()) else 200)


def result(one: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """Return the result of one query."""
    try:
        if source["type"] == "prometheus":
            url = source["url"].rstrip("/") + "/api/v1/query?" + urlencode({"query": one.get("expr", "")})
            answer = json.loads(ask("GET", url, b"", basic(source))[3])
            if answer["status"] != "success":
                return {"status": 400, "error": answer.get("error", "")}
            return {"status": 200, "frames": [frame(one, series) for series in answer["data"]["result"]]}
        return {"status": 200, "frames": [table(one)] if one.get("scenarioId") == "csv_content" else []}
    except (OSError, ValueError) as error:
        return {"status": 500, "error": str(error)}


def frame(one: dict[str, Any], series: dict[str, Any]) -> dict[str, Any]:
    """Return a series of Prometheus as a frame."""
    when, value = series["value"]
    fields = [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": series["metric"]}]
    return {"schema": {"refId": one["refId"], "fields": fields}, "data": {"values": [[int(when * 1000)], [float(value)]]}}


def table(one: dict[str, Any]) -> dict[str, Any]:
    """Return the frame of a CSV text of whole numbers."""
    head, *rows = [line.split(",") for line in one["csvContent"].splitlines()]
    fields = [{"name": name, "type": "number", "typeInfo": {"frame": "int64", "nullable": True}} for name in head]
    return {"schema": {"refId": one["refId"], "fields": fields}, "data": {"values": [[int(row[index]) for row in rows] for index in range(len(head))]}}


