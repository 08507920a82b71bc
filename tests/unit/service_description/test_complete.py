# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.service_description import complete, merge_flags, web_flag

HASH = "$2b$10$" + "x" * 53
OWN = {
    "description": "An example",
    "package": {"name": "example-package", "bin_dir": "/usr/bin", "exec": "packaged-example", "unit": "example-unit"},
    "unit": {"exec": "example", "flags": {"log.level": "info"}, "hardening": {"ProtectHome": "read-only"}},
    "health": {"path": "/-/ready"},
}
VALUES = {
    "version": "1.2.3",
    "download_from": "target",
    "install_method": "archive",
    "binary_install_dir": "/usr/local/bin",
    "state": "started",
    "remove_data": False,
    "system_user": "example",
    "system_group": "examples",
    "config_dir": "/etc/example",
    "web_listen_address": "0.0.0.0:9100",
    "web_config": {},
    "config_flags_extra": {},
    "environment": {},
    "unit_directives": {},
    "unit_hardening": {},
    "health": {},
}
ARCHIVES = [{"arch": "amd64", "url": "https://example.org/example.tar.gz", "checksum": "sha256:00", "members": ["example"]}]


def description(own=None, web_text="", shared=None, **values):
    return complete({**OWN, **(own or {})}, "example", {**VALUES, **values}, ARCHIVES, web_text, shared)


def files_of(one):
    return {entry["path"]: entry for entry in one["files"]}


def test_release_account_and_state_come_from_the_common_variables():
    one = description()
    assert one["name"] == "example"
    assert one["release"] == {"name": "example", "version": "1.2.3"}
    assert one["archives"] == ARCHIVES
    assert (one["user"], one["group"]) == ("example", "examples")
    assert (one["state"], one["remove_data"], one["source"]) == ("started", False, "target")


def test_the_roles_own_part_wins():
    assert description({"name": "other"})["name"] == "other"


def test_nothing_of_the_input_is_changed():
    before = repr(OWN)
    complete(OWN, "example", {**VALUES, "config_flags_extra": {"a": "b"}}, ARCHIVES, "x")
    assert repr(OWN) == before


def test_an_archive_install_has_no_package_and_a_package_install_uses_its_program():
    assert "package" not in description()
    packaged = description(install_method="package", version="")
    assert packaged["package"] == {"name": "example-package", "bin_dir": "/usr/bin"}
    assert packaged["unit"]["exec"] == "packaged-example"
    assert (packaged["name"], packaged["config_dir"]) == ("example-unit", "/etc/example")


@pytest.mark.parametrize(
    ("listen", "address", "port"),
    [
        ("0.0.0.0:9100", "127.0.0.1", 9100),
        (":9100", "127.0.0.1", 9100),
        ("[::]:9100", "::1", 9100),
        ("10.1.2.3:80", "10.1.2.3", 80),
        (["[fe00::1]:9", "0.0.0.0:10"], "fe00::1", 9),
    ],
)
def test_the_probe_goes_to_the_first_address_that_is_listened_on(listen, address, port):
    one = description(web_listen_address=listen)
    assert (one["health"]["address"], one["health"]["port"]) == (address, port)
    assert one["unit"]["flags"]["web.listen-address"] == ([listen] if isinstance(listen, str) else listen)
    assert one["ports"] == one["unit"]["flags"]["web.listen-address"]


@pytest.mark.parametrize("listen", ["9100", "host", "::1:9100", "host:0", "host:65536", []])
def test_a_useless_listen_address_is_an_error_that_names_the_variable(listen):
    with pytest.raises(ValueError, match="example_web_listen_address"):
        description(web_listen_address=listen)


def test_the_route_prefix_is_the_probes_prefix_too():
    one = description(web_external_url="https://example.org/alerts/")
    assert one["unit"]["flags"]["web.external-url"] == "https://example.org/alerts/"
    assert (one["health"]["path"], one["health"]["metrics_path"]) == ("/alerts/-/ready", "/alerts/metrics")


