# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between the generations; the facts and where they are from stand in generations.py."""

from contextlib import ExitStack

import pytest

from tests.doubles.grafana import Grafana

from .client import Client, board, source

DASHBOARDS = "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards"
FOLDERS = "/apis/folder.grafana.app/v1beta1/namespaces/default/folders"


@pytest.fixture
def start():
    with ExitStack() as running:
        started = []

        def begin(generation, **settings):
            started.append(running.enter_context(Grafana(generation=generation, **settings)))
            return Client(started[-1])

        yield begin
        assert [grafana.app.mistakes for grafana in started if grafana.app.mistakes] == []


@pytest.mark.parametrize(("generation", "status"), [(10, 200), (12, 200), (13, 404)])
def test_data_sources_by_number(start, generation, status):
    client = start(generation)
    number = client.call("POST", "/api/datasources", source())[1]["id"]
    assert client.get(f"/api/datasources/{number}")[0] == status
    assert client.call("PUT", f"/api/datasources/{number}", source(url="http://x"))[0] == status
    assert client.get("/api/datasources/id/one")[0] == status
    assert client.get("/api/datasources/uid/one")[0] == 200
    assert client.call("DELETE", f"/api/datasources/{number}")[0] == status


def test_toggle_brings_numbers_back(start):
    client = start(13, toggles=("datasourceLegacyIdApi",))
    number = client.call("POST", "/api/datasources", source())[1]["id"]
    assert client.get(f"/api/datasources/{number}")[0] == 200


@pytest.mark.parametrize(("generation", "status"), [(10, 200), (12, 200), (13, 404)])
def test_dashboards_by_number(start, generation, status):
    client = start(generation)
    number = client.call("POST", "/api/dashboards/db", board("one"))[1]["id"]
    assert client.get(f"/api/dashboards/id/{number}/versions")[0] == status


@pytest.mark.parametrize(("generation", "preferred"), [(12, "v1beta1"), (13, "v1")])
def test_discovery_tells_the_versions(start, generation, preferred):
    client = start(generation)
    status, group = client.get("/apis/dashboard.grafana.app")
    assert (status, group["preferredVersion"]["version"]) == (200, preferred)
    status, _body = client.get(f"/apis/dashboard.grafana.app/{preferred}/namespaces/default/dashboards")
    assert status == 200


def test_generation_10_has_no_app_platform(start):
    client = start(10)
    assert client.get("/apis")[0] == client.get("/apis/dashboard.grafana.app")[0] == client.get(DASHBOARDS)[0] == 404


def test_v1_of_13_is_unknown_to_12(start):
    assert start(12).get(FOLDERS.replace("v1beta1", "v1"))[0] == 404


@pytest.mark.parametrize(("generation", "folder", "dashboard"), [(10, 409, 412), (12, 200, 200), (13, 200, 200)])
def test_second_of_the_same_title(start, generation, folder, dashboard):
    client = start(generation)
    assert client.call("POST", "/api/folders", {"uid": "a", "title": "same"})[0] == 200
    assert client.call("POST", "/api/folders", {"uid": "b", "title": "same"})[0] == folder
    assert client.call("POST", "/api/dashboards/db", board("a", "same"))[0] == 200
    assert client.call("POST", "/api/dashboards/db", board("b", "same"))[0] == dashboard


@pytest.mark.parametrize(("generation", "parent"), [(10, None), (12, "a"), (13, "a")])
def test_nested_folders(start, generation, parent):
    client = start(generation)
    client.call("POST", "/api/folders", {"uid": "a", "title": "a"})
    client.call("POST", "/api/folders", {"uid": "b", "title": "b", "parentUid": "a"})
    assert client.get("/api/folders/b")[1].get("parentUid") == parent


@pytest.mark.parametrize(("generation", "kept"), [(12, False), (13, True)])
def test_own_annotations_of_an_object(start, generation, kept):
    client = start(generation)
    body = {"metadata": {"name": "one", "annotations": {"example.com/owner": "me"}}, "spec": {"title": "one"}}
    assert client.call("POST", DASHBOARDS, body)[0] == 201
    assert client.call("POST", FOLDERS, body)[0] == 201
    for path in (DASHBOARDS, FOLDERS):
        assert ("example.com/owner" in client.get(f"{path}/one")[1]["metadata"]["annotations"]) is kept


@pytest.mark.parametrize(("generation", "status"), [(12, 406), (13, 200)])
def test_v2_through_the_old_api(start, generation, status):
    client = start(generation)
    body = {"metadata": {"name": "two"}, "spec": {"title": "Two", "elements": {"panel-1": {"kind": "Panel", "spec": {"id": 1, "title": "P"}}}}}
    assert client.call("POST", DASHBOARDS.replace("v1beta1", "v2beta1"), body)[0] == 201
    found, answer = client.get("/api/dashboards/uid/two")
    assert found == status
    if status == 200:
        assert [one["title"] for one in answer["dashboard"]["panels"]] == ["P"]
        assert client.get(f"{DASHBOARDS}/two")[1]["status"]["conversion"] == {"failed": False, "storedVersion": "v2beta1"}
        assert client.get(f"{DASHBOARDS.replace('v1beta1', 'v2beta1')}/two")[1]["spec"] == body["spec"]


def test_save_through_the_old_api_drops_annotations(start):
    client = start(13)
    body = {"metadata": {"name": "one", "annotations": {"example.com/owner": "me"}}, "spec": {"title": "one"}}
    client.call("POST", DASHBOARDS, body)
    assert client.call("POST", "/api/dashboards/db", {**board("one"), "overwrite": True})[0] == 200
    assert "example.com/owner" not in client.get(f"{DASHBOARDS}/one")[1]["metadata"]["annotations"]


def test_health_tells_the_version(start):
    assert [start(generation).get("/api/health")[1]["version"].partition(".")[0] for generation in (10, 12, 13)] == ["10", "12", "13"]
