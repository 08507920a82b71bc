# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page about prometheus.prometheus says of its variables is what the roles do with them."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.role_variables import judge_variables
from ansible_collections.observability.stack.plugins.plugin_utils.shared_variables import RETIRED

from tools import migration

NAMES = migration.names()


def named(role):
    return [*NAMES[migration.EVERY], *NAMES[role]]


def test_the_page_is_current():
    text = migration.PAGE.read_text(encoding="utf-8")
    assert text == migration.page(text), "run `make docs`"


@pytest.mark.parametrize("role", migration.ROLES)
def test_none_of_the_names_stops_a_run(role):
    variables = {f"{role}_{name}": "" for name in named(role)}
    errors, warnings = judge_variables(variables, role, str(migration.ROOT / "roles" / role))
    assert errors == []
    assert [line for line in warnings if " has no effect: " not in line] == [], "a name without advice"


@pytest.mark.parametrize("role", migration.ROLES)
def test_a_name_is_known_or_has_advice_and_never_both(role):
    ours = set(migration.known(role))
    assert {name for name in named(role) if (name in ours) == (name in RETIRED)} == set()


def test_every_name_with_advice_is_on_the_page():
    assert set(RETIRED) <= {name for listed in NAMES.values() for name in listed}


def test_names_of_every_role_are_in_every_role():
    ours = [set(migration.known(role)) for role in migration.ROLES]
    assert {name for name in NAMES[migration.EVERY] if len({name in one for one in ours}) > 1} == set()


def test_other_names_are_recognised():
    assert migration.fate("alertmanager", "mesh", None) == "Another name of `alertmanager_cluster`."
    assert migration.fate("blackbox_exporter", "cli_flags", None) == "Another name of `blackbox_exporter_config_flags_extra`."
    assert migration.fate("prometheus", "skip_install", None).startswith("**No effect**")
    with pytest.raises(KeyError):
        migration.fate("prometheus", "no_such_name", None)
