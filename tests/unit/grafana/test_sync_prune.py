# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What grafana_sync removes, and what it never does."""

from __future__ import annotations

import json

import pytest

from tests.unit.grafana.running import converge, run_module
from tests.unit.grafana.test_sync import ask, writes
from tests.unit.grafana.world import SECRETS, content, nested


def dashboard(uid, **more):
    return {"dashboard": {"uid": uid, "title": uid.title()}, **more}


def uids(grafana, kind="dash-db"):
    return sorted(one["uid"] for one in ask(grafana, "/api/search", type=kind))


def source(name):
    return {"name": name, "uid": name.lower(), "type": "prometheus", "ds_url": "http://x"}


def test_only_what_bears_the_owners_mark_goes(grafana):
    run_module("grafana_dashboard", grafana.url, dashboard={"uid": "by-hand", "title": "By hand"})
    run_module("grafana_datasource", grafana.url, **source("Hand"))
    run_module("grafana_sync", grafana.url, owner="other", content={"dashboards": [dashboard("theirs")], "datasources": [source("Theirs")]})
    mine = {"dashboards": [dashboard("a"), dashboard("b")], "datasources": [source("A"), source("B")]}
    run_module("grafana_sync", grafana.url, owner="mine", content=mine)
    rest = {"dashboards": [dashboard("a")], "datasources": [source("A")]}
    assert not run_module("grafana_sync", grafana.url, owner="mine", content=rest)["changed"], "without prune nothing goes"
    done = converge("grafana_sync", grafana.url, owner="mine", prune=True, content=rest)
    assert sorted((one["kind"], one["action"]) for one in done["changes"]) == [("dashboard", "deleted"), ("datasource", "deleted")]
    assert uids(grafana) == ["a", "by-hand", "theirs"]
    assert sorted(one["name"] for one in ask(grafana, "/api/datasources")) == ["A", "Hand", "Theirs"]


def test_the_last_of_a_kind_goes_as_well(grafana):
    run_module("grafana_sync", grafana.url, owner="mine", content={"dashboards": [dashboard("a")], "datasources": [source("A")]})
    converge("grafana_sync", grafana.url, owner="mine", prune=True, content={"datasources": [source("A")]})
    assert uids(grafana) == []


def test_kinds_without_a_mark_go_inside_the_scope_only(grafana):
    points = [{"name": name, "type": "email", "email_addresses": ["a@example.com"]} for name in ("team a", "team b", "other")]
    run_module("grafana_sync", grafana.url, content={"contact_points": points})
    one = {"contact_points": points[:1]}
    assert not run_module("grafana_sync", grafana.url, owner="mine", prune=True, content=one)["changed"]
    done = converge("grafana_sync", grafana.url, prune=True, scope={"contact_points": ["team *"]}, content=one)
    assert [change["object"] for change in done["changes"]] == ["contact point team b"]


def test_removals_come_last_and_the_other_way_round(grafana):
    people = ("users", "teams", "service_accounts", "organization_users", "permissions")
    described = {key: value for key, value in content(grafana.generation).items() if key not in (*people, "playlists", "public_dashboards")}
    made = run_module("grafana_sync", grafana.url, owner="mine", content=described, secrets=SECRETS)
    assert not made.get("failed"), made
    del grafana.requests[:]
    left = {"folders": [{"title": "New", "uid": "new"}], "notification_policies": [{"receiver": "grafana-default-email", "routes": []}]}
    scope = {"folders": ["*"], "rule_groups": ["*"], "contact_points": ["ops"], "mute_timings": ["*"], "library_panels": ["*"]}
    done = run_module("grafana_sync", grafana.url, owner="mine", prune=True, scope=scope, content=left)
    assert not done.get("failed"), done
    assert not run_module("grafana_sync", grafana.url, owner="mine", prune=True, scope=scope, content=left)["changed"]
    kinds = [one["kind"] for one in done["changes"] if one["action"] == "deleted"]
    assert kinds.index("rule_group") < kinds.index("contact_point") < kinds.index("dashboard") < kinds.index("library_panel") < kinds.index("folder")
    assert writes(grafana)[0] == ("POST", "/api/folders")
    assert uids(grafana, "dash-folder") == ["new"]


def test_a_folder_with_something_in_it_that_stays_is_kept(grafana):
    inner = {"title": "Inner", "uid": "inner", **({"parent_uid": "outer"} if nested(grafana.generation) else {})}
    folders = [{"title": "Outer", "uid": "outer"}, inner, {"title": "Gone", "uid": "gone"}]
    run_module("grafana_sync", grafana.url, owner="mine", content={"folders": folders, "dashboards": [dashboard("mine", folder_uid="gone")]})
    run_module("grafana_dashboard", grafana.url, dashboard={"uid": "by-hand", "title": "By hand"}, folder="inner")
    left = {"folders": [{"title": "Else", "uid": "else"}], "dashboards": [dashboard("mine", folder_uid="else")]}
    orders = {"owner": "mine", "prune": True, "scope": {"folders": ["*"]}, "content": left}
    done = converge("grafana_sync", grafana.url, **orders)
    assert uids(grafana, "dash-folder") == (["else", "inner", "outer"] if nested(grafana.generation) else ["else", "inner"])
    assert uids(grafana) == ["by-hand", "mine"]
    assert "The folder Inner stays: the dashboard By hand is in it" in done.output


def test_rules_keep_their_folder(grafana):
    described = {key: content(grafana.generation)[key] for key in ("folders", "datasources", "rule_groups")}
    run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)
    done = run_module("grafana_sync", grafana.url, prune=True, scope={"folders": ["platform"]}, content={"datasources": described["datasources"]})
    assert not done["changed"]
    warned = json.loads(done.output)["warnings"]
    assert "The folder Platform stays:" in str(warned)


def test_rules_go_with_their_folder_when_that_is_wanted(grafana):
    described = {key: content(grafana.generation)[key] for key in ("folders", "datasources", "rule_groups")}
    run_module("grafana_sync", grafana.url, content=described, secrets=SECRETS)
    orders = {"prune": True, "scope": {"folders": ["*"]}, "force_delete_rules": True}
    converge("grafana_sync", grafana.url, **orders, content={"datasources": described["datasources"]})
    assert "platform" not in uids(grafana, "dash-folder")
    assert ask(grafana, "/api/v1/provisioning/alert-rules") == []


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ({"prune": True}, "prune needs an owner"),
        ({"prune": True, "owner": "mine", "content": {}}, "Nothing at all is described, and prune would remove everything"),
        ({"prune": True, "owner": "mine", "scope": {"dashboards": ["*"]}}, "These do, and are removed by it alone: dashboards"),
        ({"prune": True, "scope": {"things": ["*"]}}, "scope: 'things' is no kind of object. These are: folders,"),
    ],
)
def test_what_would_remove_too_much_is_refused(grafana, orders, words):
    failed = run_module("grafana_sync", grafana.url, **{"content": {"folders": [{"title": "X"}]}, **orders})
    assert words in failed["msg"]
    assert grafana.requests == []


@pytest.mark.parametrize("described", [{"dashboards": [dashboard("a")]}, {"datasources": [source("A")]}], ids=["dashboard", "data source"])
def test_what_has_another_owner_is_taken_only_when_that_is_wanted(grafana, described):
    run_module("grafana_sync", grafana.url, owner="theirs", content=described)
    refused = run_module("grafana_sync", grafana.url, owner="mine", content=described)
    assert f"content.{next(iter(described))}[1]: " in refused["msg"]
    assert "belongs to 'theirs'" in refused["msg"]
    converge("grafana_sync", grafana.url, owner="mine", content=described, take_over=True)
