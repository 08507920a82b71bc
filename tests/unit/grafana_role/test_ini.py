# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana.ini, read back by the reader that the double has from upstream: values mean what was said, and secrets are elsewhere."""

from __future__ import annotations

import re

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.ini import Configuration, quoted

from tests.doubles.grafana import ini as reader
from tests.unit.grafana_role.support import PASSWORD, described, files_of, settings


def read_back(tmp_path, **over):
    """Return (sections as Grafana sees them, secret files)."""
    made = Configuration(settings(**over))
    for path, text in made.secrets.items():
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    home = tmp_path / "home" / "conf"
    home.mkdir(parents=True)
    (home / "defaults.ini").write_text("")
    (tmp_path / "grafana.ini").write_text(made.text.replace("/etc/grafana", str(tmp_path)))
    return reader.load(tmp_path / "home", tmp_path / "grafana.ini", [], {}), made


def test_what_is_said_is_what_grafana_reads(tmp_path):
    values, _made = read_back(
        tmp_path,
        users={"default_theme": "light", "allow_sign_up": False},
        ini={
            "instance_name": "main",
            "users": {"default_theme": "dark"},
            "auth": {"disable_login_form": True, "ldap": {"enabled": True}},
            "smtp": {"port": 25},
        },
    )
    assert values["DEFAULT"]["instance_name"] == "main"
    assert values["users"] == {"default_theme": "dark", "allow_sign_up": "false"}
    assert values["auth"] == {"disable_login_form": "true"} and values["auth.ldap"] == {"enabled": "true"}
    assert values["smtp"] == {"port": "25"}


SECRETS = {
    "database": {"type": "postgres", "password": "db;pass#word", "url": "postgres://grafana:hid'den@db1/grafana"},
    "smtp": {"password": 'mail"`pass', "cert_key": "/etc/ssl/key.pem"},
    "auth": {"generic_oauth": {"client_secret": "oauth-secret", "token_url": "https://login.example.org/token", "auth_url": "https://login.example.org"}},
    "security": {"secret_key": "signing-secret"},
    "remote_cache": {"connstr": "addr=redis:6379,password=cache-secret"},
}


def test_secrets_are_in_files_and_mean_the_same(tmp_path):
    values, made = read_back(tmp_path, ini=SECRETS)
    for hidden in (PASSWORD, "db;pass#word", "hid'den", 'mail"`pass', "oauth-secret", "signing-secret", "cache-secret"):
        assert hidden not in made.text
    assert values["security"] == {"admin_user": "admin", "admin_password": PASSWORD, "secret_key": "signing-secret"}
    assert values["database"] == SECRETS["database"]
    assert values["smtp"]["password"] == 'mail"`pass'
    assert values["auth.generic_oauth"]["client_secret"] == "oauth-secret"
    assert values["remote_cache"]["connstr"].endswith("cache-secret")
    # Paths and addresses tell nothing, and are looked for in the file by people.
    assert "/etc/ssl/key.pem" in made.text.replace(str(tmp_path), "") or "cert_key = /etc/ssl/key.pem" in made.text
    assert "https://login.example.org/token" in made.text


def test_secret_files_are_marked_as_such_and_the_ini_may_be_shown():
    files = files_of(described(ini=SECRETS))
    assert not files["grafana.ini"]["secret"]
    secrets = {path: file for path, file in files.items() if path.startswith("secrets/")}
    assert len(secrets) == 7 and all(file["secret"] for file in secrets.values())
    assert files["secrets/admin_password"] == {"path": "secrets/admin_password", "content": PASSWORD, "secret": True, "on_change": "none"}


def test_a_secret_that_is_named_already_stays_named():
    made = Configuration(settings(ini={"database": {"password": "$__file{/run/keys/db}"}, "smtp": {"password": "$__env{SMTP}"}}))
    assert "password = $__file{/run/keys/db}" in made.text and "password = $__env{SMTP}" in made.text


def test_the_address_the_url_and_tls_come_from_the_variables_of_all_roles(tmp_path):
    values, _made = read_back(
        tmp_path,
        web_listen_address="127.0.0.1:3300",
        web_external_url="https://example.org/grafana",
        web_config={"tls_server_config": {"cert_file": "/etc/ssl/g.pem", "key_file": "/etc/ssl/g.key", "min_version": "TLS1.3"}},
    )
    assert values["server"] == {
        "http_addr": "127.0.0.1", "http_port": "3300", "protocol": "https", "cert_file": "/etc/ssl/g.pem", "cert_key": "/etc/ssl/g.key",
        "min_tls_version": "TLS1.3", "root_url": "https://example.org/grafana/", "serve_from_sub_path": "true",
    }  # fmt: skip


def test_a_proxy_may_take_the_path_away(tmp_path):
    values, _made = read_back(tmp_path, web_external_url="https://example.org/grafana/", web_route_prefix="/")
    assert "serve_from_sub_path" not in values["server"] and values["server"]["root_url"] == "https://example.org/grafana/"


def test_the_user_who_may_read_metrics(tmp_path):
    values, made = read_back(tmp_path, web_config={"basic_auth_users": {"scraper": "scrape-secret"}})
    assert values["metrics"] == {"enabled": "true", "basic_auth_username": "scraper", "basic_auth_password": "scrape-secret"}
    assert "scrape-secret" not in made.text


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"admin_password": ""}, "grafana_admin_password is not set"),
        ({"admin_password": "abc"}, "less than 4 characters"),
        ({"admin_password": " spa-ces "}, "cuts spaces"),
        ({"ini": {"server": {"protocol": "socket"}}}, "a socket cannot be watched"),
        ({"web_config": {"basic_auth_users": {"a": "x", "b": "y"}}}, "have one user"),
        ({"web_config": {"basic_auth_users": {"a": "$2b$10$" + "x" * 53}}}, "a plain password"),
        ({"web_route_prefix": "/other", "web_external_url": "https://example.org/grafana"}, "Give one of these"),
        ({"ini": {"users": {"login_hint": "a\nb"}}}, "grafana_ini.users.login_hint has several lines"),
        ({"ini": {"users": {"login_hint": 'a`"""#'}}}, "both kinds of quotation marks"),
    ],
)
def test_what_cannot_work_is_a_sentence_without_the_secret(over, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as error:
        Configuration(settings(**over))
    assert PASSWORD not in str(error.value) and " spa-ces " not in str(error.value)


@pytest.mark.parametrize("text", ["a # b", "a ; b", "'quoted'", '"quoted"', "`x`", " led", "plain", "a=b", "x'y", "100%", "%(protocol)s"])
def test_values_are_read_as_they_were_given(text):
    assert reader.value(quoted("a", "b", text).strip()) == text
