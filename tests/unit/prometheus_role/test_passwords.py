# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the passwords of the inventory reach Prometheus: by secret files, and by nothing else."""

from __future__ import annotations

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_files import prometheus_files

from tests.unit.prometheus_role.support import NEW, settings

GROUPS = {"prometheus": ["p1", "q1"], "alertmanager": ["p1"], "nodes": ["p1", "n1"], "blackbox_exporter": ["p1"]}
GIVEN = {"alert_rules": {}, "static_targets": {}, "scrape_configs": {}}
PROBE = {"name": "web", "targets": ["http://x"]}
FEDERATION = {"name": "blue", "match": ["up"], "stack": "blue"}
SERVICES = ("prometheus", "alertmanager", "node_exporter", "blackbox_exporter")


def users(**by_service):
    return {f"{service}_web_config": {"basic_auth_users": given} for service, given in by_service.items()}


def files(host_vars, **given):
    def variables(host):
        return host_vars.get(host, {})

    def records(**options):
        return topology.endpoints(GROUPS, variables, "p1", **options)

    def find(service, host):
        return credential(service, variables(host))

    made = prometheus_files(settings(**given), NEW, records(), records(services="prometheus", stack="*"), GIVEN, "", find)
    return {file["path"]: file for file in made}


def basic_auth(path, user="admin"):
    return {"username": user, "password_file": path}


def test_everything_that_asks_for_a_password_gets_it_by_one_file():
    everywhere = users(**{service: {"admin": "s3cret"} for service in SERVICES})
    found = files({"p1": everywhere, "n1": everywhere, "q1": {**everywhere, "observability_stack": "blue"}}, probes=[PROBE], federation=[FEDERATION])
    config = yaml.safe_load(found["prometheus.yml"]["content"])
    assert [job["job_name"] for job in config["scrape_configs"]] == ["prometheus", "alertmanager", "node", "blackbox_exporter", "probe-web", "blue"]
    for section in [*config["scrape_configs"], *config["alerting"]["alertmanagers"]]:
        assert section["basic_auth"] == basic_auth("secrets/endpoints/admin")
    secrets = [file for path, file in found.items() if path.startswith("secrets/")]
    assert secrets == [{"path": "secrets/endpoints/admin", "content": "s3cret", "secret": True, "on_change": "reload"}]


def test_the_password_is_in_no_file_that_is_shown():
    found = files({"n1": users(node_exporter={"admin": "s3cret"})})
    assert [path for path, file in found.items() if "s3cret" in str(file)] == ["secrets/endpoints/admin"]
    assert not found["prometheus.yml"]["secret"]


def test_other_passwords_are_other_files_and_other_jobs():
    found = files({"n1": users(node_exporter={"admin": "one"}), "p1": users(node_exporter={"admin": "two"})})
    jobs = {job["job_name"]: job for job in yaml.safe_load(found["prometheus.yml"]["content"])["scrape_configs"]}
    assert jobs["node"]["basic_auth"] == basic_auth("secrets/endpoints/admin")
    assert jobs["node-2"]["basic_auth"] == basic_auth("secrets/endpoints/admin.2")
    assert {path: file["content"] for path, file in found.items() if path.startswith("secrets/")} == {
        "secrets/endpoints/admin": "one",
        "secrets/endpoints/admin.2": "two",
    }


def test_names_of_users_become_names_of_files_that_cannot_be_mixed_up():
    found = files({"p1": users(node_exporter={"../a b": "one"}), "n1": users(node_exporter={"../a_b": "two"})})
    assert sorted(path for path in found if path.startswith("secrets/")) == ["secrets/endpoints/___a_b", "secrets/endpoints/___a_b.2"]


def test_what_is_not_used_is_not_delivered():
    given = users(node_exporter={"admin": "s3cret"})
    assert not [path for path in files({"n1": given}, scrape_inventory=False) if path.startswith("secrets/")]


def test_a_password_that_is_not_known_is_left_out():
    found = files({"n1": {"node_exporter_endpoint": {"auth_user": "ann"}}})
    assert "basic_auth" not in found["prometheus.yml"]["content"]


def test_tls_is_verified_unless_the_user_says_otherwise():
    tls = {"node_exporter_tls_server_config": {"cert_file": "c"}, "observability_ca_file": "/ca"}
    endpoint = {"node_exporter_endpoint": {"server_name": "n1.lan", "insecure_skip_verify": True}}
    found = files({"p1": tls, "n1": {"node_exporter_tls_server_config": {"cert_file": "c"}, **endpoint}})
    jobs = {job["job_name"]: job for job in yaml.safe_load(found["prometheus.yml"]["content"])["scrape_configs"]}
    assert (jobs["node-2"]["scheme"], jobs["node-2"]["tls_config"]) == ("https", {"ca_file": "/ca"})
    assert jobs["node"]["tls_config"] == {"server_name": "n1.lan", "insecure_skip_verify": True}
