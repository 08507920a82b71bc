# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana_sync with what goes wrong: nothing is written before everything is right, and what was interrupted goes on."""

from __future__ import annotations

import pytest

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import run_module
from tests.unit.grafana.test_sync import put, writes
from tests.unit.grafana.world import PASSWORD, SECRETS, content, objects

SOURCE = {"name": "Loki", "uid": "loki", "type": "loki", "ds_url": "http://loki"}
DISK_FULL = '{"message":"disk full"}'
HOME = {"uid": "home", "title": "Home"}


@pytest.fixture(scope="module")
def server():
    """A server that no test writes to."""
    with Grafana(generation=12) as one:
        yield one


BAD_FILES = {
    "no YAML": ({"datasources/a.yml": "name: [\n"}, "datasources/a.yml cannot be parsed: while parsing"),
    "no JSON": ({"dashboards/a.json": '{"title": '}, "dashboards/a.json cannot be parsed: Expecting value: line 1"),
    "not UTF-8": ({"dashboards/a.json": '{"title": "\udcff"}'}, "cannot be parsed: 'utf-8' codec"),
    "no mapping": ({"dashboards/a.json": "[1]"}, "dashboards/a.json holds no mapping"),
    "a list of texts": ({"teams/a.yml": ["x"]}, "teams/a.yml[1] holds no mapping"),
    "an unknown directory": ({"datasurces/a.yml": SOURCE}, "'datasurces' is no kind of object. These are: folders, plugins, datasources"),
    "a directory in a kind's": ({"datasources/more/a.yml": SOURCE}, "datasources/more is a directory"),
    "an unknown option": ({"datasources/a.yml": {**SOURCE, "urll": "x"}}, "datasources/a.yml: "),
    "a wrong type": ({"playlists/a.yml": {"name": "x", "interval": "5m", "entries": "none"}}, "playlists/a.yml: "),
    "an option that is missing": ({"datasources/a.yml": {"uid": "x"}}, "datasources/a.yml: the data source needs name"),
    "the same twice": ({"datasources/a.yml": SOURCE, "datasources/b.yml": SOURCE}, "b.yml: the data source loki is described twice, also in "),
    "one dashboard twice": ({"dashboards/a.json": HOME, "dashboards/X/b.json": HOME}, "the dashboard home is described twice, also in "),
    "one folder twice": ({"dashboards/A/_folder.yml": {"uid": "u"}, "dashboards/B/_folder.yml": {"uid": "u"}}, "the folder u is described twice"),
    "a folder that is nowhere": (
        {"library_panels/a.yml": {"name": "P", "uid": "p", "folder_uid": "no", "model": {"type": "text"}}},
        "folder 'no', which is neither",
    ),
    "a parent that is nowhere": (
        {"folders/a.yml": {"title": "A", "parent": "No/Where"}},
        "folders/a.yml: the folder A is to stand in a folder that is neither",
    ),
    "a folder in itself": ({"folders/a.yml": [{"title": "A", "uid": "a", "parent_uid": "b"}, {"title": "B", "uid": "b", "parent_uid": "a"}]}, "or in itself"),
    "a source that is nowhere": (
        {"dashboards/a.json": {**HOME, "panels": [{"datasource": {"uid": "no"}}]}},
        "refers to the data source 'no', which is neither",
    ),
    "a source by an old name": (
        {"dashboards/a.json": {**HOME, "panels": [{"datasource": "No"}]}},
        "dashboards/a.json: the dashboard home refers to the data source 'No'",
    ),
    "a panel that is nowhere": ({"dashboards/a.json": {**HOME, "panels": [{"libraryPanel": {"uid": "no"}}]}}, "refers to the library panel 'no'"),
    "a receiver that is nowhere": (
        {"notification_policies/a.yml": {"receiver": "grafana-default-email", "routes": [{"receiver": "no", "object_matchers": ["a=b"]}]}},
        "refers to the contact point 'no', which is neither described in contact_points nor on the server",
    ),
    "a dashboard that is nowhere": ({"public_dashboards/a.yml": {"dashboard_uid": "no"}}, "refers to the dashboard 'no'"),
    "a secret that nobody gives": (
        {"datasources/a.yml": {**SOURCE, "basic_auth_password": "${secret:loki}"}},
        "These secrets are needed and nobody gave them; give them in the option secrets: loki (",
    ),
}


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_written(server, tmp_path, name):
    files, words = BAD_FILES[name]
    del server.requests[:]
    root = tmp_path / "tree"
    if name == "not UTF-8":
        root.joinpath("dashboards").mkdir(parents=True)
        root.joinpath("dashboards/a.json").write_bytes(b'{"title": "\xff"}')
    else:
        put(root, files)
    put(root, {"datasources/good.yml": {**SOURCE, "name": "Good", "uid": "good"}})
    failed = run_module("grafana_sync", server.url, src=str(root))
    assert words in failed["msg"]
    assert writes(server) == []


