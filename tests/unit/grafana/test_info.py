# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana_info: everything is read, and what is exported makes the same elsewhere."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.export_tree import document_text, fit, named
from ansible_collections.observability.stack.plugins.module_utils.grafana.registry import KINDS
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import run_module
from tests.unit.grafana.test_sync import ask, writes
from tests.unit.grafana.world import PASSWORD, SECRETS, content, nested


def tree(root):
    """Return {path: text} of a directory, without hidden files."""
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in Path(root).rglob("*") if path.is_file() and path.name[0] != "."}


def secrets_for(names):
    return dict.fromkeys(names, PASSWORD)


# Not the word "admin", which would be masked wherever it stands.
LOGIN = {"url_username": "admin", "url_password": "correct horse battery"}


def info(server, **options):
    login = {} if "token" in options else LOGIN
    return run_module("grafana_info", server.url, **login, **options)


def sync(server, **options):
    return run_module("grafana_sync", server.url, **LOGIN, **options)


@pytest.fixture(params=[10, 12, 13])
def filled(request):
    """A server with something of everything."""
    with Grafana(generation=request.param, admin_password=LOGIN["url_password"]) as server:
        done = sync(server, owner="mine", content=content(server.generation), secrets=SECRETS)
        assert not done.get("failed"), done
        del server.requests[:]
        yield server
        assert server.app.mistakes == []


def test_every_kind_is_read_with_one_list_each(filled):
    found = info(filled)
    assert found["unreadable"] == {}
    assert len(found["objects"]) == len(KINDS)
    assert [one["uid"] for one in found["objects"]["dashboards"]]
    assert {one["title"] for one in found["objects"]["folders"]} == {"Täglich", "Platform", "Empty / 空"}
    assert not found["changed"]
    assert writes(filled) == []
    assert PASSWORD not in found.output


@pytest.mark.parametrize(
    ("words", "kinds"),
    [(["folders", "datasource"], {"folders", "datasources"}), (["teams"], {"teams"})],
)
def test_a_part_is_read(filled, words, kinds):
    assert set(info(filled, gather_subset=words)["objects"]) == kinds


def test_all_but_some_are_read(filled):
    assert len(info(filled, gather_subset=["!users", "!teams"])["objects"]) == len(KINDS) - 2


def test_an_unknown_kind_is_refused_with_those_there_are(grafana):
    assert "there is no kind 'dashbords'. These are: all, folders, " in run_module("grafana_info", grafana.url, gather_subset=["dashbords"])["msg"]


def test_what_an_account_may_not_read_is_left_out_and_named(filled):
    account = run_module("grafana_service_account", filled.url, **LOGIN, name="reader", role="viewer")["service_account"]
    answer = requests.post(f"{filled.url}/api/serviceaccounts/{account['id']}/tokens", json={"name": "t"}, auth=tuple(LOGIN.values()), timeout=5)
    token = answer.json()["key"]
    found = info(filled, token=token)
    assert not found.get("failed"), found
    assert "users" in found["unreadable"]
    assert "403" in found["unreadable"]["users"]
    assert "folders" in found["objects"]
    failed = info(filled, token=token, gather_subset=["users"])
    assert failed["http_status"] == 403


def test_an_export_has_no_secrets_and_no_marks_but_the_names_of_secrets(filled):
    exported = info(filled, export=True)
    assert exported["secrets"] == [
        "contact_point/ops/receivers/1/settings/password",
        "datasource/prometheus/basicAuthPassword",
        "user/admin/password",
        "user/jane/password",
    ]
    assert PASSWORD not in exported.output
    assert "mine" not in json.dumps(exported["content"])
    source = next(one for one in exported["content"]["datasources"] if one["uid"] == "prometheus")
    assert source["secure_json_data"] == {"basicAuthPassword": "${secret:datasource/prometheus/basicAuthPassword}"}


def test_an_export_asks_for_no_change(filled, tmp_path):
    exported = info(filled, export=True, dest=str(tmp_path))
    assert exported["changed"]
    for orders in ({"content": exported["content"]}, {"src": str(tmp_path)}):
        again = sync(filled, **orders)
        assert not again.get("failed"), again
        assert again["changes"] == []


def test_an_export_makes_the_same_on_an_empty_server(filled, tmp_path):
    exported = info(filled, dest=str(tmp_path / "one"))
    with Grafana(generation=filled.generation, admin_password=LOGIN["url_password"]) as other:
        made = sync(other, src=str(tmp_path / "one"), secrets=secrets_for(exported["secrets"]))
        assert not made.get("failed"), made
        info(other, dest=str(tmp_path / "two"))
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_the_tree_is_one_that_people_read(filled, tmp_path):
    info(filled, dest=str(tmp_path))
    inner = "dashboards/Platform/Täglich" if nested(filled.generation) else "dashboards/Täglich"
    files = tree(tmp_path)
    assert {"dashboards/Home ⌂.json", f"{inner}/Node.json", f"{inner}/_folder.yml", "dashboards/Empty - 空/_folder.yml"} <= set(files)
    assert {"datasources/Loki.yml", "contact_points/ops.yml", "rule_groups/targets.yml", "teams/Platform.yml"} <= set(files)
    assert "title: Täglich" in files[f"{inner}/_folder.yml"]


