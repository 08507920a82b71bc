# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a dashboard comes from, and in which form: files, addresses, grafana.com, inputs, other versions."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")
SHARED = {
    "__inputs": [{"name": "DS_PROMETHEUS", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"}],
    "__requires": [{"type": "grafana", "id": "grafana", "version": "8.0.0"}],
    "title": "Hosts",
    "uid": None,
    "panels": [{"id": 1, "type": "stat", "datasource": {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}, "title": "${VAR_NAME} of ${other}"}],
}


@pytest.fixture
def library():
    """A mirror of grafana.com; what it is asked for stands in ``asked``."""
    asked = []

    class Library(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization")))
            body = json.dumps(SHARED).encode() if self.path.endswith("/1860/revisions/37/download") else b"<html>no</html>"
            self.send_response(200 if "1860" in self.path or self.path.endswith("/page") else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Library)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    server.asked, server.url = asked, f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def source(grafana, name, **more):
    """Make a Prometheus data source."""
    body = {"name": name, "uid": f"uid-of-{name}", "type": "prometheus", "url": "http://p", "access": "proxy", **more}
    requests.post(grafana.url + "/api/datasources", json=body, auth=AUTH, timeout=5).raise_for_status()


def stored(grafana, uid):
    """Return what the server keeps."""
    return requests.get(f"{grafana.url}/api/dashboards/uid/{uid}", auth=AUTH, timeout=5).json()["dashboard"]


def test_one_of_grafana_com_comes_without_our_credentials_and_uses_the_only_source(grafana, library):
    source(grafana, "One")
    options = {"dashboard_id": "1860", "dashboard_revision": "37", "library_url": library.url}
    made = converge("grafana_dashboard", grafana.url, **options)
    kept = stored(grafana, made["uid"])
    assert kept["panels"][0]["datasource"]["uid"] == "uid-of-One"
    assert not {"__inputs", "__requires"} & set(kept)
    assert set(library.asked) == {("/api/dashboards/1860/revisions/37/download", None)}


def test_an_address_and_inputs_by_name(grafana, library):
    source(grafana, "One")
    source(grafana, "Two")
    address = f"{library.url}/api/dashboards/1860/revisions/37/download"
    made = converge("grafana_dashboard", grafana.url, dashboard_url=address, uid="hosts", inputs={"DS_PROMETHEUS": "Two", "VAR_NAME": "CPU"})
    assert made["uid"] == "hosts"
    panel = stored(grafana, "hosts")["panels"][0]
    assert (panel["datasource"]["uid"], panel["title"]) == ("uid-of-Two", "CPU of ${other}")
    ran = run_module("grafana_dashboard", grafana.url, dashboard_url=address, inputs={"DS_PROMETHEUS": "Nosuch"})
    assert "names the data source 'Nosuch', which is not there" in ran["msg"]


def test_an_input_that_nobody_can_tell_is_kept_and_told(grafana):
    ran = run_module("grafana_dashboard", grafana.url, dashboard={**SHARED, "uid": "hosts"})
    assert "DS_PROMETHEUS" in str(ran["warnings"])
    assert stored(grafana, "hosts")["__inputs"] == SHARED["__inputs"]
    assert not run_module("grafana_dashboard", grafana.url, dashboard={**SHARED, "uid": "hosts"})["changed"]


def test_an_address_that_leads_nowhere_or_to_a_page(grafana, library):
    nowhere = run_module("grafana_dashboard", grafana.url, path=f"{library.url}/nosuch")
    assert "status 404" in nowhere["msg"]
    assert "not JSON" in run_module("grafana_dashboard", grafana.url, path=f"{library.url}/page")["msg"]
    assert "cannot be read" in run_module("grafana_dashboard", grafana.url, path="/nosuch.json")["msg"]
    assert "none was given" in run_module("grafana_dashboard", grafana.url, title="T")["msg"]
    assert grafana.requests == []


@pytest.mark.parametrize(
    "form",
    [
        lambda spec: {"dashboard": spec, "meta": {"folderUid": "elsewhere"}},
        lambda spec: {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": spec["uid"]}, "spec": spec},
        json.dumps,
    ],
    ids=["export", "platform", "text"],
)
def test_other_forms_of_the_same(grafana, form):
    spec = {"uid": "one", "title": "One", "panels": []}
    run_module("grafana_dashboard", grafana.url, dashboard=spec)
    assert not run_module("grafana_dashboard", grafana.url, dashboard=form(spec))["changed"]


def test_the_request_that_grafana_grafana_takes(grafana):
    requests.post(grafana.url + "/api/folders", json={"uid": "f", "title": "F"}, auth=AUTH, timeout=5).raise_for_status()
    made = converge("grafana_dashboard", grafana.url, dashboard={"dashboard": {"uid": "one", "title": "One"}, "folderUid": "f", "overwrite": True})
    assert made["dashboard"]["folder_uid"] == "f"


def version_2(title="Two", version="v2beta1"):
    """Return a dashboard of version 2."""
    return {
        "apiVersion": f"dashboard.grafana.app/{version}",
        "kind": "Dashboard",
        "metadata": {"name": "two"},
        "spec": {"title": title, "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}, "tags": ["x"]},
    }


def test_version_2_goes_through_the_app_platform(grafana, tmp_path):
    if grafana.app.settings.generation == 10:
        assert "does not serve" in run_module("grafana_dashboard", grafana.url, dashboard=version_2())["msg"]
        return
    converge("grafana_dashboard", grafana.url, dashboard=version_2())
    changed = converge("grafana_dashboard", grafana.url, dashboard=version_2("New"))
    assert changed.before_and_after == [({"title": "Two"}, {"title": "New"})]
    path = str(tmp_path / "two.json")
    converge("grafana_dashboard", grafana.url, state="export", uid="two", path=path)
    assert not run_module("grafana_dashboard", grafana.url, path=path)["changed"]
    old = converge("grafana_dashboard", grafana.url, dashboard={"uid": "two", "title": "Old form"})
    if grafana.app.settings.generation == 12:  # 13 tells the older interface an older form, and nothing of the version
        assert old.before_and_after[0][0]["version"] == "v2beta1"
    converge("grafana_dashboards", grafana.url, dashboards=[{"dashboard": version_2()}], owner="me", prune=True)
    converge("grafana_dashboards", grafana.url, state="absent", owner="me")


def test_many_of_version_2_are_compared_and_exported_as_they_are_kept(grafana, tmp_path):
    if grafana.app.settings.generation == 10:
        return
    items = [{"dashboard": {**version_2(f"Two {number}"), "metadata": {"name": f"two{number}"}}} for number in range(6)]
    converge("grafana_dashboard", grafana.url, items=items)
    converge("grafana_dashboards", grafana.url, dashboards=items, owner="me")
    path = tmp_path / "two.json"
    converge("grafana_dashboard", grafana.url, state="export", uid="two1", path=str(path))
    assert json.loads(path.read_text())["spec"]["layout"] == {"kind": "GridLayout", "spec": {"items": []}}


def test_the_bare_specification_of_version_2_is_refused(grafana):
    assert "give the whole object" in run_module("grafana_dashboard", grafana.url, dashboard=version_2()["spec"])["msg"]
