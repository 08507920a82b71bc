# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who logs in where and by which password, and that no record holds a password."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import Credential, credential
from ansible_collections.observability.stack.plugins.plugin_utils.inventory_problems import password_problems, type_problems
from ansible_collections.observability.stack.plugins.plugin_utils.shared_types import wrong_type

HASH = "$2b$10$" + "x" * 53
SCRAPE = {"observability_scrape_username": "ann", "observability_scrape_password": "of-ann"}
USERS = "node_exporter_basic_auth_users"
WEB = "node_exporter_web_config"
NAMED = "observability_scrape_password"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({USERS: {"admin": "s3cret"}}, ("admin", "s3cret", USERS)),
        ({WEB: {"basic_auth_users": {"admin": "s3cret"}}}, ("admin", "s3cret", WEB)),
        # The whole wins over its parts, as in the role.
        ({WEB: {"http_server_config": {}}, USERS: {"admin": "s3cret"}}, None),
        ({USERS: {"admin": 12345}}, ("admin", "12345", USERS)),
        ({USERS: {"bob": HASH, "admin": "s3cret"}}, ("admin", "s3cret", USERS)),
        ({USERS: {"admin": HASH}}, None),
        ({USERS: {"ann": HASH}, **SCRAPE}, ("ann", "of-ann", NAMED)),
        ({USERS: {"bob": "of-bob", "ann": HASH}, **SCRAPE}, ("ann", "of-ann", NAMED)),
        ({USERS: {"bob": "of-bob", "ann": "s3cret"}, **SCRAPE}, ("ann", "s3cret", USERS)),
        ({USERS: {"bob": "of-bob"}, **SCRAPE}, ("bob", "of-bob", USERS)),
        ({USERS: {"bob": HASH}, **SCRAPE}, None),
        # Who asks for no password gets none.
        (SCRAPE, None),
        ({"node_exporter_endpoint": {"auth_user": "ann"}, **SCRAPE}, ("ann", "of-ann", NAMED)),
        ({"node_exporter_endpoint": {"auth_user": "bob"}, USERS: {"ann": "a", "bob": "b"}}, ("bob", "b", USERS)),
        ({"node_exporter_endpoint": {"auth_user": "zoe"}, USERS: {"ann": "a"}}, None),
        ({USERS: "a mistake", WEB: ["another"]}, None),
    ],
)
def test_the_credential_of_a_service(values, expected):
    assert credential("node_exporter", values) == (Credential(*expected) if expected else None)


def test_a_password_is_not_shown():
    assert "s3cret" not in repr(credential("node_exporter", {USERS: {"admin": "s3cret"}}))


def record(values):
    (found,) = topology.endpoints({"nodes": ["n1"]}, lambda _host: values, "n1", "node_exporter")
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({USERS: {"admin": "s3cret"}}, ("admin", None, USERS)),
        ({USERS: {"admin": HASH}}, (None, None, None)),
        # A file that the user names is used as it is.
        ({USERS: {"admin": "s3cret"}, "node_exporter_endpoint": {"auth_user": "x", "auth_file": "/f"}}, ("x", "/f", None)),
    ],
)
def test_a_record_says_who_and_from_where_and_never_the_password(values, expected):
    found = record(values)
    assert (found["auth_user"], found["auth_file"], found["auth_from"]) == expected
    assert "s3cret" not in str(found)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"node_exporter_endpoint": {"auth_from": "x"}}, "unknown key 'auth_from'"),
        ({"node_exporter_endpoint": "https://x"}, "node_exporter_endpoint of host n1 must be a mapping"),
        ({"observability_groups": "linux"}, "observability_groups must be a mapping"),
        ({"observability_labels": "site=berlin"}, "observability_labels of host n1 must be a mapping"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(values, sentence):
    with pytest.raises(topology.TopologyError, match=sentence):
        record(values)


def warnings(**host_vars):
    hosts = list(host_vars)
    records = topology.endpoints({"nodes": hosts}, host_vars.__getitem__, hosts[0], stack="*")
    return password_problems(records, host_vars.__getitem__)


def test_a_password_that_nobody_knows_is_a_warning_that_names_the_remedy():
    hashed = {USERS: {"admin": HASH}}
    (warning,) = warnings(a=hashed, b={USERS: {"admin": "s3cret"}}, c={}, d=hashed, e=hashed, f=hashed)
    assert warning.startswith("node_exporter on a, d, e and 1 more asks for a password that is not known here")
    for name in ("observability_scrape_username", "observability_scrape_password", USERS):
        assert name in warning


@pytest.mark.parametrize(
    "values",
    [{}, {USERS: {"ann": HASH}, **SCRAPE}, {USERS: {"ann": HASH}, "node_exporter_endpoint": {"auth_user": "ann", "auth_file": "secrets/x"}}],
)
def test_what_is_known_is_no_warning(values):
    assert warnings(a=values) == []


@pytest.mark.parametrize(
    "said",
    [
        {"prometheus_job_settings": {"node": {"basic_auth": {"username": "ann", "password_file": "secrets/x"}}}},
        {"prometheus_scrape_configs": [{"job_name": "node"}]},
    ],
)
def test_who_describes_the_job_knows_the_password(said):
    values = {USERS: {"admin": HASH}, **said}
    records = topology.endpoints({"nodes": ["a"], "prometheus": ["a"]}, lambda _host: values, "a")
    assert password_problems(records, lambda _host: values) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("groups", "linux", "observability_groups must be a mapping of names of groups or lists of them, such as {node_exporter: linux"),
        ("groups", {"nodes": {"hosts": 1}}, "it is {'nodes': {'hosts': 1}}."),
        ("groups", {"nodes": ["linux", "bsd"], "prometheus": "metrics"}, ""),
        ("groups", None, ""),
        ("labels", ["a"], "must be a mapping, such as {site: berlin}; it is ['a']."),
        ("probes", [{"name": "x"}], ""),
        ("probes", {"name": "x"}, "must be a list of mappings"),
        ("lock_files", "a.yml", "must be a list of texts"),
        ("stack", 1, ""),
        ("stack", ["a"], "observability_stack must be a text; it is something else."),
        ("scrape_password", ["s3cret"], "must be a text; it is something else."),
        ("verify_port", "19099", ""),
        ("verify_timeout", 2.5, ""),
        ("verify_port", "many", "must be a number"),
        ("remove", "yes", ""),
        ("remove", True, ""),
        ("remove", "perhaps", "must be true or false"),
    ],
)
def test_types_of_shared_variables(name, value, expected):
    found = wrong_type(f"observability_{name}", value)
    assert expected in found
    assert bool(expected) is bool(found)
    assert "s3cret" not in found


def test_a_mistake_in_all_hosts_is_said_once():
    values = {"observability_groups": "linux", "observability_labels": []}
    errors = type_problems({"a": values, "b": values})
    assert [error.split(" must be ")[0] for error in errors] == ["observability_groups of host a", "observability_labels of host a"]
