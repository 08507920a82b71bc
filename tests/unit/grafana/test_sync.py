# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana_sync: many kinds at once, planned before the first write."""

from __future__ import annotations

import json

import pytest
import requests
import yaml
from ansible_collections.observability.stack.plugins.module_utils.engine.kind import Kind
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import Field, Listing, Resource
from ansible_collections.observability.stack.plugins.module_utils.grafana.order import in_order, plural
from ansible_collections.observability.stack.plugins.module_utils.grafana.registry import KINDS

from tests.unit.grafana.running import converge, run_module
from tests.unit.grafana.world import PASSWORD, SECRETS, content, nested, objects


def ask(grafana, path, **params):
    return requests.get(grafana.url + path, params=params, auth=("admin", "admin"), timeout=5).json()


def writes(grafana):
    return [one for one in grafana.requests if one[0] != "GET"]


def put(root, files):
    """Write files; mappings and lists as YAML or JSON by their ending."""
    for path, value in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value) if path.endswith(".json") else yaml.safe_dump(value)
        file.write_text(text, encoding="utf-8")
    return str(root)


def test_everything_at_once_is_predicted_made_and_then_as_wanted(grafana):
    described = content(grafana.generation)
    done = converge("grafana_sync", grafana.url, content=described, owner="platform", secrets=SECRETS)
    assert sum(one["created"] + one["updated"] for one in done["summary"].values()) == objects(described)
    assert len(done["diff"]) == objects(described)
    assert PASSWORD not in done.output
    assert {one["source"] for one in done["changes"]} >= {"content.folders[1]", "content.rule_groups[1]"}
    assert "jane@example.com" in [one["email"] for one in ask(grafana, "/api/teams/1/members")]


def test_kinds_come_in_the_order_of_what_they_need(grafana):
    run_module("grafana_sync", grafana.url, content=content(grafana.generation), secrets=SECRETS)
    first = {path: number for number, (verb, path) in reversed(list(enumerate(grafana.requests))) if verb != "GET"}
    order = ["/api/folders", "/api/datasources", "/api/library-elements", "/api/v1/provisioning/contact-points", "/api/v1/provisioning/policies"]
    assert [first[path] for path in order] == sorted(first[path] for path in order)


def test_nothing_to_do_costs_one_list_of_each_kind(grafana):
    described = {
        "folders": [{"title": f"Folder {number}", "uid": f"f{number}"} for number in range(40)],
        "datasources": [{"name": f"Source {number}", "uid": f"s{number}", "type": "prometheus", "ds_url": "http://x"} for number in range(30)],
        "dashboards": [{"dashboard": {"uid": f"d{number}", "title": f"D {number}"}, "folder_uid": f"f{number % 40}"} for number in range(250)],
    }
    run_module("grafana_sync", grafana.url, content=described, owner="platform")
    del grafana.requests[:]
    again = run_module("grafana_sync", grafana.url, content=described, owner="platform")
    assert not again["changed"]
    assert writes(grafana) == []
    paths = [path for _verb, path in grafana.requests]
    assert (paths.count("/api/search"), paths.count("/api/datasources")) == (1, 1)
    # Where the server lists whole dashboards, two pages and what one has to know for them; else each is read.
    assert len(paths) <= (8 if grafana.generation > 10 else 250 + 8)


def test_a_directory_is_read_with_its_folders(grafana, tmp_path):
    inner = "dashboards/Plattform Ä/Täglich" if nested(grafana.generation) else "dashboards/Täglich"
    src = put(
        tmp_path,
        {
            "README.md": "not an object",
            ".hidden/x.yml": "a: [",
            "datasources/all.yml": [{"name": "Loki", "uid": "loki", "type": "loki", "ds_url": "http://loki"}],
            "dashboards/home.json": {"uid": "home", "title": "Home"},
            "dashboards/Plattform Ä/_folder.yml": {"uid": "platform"},
            "dashboards/Plattform Ä/notes.txt": "not one either",
            f"{inner}/node.json": {"uid": "node", "title": "Node", "panels": [{"datasource": {"uid": "loki"}}]},
            "more.yml": {"folders": [{"title": "More"}]},
        },
    )
    done = converge("grafana_sync", grafana.url, src=src)
    assert {kind: one["created"] for kind, one in done["summary"].items()} == {"folder": 3, "datasource": 1, "dashboard": 2}
    found = {one["uid"]: one for one in ask(grafana, "/api/search")}
    folder = found[found["node"]["folderUid"]]
    assert (folder["title"], folder.get("folderUid")) == ("Täglich", "platform" if nested(grafana.generation) else None)
    assert "folderUid" not in found["home"]
    assert {one["source"] for one in done["changes"]} >= {f"{src}/{inner}/", f"{src}/{inner}/node.json", f"{src}/datasources/all.yml[1]"}


def test_a_folder_without_a_uid_is_the_one_that_is_there(grafana, tmp_path):
    run_module("grafana_folder", grafana.url, title="Platform", uid="of-old")
    src = put(tmp_path, {"dashboards/Platform/node.json": {"uid": "node", "title": "Node"}})
    done = converge("grafana_sync", grafana.url, src=src)
    assert done["summary"]["folder"]["unchanged"] == 1
    assert ask(grafana, "/api/dashboards/uid/node")["meta"]["folderUid"] == "of-old"


def test_the_uid_made_for_a_folder_is_the_same_everywhere(grafana, tmp_path):
    src = put(tmp_path, {"dashboards/Über uns/node.json": {"uid": "node", "title": "Node"}, "dashboards/空/x.json": {"uid": "x", "title": "X"}})
    run_module("grafana_sync", grafana.url, src=src)
    assert sorted(one["uid"] for one in ask(grafana, "/api/search", type="dash-folder")) == ["4183e0c6", "ber-uns-2ffd8b1f"]


def test_a_secret_without_its_value_stays_as_it_is(grafana):
    described = content(grafana.generation)
    run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)
    again = run_module("grafana_sync", grafana.url, content=described)
    assert not again.get("failed"), again
    assert not again["changed"], again["diff"]
    assert ask(grafana, "/api/datasources/uid/prometheus")["secureJsonFields"] == {"basicAuthPassword": True}


def test_a_changed_secret_is_seen_by_its_mark(grafana):
    described = {"datasources": content(grafana.generation)["datasources"]}
    key = "a key of more than sixteen characters"
    run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS, secrets_key=key)
    changed = converge("grafana_sync", grafana.url, content=described, secrets={"prometheus": "another"}, secrets_key=key)
    assert [one["object"] for one in changed["changes"]] == ["data source prometheus"]
    assert "another" not in changed.output


def test_kinds_that_wait_for_each_other_are_refused_at_import():
    def kind(name, *after):
        row = {"fields": (Field("name"),), "identities": (("name",),), "listing": Listing("/x"), "create": ("POST", "/x"), "delete": ("DELETE", "/x/{name}")}
        return Kind(Resource(kind=name, words=name, after=after, **row))

    assert list(in_order([kind("a", "c"), kind("b"), kind("c", "b", "unknown")])) == ["b", "c", "a"]
    with pytest.raises(ValueError, match="wait for each other: a, b"):
        in_order([kind("a", "b"), kind("b", "a"), kind("c")])
    with pytest.raises(ValueError, match="two kinds are called a"):
        in_order([kind("a"), kind("a")])


def test_every_kind_waits_for_kinds_that_there_are():
    assert {name: set(kind.resource.after) - set(KINDS) for name, kind in KINDS.items() if set(kind.resource.after) - set(KINDS)} == {}
    assert len({plural(name) for name in KINDS} | set(KINDS)) >= len(KINDS)