def test_a_given_route_prefix_wins_over_the_external_urls_path():
    one = description(web_external_url="https://example.org/alerts/", web_route_prefix="/")
    assert one["unit"]["flags"]["web.route-prefix"] == "/"
    assert one["health"]["path"] == "/-/ready"


def test_without_web_configuration_there_is_no_file_and_no_flag():
    one = description()
    assert "files" not in one
    assert "web.config.file" not in one["unit"]["flags"]


def test_the_flag_of_the_web_configuration_follows_the_version():
    own = {"web_flags": {"web.config.file": "1.5.0", "web.config": "1.0.0"}}
    chosen = {version: web_flag("example", own["web_flags"], version, True) for version in ("", "1.10.0", "1.5.0", "1.4.9", "1.0.0")}
    assert chosen == {"": "web.config.file", "1.10.0": "web.config.file", "1.5.0": "web.config.file", "1.4.9": "web.config", "1.0.0": "web.config"}
    assert description(own, web_text="x", version="1.4.0")["unit"]["flags"]["web.config"] == "/etc/example/web.yml"
    with pytest.raises(ValueError, match=r"example_web_config: TLS and users need version 1\.0\.0 or newer; the version here is 0\.18\.1"):
        description(own, web_text="x", version="0.18.1")


def test_a_role_may_want_its_web_configuration_always():
    own = {"web_flags": {"web.config.file": "1.5.0"}, "web_always": True}
    assert files_of(description(own, version="1.5.0"))["web.yml"]["content"] == "{}\n"
    assert "files" not in description(own, version="1.4.0")
    assert "web_flags" not in description(own) and "web_always" not in description(own)


def test_programs_are_found_by_name():
    archives = [{"arch": "amd64", "members": ["example", "tool"]}, {"arch": "arm64", "members": ["example", "tool"]}]
    one = complete(OWN, "example", {**VALUES, "binary_install_dir": "/opt/bin/"}, archives, "")
    assert one["links"] == {"/opt/bin/example": "example", "/opt/bin/tool": "tool"}
    assert "links" not in complete(OWN, "example", {**VALUES, "binary_install_dir": ""}, archives, "")
    assert "links" not in description(install_method="package")


@pytest.mark.parametrize(("span", "stop_timeout"), [("600", 600), (90, 90), ("600s", 600), ("1min", 60), ("1min 30s", 90), ("2h", 7200), ("infinity", 0)])
def test_a_stop_timeout_is_a_span_as_systemd_reads_it(span, stop_timeout):
    assert description({"unit": {**OWN["unit"], "stop_timeout": span}})["unit"]["stop_timeout"] == stop_timeout


@pytest.mark.parametrize("span", ["", "soon", "5 parsecs", "-1", "1.5min"])
def test_what_is_no_span_of_time_is_refused(span):
    with pytest.raises(ValueError, match="no span of time"):
        description({"unit": {**OWN["unit"], "stop_timeout": span}})


@pytest.mark.parametrize("extra", [["b", "c"], "b,c"], ids=["list", "text"])
def test_features_add_up(extra):
    assert merge_flags({"enable-feature": ["a", "b"]}, {"enable-feature": extra})["enable-feature"] == ["a", "b", "c"]
    assert merge_flags({}, {"enable-feature": extra})["enable-feature"] == ["b", "c"]
    assert "enable-feature" not in merge_flags({"enable-feature": ["a"]}, {"enable-feature": None})


def test_tls_makes_the_probe_speak_https_and_trust_what_the_server_shows():
    one = description(web_config={"tls_server_config": {"cert_file": "/etc/c.pem"}}, web_text="tls\n")
    assert (one["health"]["scheme"], one["health"]["ca_file"]) == ("https", "/etc/c.pem")
    web = files_of(one)["web.yml"]
    assert web["secret"] and web["on_change"] == "none" and web["content"] == "tls\n"
    assert one["unit"]["flags"]["web.config.file"] == "/etc/example/web.yml"


