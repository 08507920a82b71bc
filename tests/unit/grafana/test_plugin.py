# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plugins through the API: installed, in another version, set, removed."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.grafana.plugin import Plugins

from tests.doubles.grafana import Grafana
from tests.doubles.grafana.pack import pack_plugin
from tests.unit.grafana.running import converge, run_module

NAME = "grafana_plugin"
ID = "acme-panel"


@pytest.fixture(params=[10, 12, 13])
def place(request, tmp_path):
    """A server that fetches plugins from a directory."""
    for version in ("1.2.3", "1.3.0"):
        pack_plugin(tmp_path / "shop", ID, version)
    pack_plugin(tmp_path / "shop", "acme-app", "2.0.0", "app")
    with Grafana(generation=request.param, plugins=tmp_path / "plugins", plugin_source=str(tmp_path / "shop")) as server:
        yield server
        assert server.app.mistakes == []


def settings(place, name="acme-app"):
    """Return the settings as the server keeps them."""
    return place.app.store.table("plugin_settings", 1).get(name, {})


def test_it_is_installed_brought_to_another_version_and_removed(place):
    made = converge(NAME, place.url, name=ID, version="1.2.3")
    assert (made["action"], made["version"], made["msg"]) == ("created", "1.2.3", f"Grafana plugin {ID} installed")
    assert run_module(NAME, place.url, name=ID)["msg"] == "Grafana plugin already installed"
    changed = converge(NAME, place.url, name=ID, version="v1.3.0")
    assert [side["version"] for side in changed.before_and_after[0]] == ["1.2.3", "1.3.0"]
    gone = converge(NAME, place.url, name=ID, state="absent")
    assert (gone["action"], gone["msg"]) == ("deleted", f"Grafana plugin {ID} uninstalled")
    assert run_module(NAME, place.url, name=ID, state="absent")["msg"] == f"Grafana plugin {ID} already uninstalled"


def test_a_version_that_cannot_be_had_leaves_the_old_one_there(place):
    run_module(NAME, place.url, name=ID, version="1.2.3")
    failed = run_module(NAME, place.url, name=ID, version="9.9.9")
    assert failed["failed"]
    assert "Version 1.2.3 is there as before." in failed["msg"]
    assert run_module(NAME, place.url, name=ID)["version"] == "1.2.3"


def test_what_is_there_is_one_request(place):
    run_module(NAME, place.url, name=ID, version="1.2.3")
    del place.requests[:]
    assert not run_module(NAME, place.url, name=ID, version="1.2.3")["changed"]
    assert place.requests == [("GET", f"/api/plugins/{ID}/settings")]


def test_the_latest_is_what_the_server_has_heard_of(place):
    run_module(NAME, place.url, name=ID, version="1.2.3")
    assert not run_module(NAME, place.url, name=ID, version="latest")["changed"]
    real = {"id": ID, "info": {"version": "1.2.3"}, "hasUpdate": True, "latestVersion": "1.3.0"}
    place.faults.add(f"/api/plugins/{ID}/settings", status=200, body=real, times=1)
    assert run_module(NAME, place.url, name=ID, version="latest")["version"] == "1.3.0"


def test_an_app_has_settings_of_which_those_that_nobody_names_stay(place):
    made = converge(NAME, place.url, name="acme-app", enabled=True, json_data={"a": 1, "b": {"c": 2}}, secure_json_data={"key": "hush-key"})
    assert made["plugin"]["secureJsonFields"] == {"key": True}
    assert "hush" not in made.output
    converge(NAME, place.url, name="acme-app", pinned=True, json_data={"b": {"d": 3}}, secure_json_data={"key": "hush-key"})
    assert settings(place)["jsonData"] == {"a": 1, "b": {"c": 2, "d": 3}}
    assert (settings(place)["enabled"], settings(place)["pinned"], settings(place)["secureJsonData"]) == (True, True, {"key": "hush-key"})
    converge(NAME, place.url, name="acme-app", enabled=False)
    assert (settings(place)["enabled"], settings(place)["pinned"]) == (False, True)


def test_a_secret_that_is_not_there_is_sent_and_with_always_every_time(place):
    run_module(NAME, place.url, name="acme-app", enabled=True)
    added = converge(NAME, place.url, name="acme-app", secure_json_data={"key": "hush-key"})
    assert added.before_and_after[0][1]["secure_json_data"] == {"key": "******** (added)"}
    assert not run_module(NAME, place.url, name="acme-app", secure_json_data={"key": "hush-new"})["changed"]
    always = run_module(NAME, place.url, name="acme-app", secure_json_data={"key": "hush-new"}, update_secrets="always")
    assert (always["changed"], "hush" in always.output, settings(place)["secureJsonData"]) == (True, False, {"key": "hush-new"})


def test_what_comes_with_grafana_stays_and_is_not_purged(place):
    assert "Cannot uninstall a Core plugin" in run_module(NAME, place.url, name="prometheus", state="absent")["msg"]
    purged = converge(NAME, place.url, items=[{"name": ID}], purge=True, scope=["*"])
    assert [one["action"] for one in purged["results"]] == ["created"]
    purged = converge(NAME, place.url, items=[{"name": "acme-app"}], purge=True, scope=["acme-*"])
    assert sorted(one["action"] for one in purged["results"]) == ["created", "deleted"]


def test_what_cannot_be_fetched_says_where_it_comes_from(place):
    failed = run_module(NAME, place.url, name="acme-nosuch")
    assert "Failed to install plugin" in failed["msg"]
    assert "The server fetches plugins from grafana.com" in failed["msg"]


def test_who_may_not_is_told(place):
    place.faults.add(f"/api/plugins/{ID}/install", method="POST", status=403, body={"message": "You'll need additional permissions"}, times=1)
    assert "plugins:install" in run_module(NAME, place.url, name=ID)["msg"]


def test_what_is_installed_but_not_loaded_is_no_success(place):
    missing = {"message": "Plugin not found, no installed plugin with that id"}
    place.faults.add(f"/api/plugins/{ID}/settings", status=404, body=missing, times=2)
    assert "the server has not loaded it" in run_module(NAME, place.url, name=ID)["msg"]


def test_what_is_exported_is_what_was_installed(place):
    run_module(NAME, place.url, items=[{"name": ID, "version": "1.2.3"}, {"name": "acme-app", "enabled": True}])

    class Api:
        def get(self, path, params=None):
            import requests

            return requests.get(place.url + path, params=params, auth=("admin", "admin"), timeout=5).json()

    exported = Plugins().export(Api())
    assert sorted(one["name"] for one in exported) == ["acme-app", ID]
    assert not run_module(NAME, place.url, items=exported)["changed"]