def test_a_directory_that_is_not_there_is_said(server, tmp_path):
    failed = run_module("grafana_sync", server.url, src=str(tmp_path / "no"))
    assert failed["msg"] == f"There is no directory {tmp_path / 'no'} on the host that runs this task."


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ({"folders": "x"}, "content.folders is no list of objects"),
        ({"folders": ["x"]}, "content.folders[1] holds no mapping"),
        ({"things": []}, "content: 'things' is no kind of object"),
        ({"folders": [{"titel": "x"}]}, "content.folders[1]: "),
    ],
)
def test_variables_are_checked_like_files(server, described, words):
    del server.requests[:]
    assert words in run_module("grafana_sync", server.url, content=described)["msg"]
    assert server.requests == []


def test_references_may_be_warned_of_instead(grafana):
    described = {"dashboards": [{"dashboard": {**HOME, "panels": [{"datasource": {"uid": "gone"}}]}}]}
    done = run_module("grafana_sync", grafana.url, content=described, missing_references="warn")
    assert done["changed"]
    assert "refers to the data source 'gone'" in str(done["warnings"])


def test_references_may_lead_to_the_server_and_to_what_grafana_brings(grafana):
    run_module("grafana_datasource", grafana.url, name="Loki", uid="loki", ds_type="loki", ds_url="http://loki")
    sources = [{"uid": "loki"}, "Loki", {"uid": "${source}"}, "$source", {"uid": "-- Mixed --"}, {"uid": "grafana"}, None, "-- Grafana --"]
    described = {"dashboards": [{"dashboard": {**HOME, "panels": [{"datasource": one} for one in sources]}}]}
    done = run_module("grafana_sync", grafana.url, content=described)
    assert not done.get("failed"), done
    assert "warnings" not in done


PATHS = ("/api/folders", "/api/datasources", "/api/library-elements", "/api/v1/provisioning/contact-points", "/api/teams")


@pytest.mark.parametrize("path", PATHS)
def test_an_interrupted_sync_goes_on(grafana, path):
    described = content(grafana.generation)
    grafana.faults.add(path, method="POST", status=500, body=DISK_FULL)
    failed = run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)
    assert "disk full" in failed["msg"]
    assert failed["msg"].startswith("content.")
    assert f" of {objects(described)} changes were made before; run again to go on." in failed["msg"]
    assert failed["http_status"] == 500
    assert PASSWORD not in failed.output
    grafana.faults.clear()
    assert run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)["changed"]
    assert not run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)["changed"]


def test_an_interrupted_prune_goes_on(grafana):
    described = {"dashboards": [{"dashboard": {"uid": f"d{number}", "title": f"D{number}"}} for number in range(3)]}
    run_module("grafana_sync", grafana.url, owner="mine", content={**described, "folders": [{"title": "F"}]})
    left = {"folders": [{"title": "F"}]}
    uid = "d0"
    for base in ("/api/dashboards/uid/", "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards/"):
        grafana.faults.add(base + uid, method="DELETE", status=500, body=DISK_FULL)
    failed = run_module("grafana_sync", grafana.url, owner="mine", prune=True, content=left)
    assert "Could not delete the dashboard D0" in failed["msg"]
    grafana.faults.clear()
    run_module("grafana_sync", grafana.url, owner="mine", prune=True, content=left)
    assert not run_module("grafana_sync", grafana.url, owner="mine", prune=True, content=left)["changed"]


def test_a_refused_account_gets_a_sentence(grafana):
    failed = run_module("grafana_sync", grafana.url, content={"folders": [{"title": "X"}]}, token="glsa_wrong")
    assert failed["http_status"] == 401
    assert "glsa_wrong" not in failed.output
