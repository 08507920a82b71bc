# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page about community.grafana and grafana.grafana says of their options is what our modules have."""

from __future__ import annotations

import re

import pytest

from tools import migration_grafana as migration

PEERS = migration.peers()
TABLES = [(peer, module, about) for peer, modules in PEERS.items() for module, about in modules.items() if about.get("here")]
OPTIONS = [(about["here"], name, known or {}) for _peer, _module, about in TABLES for name, known in about["options"].items()]


def test_the_page_is_current():
    text = migration.PAGE.read_text(encoding="utf-8")
    assert text == migration.page(text), "run `make docs`"


@pytest.mark.parametrize(("here", "name", "about"), OPTIONS)
def test_every_option_of_ours_that_is_named_exists(here, name, about):
    ours = migration.names_of(here)
    assert set(about.get("to", [])) <= set(ours)
    assert (name in ours) != bool(about.get("gone")) or about.get("to"), "an option is here or has advice, and never both"


def test_a_play_for_community_grafana_needs_no_other_option():
    named = {module: about for module, about in PEERS["community.grafana"].items() if about.get("here")}
    changed = {f"{module}.{name}" for module, about in named.items() for name in about["options"] if name not in migration.names_of(about["here"])}
    assert changed == set()


def test_words_in_backticks_that_look_like_options_are_options():
    text = "\n".join(about.get("note", "") for _here, _name, about in OPTIONS)
    ours = {word for here, _name, _about in OPTIONS for word in migration.names_of(here)}
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)(?::[^`]*)?`", text))
    assert named - {"update_password", "mute_time_intervals", "object_matchers"} <= ours
    assert named & ours, "the pattern finds nothing"


def test_an_option_without_advice_is_an_error():
    with pytest.raises(KeyError):
        migration.fate("grafana_folder", "no_such_option", {})


def test_options_shared_by_all_modules_are_in_each():
    for _peer, modules in PEERS.items():
        shared = modules[migration.EVERY]["options"]
        for _module, about in modules.items():
            if about.get("here"):
                assert set(shared) <= set(migration.names_of(about["here"]))
