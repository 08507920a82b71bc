# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server says about itself: health, metrics, settings for the front end, login."""

from __future__ import annotations

import base64
import os
import time
from collections import Counter
from typing import Any

from . import marks
from .identity import check_password
from .routes import route
from .wire import CHARSET_JSON, PLAIN, Reply, Request, said

METRICS = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
STARTED = time.time()


@route("GET /api/health", public=True)
def health(request: Request) -> Any:
    """Tell that all is well, without credentials."""
    return Reply({"database": "ok", "version": request.app.version, "commit": "source"}, 200, CHARSET_JSON)


@route("GET /healthz", public=True)
def alive(_request: Request) -> Any:
    """Tell that the server runs."""
    return Reply("Ok", 200, PLAIN)


@route("POST /login", public=True)
def login(request: Request) -> Any:
    """Begin a session."""
    body = request.json()
    user = check_password(request.app, body.get("user", ""), body.get("password", ""))
    session = marks.pick(marks.ALNUM, 32)
    request.app.sessions[session] = user["id"]
    reply = said("Logged in", redirectUrl=request.app.settings.sub_path + "/")
    reply.headers["Set-Cookie"] = f"grafana_session={session}; Path=/; HttpOnly; SameSite=Lax"
    return reply


@route("GET /api/frontend/settings")
def frontend(request: Request) -> Any:
    """Return what the pages need; of it, what programs read: the version and the default data source."""
    table = request.store.table("datasources", request.org)
    default = next((one["name"] for one in table.values() if one["isDefault"]), "-- Grafana --")
    info = {"version": request.app.version, "commit": "source", "edition": "Open Source", "hideVersion": False, "env": "production"}
    sources = {one["name"]: {"id": one["id"], "uid": one["uid"], "type": one["type"], "name": one["name"]} for one in table.values()}
    paths = {"appUrl": request.app.url + "/", "appSubUrl": request.app.settings.sub_path}
    more = {"anonymousEnabled": False, "disableLoginForm": False, "unifiedAlertingEnabled": True}
    body = {"defaultDatasource": default, "datasources": sources, "buildInfo": info, "featureToggles": {}, **paths, **more}
    return Reply(body, 200, CHARSET_JSON)


def totals(request: Request) -> dict[str, int]:
    """Count what there is in every organisation."""
    store, counts = request.store, Counter[str]()
    for org in store.table("orgs"):
        for kind in ("dashboards", "folders", "datasources", "rules", "teams", "playlists", "library"):
            counts[kind] += len(store.table(kind, org))
        for account in store.table("service_accounts", org).values():
            counts[account["role"]] += 1
    return {**counts, "orgs": len(store.table("orgs")), "users": len(store.table("users"))}


def family(name: str, kind: str, text: str, values: list[tuple[str, float]]) -> list[str]:
    """Return one metric in Prometheus' text form."""
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    return lines + [f"{name}{labels} {value:g}" if value < 1e6 else f"{name}{labels} {value:.0f}" for labels, value in values]


def resident() -> int:
    """Return the memory of this process in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def families(request: Request) -> list[str]:
    """Return the lines of every metric."""
    app, count = request.app, Counter(totals(request))
    requests = Counter(method for method, _path in app.requests)
    info = f'{{branch="HEAD",edition="oss",goversion="go1.25.4",revision="source",version="{app.version}"}}'
    lines = family("deprecated_flags_inuse_total", "counter", "The number of deprecated flags currently set.", [("", 0)])
    calls = "Count of calls made from Go to C by the current process. Sourced from /cgo/go-to-c-calls:calls."
    lines += family("go_cgo_go_to_c_calls_calls_total", "counter", calls, [("", 0)])
    lines += family("grafana_build_info", "gauge", "A metric with a constant '1' value labeled by what was built.", [(info, 1)])
    byte = [(f'{{method="{method}"}}', float(number)) for method, number in sorted(requests.items())]
    lines += family("grafana_http_request_duration_seconds_count", "counter", "Requests that were answered.", byte)
    states = [(f'{{state="{state}"}}', 0.0) for state in ("alerting", "normal", "pending", "nodata", "error")]
    lines += family("grafana_alerting_alerts", "gauge", "How many alerts by state are in the scheduler.", states)
    for name, key in STATISTICS.items():
        lines += family(name, "gauge", f"Total amount of {key}.", [("", count[key])])
    lines += family("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", [("", time.process_time())])
    lines += family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", [("", resident())])
    lines += family("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.", [("", STARTED)])
    return lines


STATISTICS = {
    "grafana_stat_total_orgs": "orgs",
    "grafana_stat_total_users": "users",
    "grafana_stat_total_teams": "teams",
    "grafana_stat_total_playlists": "playlists",
    "grafana_stat_totals_dashboard": "dashboards",
    "grafana_stat_totals_datasource": "datasources",
    "grafana_stat_totals_folder": "folders",
    "grafana_stat_totals_library_panels": "library",
    "grafana_stat_totals_alert_rules": "rules",
}


@route("GET /metrics", public=True)
def metrics(request: Request) -> Any:
    """Return metrics of the server, in Prometheus' form; with a password when one is configured."""
    wanted = request.app.settings.metrics_login
    pair = base64.b64encode(":".join(wanted).encode()).decode()
    if wanted[0] and request.headers.get("authorization") != f"Basic {pair}":
        return Reply("Unauthorized\n", 401, PLAIN, {"WWW-Authenticate": 'Basic realm="Grafana"'})
    return Reply("\n".join([*families(request), ""]), 200, METRICS)