def test_a_second_export_writes_nothing_and_a_later_one_only_what_changed(filled, tmp_path):
    (tmp_path / "datasources").mkdir()
    (tmp_path / "datasources/mine.yml").write_text("[]")
    foreseen = info(filled, dest=str(tmp_path), check=True)
    assert sorted(tree(tmp_path)) == ["datasources/mine.yml"]
    first = info(filled, dest=str(tmp_path))
    assert (foreseen["files"], foreseen["diff"]) == (first["files"], first["diff"])
    again = info(filled, dest=str(tmp_path))
    assert (again["changed"], again["files"], again["removed"]) == (False, [], [])
    run_module("grafana_datasource", filled.url, **LOGIN, name="Loki", uid="loki", state="absent")
    run_module("grafana_folder", filled.url, **LOGIN, title="Platform 2", uid="platform")
    later = info(filled, dest=str(tmp_path), gather_subset=["folders", "datasources"])
    assert "datasources/Loki.yml" in later["removed"]
    assert "dashboards/Platform 2/_folder.yml" in later["files"]
    assert not (tmp_path / "dashboards/Platform").exists()
    assert (tmp_path / "datasources/mine.yml").exists(), "what no export wrote is not its to remove"


def test_a_list_of_files_that_was_tampered_with_removes_nothing_outside(grafana, tmp_path):
    outside = tmp_path / "precious"
    outside.write_text("x")
    (tmp_path / "dest").mkdir()
    (tmp_path / "dest/.grafana-export.json").write_text(json.dumps(["../precious", str(outside), 1, {}]))
    run_module("grafana_info", grafana.url, dest=str(tmp_path / "dest"))
    assert outside.read_text() == "x"


def test_a_directory_that_cannot_be_written_is_said(grafana, tmp_path):
    (tmp_path / "file").write_text("x")
    failed = run_module("grafana_info", grafana.url, dest=str(tmp_path / "file"))
    assert f"{tmp_path}/file" in failed["msg"]
    assert "cannot be written" in failed["msg"]


# Texts with all that makes trouble in files, YAML, JSON and URLs.
texts = (
    some.one_of(
        some.sampled_from(
            [
                "..",
                ".",
                "/",
                "a/b",
                "yes",
                "1.0",
                "null",
                "_folder.yml",
                "x.json",
                "ä\u0308",
                "\u2028",
                "🙂",
                "A",
                "a",
                "${secret",
                "{{ x }}",
                "- x: [",
                "'\"",
                "%2F",
            ]
        ),
        some.text(some.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6),
    )
    .map(str.strip)
    .filter(bool)
)


@given(texts)
def test_a_name_of_a_file_is_neither_hidden_nor_a_path(text):
    name = fit(text * 40)
    assert name
    assert name[0] not in "._"
    assert "/" not in name
    assert len(name.encode()) <= 120


@given(some.lists(texts, max_size=8))
def test_names_of_files_differ_even_where_case_does_not_count(titles):
    found = named([{"title": title, "uid": f"u{number}"} for number, title in enumerate(titles)], lambda one: one["title"], lambda one: one["uid"])
    assert len({name.casefold() for name in found}) == len(titles)


@given(some.recursive(texts | some.integers() | some.booleans() | some.none(), lambda inner: some.lists(inner) | some.dictionaries(texts, inner), max_leaves=6))
def test_what_is_written_is_read_again(value):
    import yaml

    assert yaml.safe_load(document_text(value)) == value


uids = some.text(alphabet="abcdefgh-_0123456789", min_size=1, max_size=8).filter(lambda text: text not in ("general",))


@some.composite
def worlds(draw):
    """Draw nested folders, dashboards in them and data sources with names that make trouble."""
    folders = []
    for uid in draw(some.lists(uids, max_size=5, unique=True)):
        parents = [one["uid"] for one in folders if one["depth"] < 3]
        parent = draw(some.sampled_from(["", *parents]))
        depth = next((one["depth"] for one in folders if one["uid"] == parent), 0) + 1
        folders.append({"uid": uid, "title": draw(texts), "parent_uid": parent, "depth": depth})
    boards = [
        {
            "dashboard": {"uid": f"d-{number}", "title": title, "tags": draw(some.lists(texts, max_size=2)), "links": [{"title": draw(texts)}]},
            "folder_uid": place,
        }
        for number, (title, place) in enumerate(draw(some.lists(some.tuples(texts, some.sampled_from(["", *[one["uid"] for one in folders]])), max_size=4)))
    ]
    names = draw(some.lists(texts, max_size=3, unique_by=str.casefold))
    sources = [{"name": name, "uid": f"s-{number}", "type": "loki", "ds_url": "http://x"} for number, name in enumerate(names)]
    return {"folders": [{key: one[key] for key in one if key != "depth"} for one in folders], "dashboards": boards, "datasources": sources}


@given(worlds())
@settings(max_examples=12)
@pytest.mark.parametrize("generation", [12, 13])
def test_whatever_there_is_comes_back_from_its_export(generation, described):
    subset = list(described)
    with Grafana(generation=generation) as one, Grafana(generation=generation) as other, tempfile.TemporaryDirectory() as root:
        made = run_module("grafana_sync", one.url, content=described)
        assert not made.get("failed"), made
        run_module("grafana_info", one.url, gather_subset=subset, dest=f"{root}/one")
        again = run_module("grafana_sync", one.url, src=f"{root}/one")
        assert again["changed"] is False, again
        copied = run_module("grafana_sync", other.url, src=f"{root}/one")
        assert not copied.get("failed"), copied
        run_module("grafana_info", other.url, gather_subset=subset, dest=f"{root}/two")
        assert tree(f"{root}/two") == tree(f"{root}/one")
        assert len(ask(other, "/api/search")) == len(described["folders"]) + len(described["dashboards"])
