# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import sys

import bcrypt
import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.merge import deep_merge
from ansible_collections.observability.stack.plugins.plugin_utils.web_config import hash_password, web_config_text

HASH = "$2b$10$abcdefghijklmnopqrstuu5dOZ0OfPq4mVdvx0TMkFzmN5dYdFuiS"


def test_nothing_configured_is_no_text():
    assert web_config_text({"tls_server_config": {}, "http_server_config": {}, "basic_auth_users": {}}, "h") == ""


def test_plain_passwords_are_hashed_and_hashes_pass_through():
    text = web_config_text({"basic_auth_users": {"ann": "secret", "bob": HASH}}, "host")
    users = yaml.safe_load(text)["basic_auth_users"]
    assert "secret" not in text
    assert bcrypt.checkpw(b"secret", users["ann"].encode())
    assert users["bob"] == HASH


def test_the_text_is_stable_and_salts_differ():
    config = {"basic_auth_users": {"ann": "secret", "eve": "secret"}}
    assert web_config_text(config, "a") == web_config_text(config, "a")
    assert web_config_text(config, "a") != web_config_text(config, "b")
    users = yaml.safe_load(web_config_text(config, "a"))["basic_auth_users"]
    assert users["ann"] != users["eve"]


def test_the_salt_says_nothing_about_the_password():
    assert hash_password("one", "seed")[:29] == hash_password("two", "seed")[:29]


def test_without_the_bcrypt_library_the_hash_is_the_same(monkeypatch):
    expected = hash_password("secret", "seed")
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    assert hash_password("secret", "seed") == expected


def test_without_any_bcrypt_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    with pytest.raises(ValueError, match="pip install bcrypt"):
        hash_password("secret", "seed")


@pytest.mark.parametrize("password", ["", "x" * 73])
def test_passwords_that_bcrypt_cannot_take(password):
    with pytest.raises(ValueError, match="1 to 72 bytes"):
        hash_password(password, "seed")


def test_deep_merge():
    base = {"a": {"b": 1, "c": [1]}, "d": 2}
    over = {"a": {"c": [2]}, "d": {"e": 3}, "f": 4}
    assert deep_merge(base, over) == {"a": {"b": 1, "c": [2]}, "d": {"e": 3}, "f": 4}
    assert base == {"a": {"b": 1, "c": [1]}, "d": 2}
    assert deep_merge(base, None) == base
