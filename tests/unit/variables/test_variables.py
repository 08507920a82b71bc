# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.variables import (
    check_names,
    check_shared_names,
    edit_distance,
)
from hypothesis import given
from hypothesis import strategies as st

KNOWN = {"prometheus_version", "prometheus_rule_groups", "prometheus_storage_retention", "prometheus_db_dir"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("prometheus_verison", "prometheus_version"),
        ("prometheus_rules_groups", "prometheus_rule_groups"),
        ("prometheus_groups_rule", "prometheus_rule_groups"),
        ("prometheus_dbdir", "prometheus_db_dir"),
        ("prometheus_retention_storage", "prometheus_storage_retention"),
        ("prometheus_storage_retension", "prometheus_storage_retention"),
    ],
)
def test_a_slip_is_an_error_that_names_both(name, meant):
    errors, warnings = check_names([name], "prometheus", KNOWN)
    assert warnings == []
    assert len(errors) == 1
    assert errors[0].startswith(f"Unknown variable {name}: did you mean {meant}?")


def test_an_unknown_name_far_from_all_is_a_warning():
    errors, warnings = check_names(["prometheus_team_phone"], "prometheus", KNOWN)
    assert errors == []
    assert warnings == ["Unknown variable prometheus_team_phone: nothing reads it."]


def test_a_warning_names_the_nearest_known_name():
    _errors, warnings = check_names(["prometheus_retention"], "prometheus", KNOWN)
    assert "nearest known name is prometheus_storage_retention" in warnings[0]


def test_names_of_others_are_not_judged():
    names = [
        "prometheus_version",
        "prometheus_foo_verison",
        "__prometheus_verison",
        "ansible_facts",
        "prometheus",
        "prometheusx_version",
    ]
    assert check_names(names, "prometheus", KNOWN, roles=["prometheus", "prometheus_foo"]) == ([], [])


def test_names_that_the_topology_reads_are_known():
    assert check_names(["prometheus_endpoint", "prometheus_web_external_url"], "prometheus", KNOWN) == ([], [])


def test_a_name_can_be_declared_ones_own():
    assert check_names(["prometheus_verison"], "prometheus", KNOWN, ignore=["prometheus_verison"]) == ([], [])


def test_a_retired_name_says_why():
    errors, warnings = check_names(["prometheus_remote_cache_path"], "prometheus", KNOWN)
    assert errors == []
    assert warnings == ["The variable prometheus_remote_cache_path has no effect: the host unpacks beside the place where the program goes."]


def test_shared_names():
    errors, warnings = check_shared_names(["observability_mirror_ulr", "observability_groups", "observability_xyz_abc"])
    assert len(errors) == 1 and "observability_mirror_url" in errors[0]
    assert len(warnings) == 1 and "observability_xyz_abc" in warnings[0]


@given(st.text("ab_c", max_size=8), st.text("ab_c", max_size=8))
def test_distance_is_a_metric_of_slips(one, two):
    distance = edit_distance(one, two)
    assert distance == edit_distance(two, one)
    assert (distance == 0) == (one == two)
    assert abs(len(one) - len(two)) <= distance <= max(len(one), len(two))


def test_a_swap_is_one_slip():
    assert edit_distance("verison", "version") == 1
