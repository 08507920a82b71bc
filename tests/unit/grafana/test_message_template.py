# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Templates of notifications: compared in the form in which Grafana keeps them."""

from __future__ import annotations

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

ADMIN = ("admin", "admin")
LIST = "/api/v1/provisioning/templates"
TEXT = '{{ define "platform.title" }}[{{ .Status }}] ☃{{ end }}'


def run(grafana, **options):
    return run_module("grafana_message_template", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_message_template", grafana.url, **options)


def stored(grafana):
    found = requests.get(grafana.url + LIST, auth=ADMIN, timeout=5).json()
    return {one["name"]: one["template"] for one in found or []}


def test_a_template_is_made_changed_and_removed(grafana):
    made = done(grafana, name="Plätform / one", template=TEXT + "\n")
    assert (made["action"], made["message_template"]["template"]) == ("created", TEXT)
    changed = done(grafana, name="Plätform / one", template=TEXT.replace("☃", "!"))
    assert changed.before_and_after[0][0]["template"] == TEXT
    done(grafana, name="Plätform / one", state="absent")
    assert stored(grafana) == {}


def test_a_text_without_a_definition_gets_one_and_is_no_change_then(grafana):
    done(grafana, name="plain", template="one\ntwo\n")
    assert stored(grafana) == {"plain": '{{ define "plain" }}\n  one\n  two\n{{ end }}'}


def test_a_second_run_asks_once_and_many_are_read_at_once(grafana):
    items = [{"name": f"t{number}", "template": TEXT} for number in range(30)]
    done(grafana, items=items)
    del grafana.requests[:]
    run(grafana, items=items)
    run(grafana, **items[0])
    assert grafana.requests == [("GET", LIST), ("GET", f"{LIST}/t0")]
    purged = done(grafana, items=items[1:], purge=True, scope=["t*"])
    assert [one["object"] for one in purged["results"] if one["action"] == "deleted"] == ["message template t0"]


def test_somebody_elses_change_in_between_is_not_overwritten(grafana):
    run(grafana, name="x", template=TEXT)
    grafana.faults.add(f"{LIST}/x", method="PUT", status=409, times=1, body={"message": "Conflict"})
    ran = run(grafana, name="x", template=TEXT.replace("☃", "!"))
    assert "Somebody changed it in between" in ran["msg"]


def test_a_provisioned_template_does_not_become_editable(grafana):
    run(grafana, name="x", template=TEXT)
    refused = run(grafana, check=True, name="x", template=TEXT.replace("☃", "!"), provisioning=False)
    assert "never makes such an object editable again" in refused["msg"]
    run(grafana, name="y", template=TEXT, provisioning=False)
    assert "provenance" not in requests.get(f"{grafana.url}{LIST}/y", auth=ADMIN, timeout=5).json()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "x"}, "a new one needs template"),
        ({"name": "x", "template": " \n"}, "the template is empty"),
        ({"name": "x", "template": '{{ define "x" }'}, "Template is in invalid format"),
        ({"template": TEXT}, "name one by name"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(grafana, options, words):
    ran = run(grafana, **options)
    assert ran["failed"] and words in ran["msg"], ran["msg"]