def test_a_change_of_the_listeners_kind_changes_the_unit_and_a_change_of_users_does_not():
    users = {"basic_auth_users": {"a": "b"}}
    plain = description(web_config=users, web_text="x")["unit"]
    assert description(web_config={"basic_auth_users": {"c": "d"}}, web_text="y")["unit"] == plain
    assert description(web_config={**users, "tls_server_config": {"cert_file": "c"}}, web_text="x")["unit"] != plain
    assert description(web_config={**users, "http_server_config": {"http2": False}}, web_text="x")["unit"] != plain


def test_the_probe_logs_in_with_a_password_that_is_known():
    one = description(web_config={"basic_auth_users": {"hashed": HASH, "known": "pass"}}, web_text="x")
    entry = files_of(one)["probe.auth"]
    assert entry["content"] == "known:pass\n"
    assert (entry["owner"], entry["mode"], entry["secret"]) == ("root", "0600", True)
    assert one["health"]["credentials_file"] == "/etc/example/probe.auth"
    assert one["health"]["status"] == [200]


def test_with_hashes_only_a_refusal_is_an_answer():
    one = description(web_config={"basic_auth_users": {"hashed": HASH}}, web_text="x")
    assert one["health"]["status"] == [200, 401]
    assert "credentials_file" not in one["health"]


def test_a_refusal_has_not_the_text_of_the_page():
    hashed = {"web_config": {"basic_auth_users": {"hashed": HASH}}, "web_text": "x"}
    assert "body" not in description({"health": {"body": "metrics"}}, **hashed)["health"]
    known = {"web_config": {"basic_auth_users": {"known": "pass"}}, "web_text": "x"}
    assert description({"health": {"body": "metrics"}}, **known)["health"]["body"] == "metrics"


def test_a_reload_that_nobody_can_prove_is_a_restart():
    own = {"reload": {"signal": "SIGHUP"}}
    assert "reload" not in description(own, web_config={"basic_auth_users": {"hashed": HASH}}, web_text="x")
    assert "reload" in description(own, web_config={"basic_auth_users": {"known": "pass"}}, web_text="x")


def test_the_probe_logs_in_as_whom_the_user_names():
    shared = {"observability_scrape_username": "hashed", "observability_scrape_password": "pass"}
    one = description(web_config={"basic_auth_users": {"hashed": HASH}}, web_text="x", shared=shared)
    assert files_of(one)["probe.auth"]["content"] == "hashed:pass\n"


def test_secret_files_are_secret_and_reload_when_the_service_can():
    one = description({"reload": {"signal": "SIGHUP"}}, secret_files={"key": "k"})
    assert files_of(one)["secrets/key"] == {"path": "secrets/key", "content": "k", "secret": True, "on_change": "reload"}
    assert files_of(description(secret_files={"key": "k"}))["secrets/key"]["on_change"] == "restart"


@pytest.mark.parametrize("name", ["../passwd", "a/b", ".hidden"])
def test_a_secret_file_stays_in_its_directory(name):
    with pytest.raises(ValueError, match="example_secret_files"):
        description(secret_files={name: "k"})


def test_what_the_user_gives_is_laid_over_last():
    one = description(
        config_flags_extra={"log.level": "debug", "more": True},
        unit_hardening={"ProtectHome": None},
        unit_directives={"MemoryMax": "1G"},
        environment={"GOMAXPROCS": "2"},
        health={"timeout": 5, "path": "/x"},
    )
    assert one["unit"]["flags"] == {"log.level": "debug", "more": True, "web.listen-address": ["0.0.0.0:9100"]}
    assert one["unit"]["hardening"] == {"ProtectHome": None}
    assert one["unit"]["directives"] == {"MemoryMax": "1G"}
    assert one["unit"]["environment"] == {"GOMAXPROCS": "2"}
    assert (one["health"]["timeout"], one["health"]["path"]) == (5, "/x")


def test_flags_of_the_user():
    role = {"a": "1", "b": "2"}
    assert merge_flags(role, {"a": None, "c": None, "d": "", "e": False}) == {"b": "2", "c": True, "d": True, "e": False}


def test_dashes_before_a_flag_do_no_harm():
    assert merge_flags({"a": "1"}, {"--a": "2", "-b": "3"}) == {"a": "2", "b": "3"}
