# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
import yaml
from ansible_collections.observability.stack.plugins.filter.config_files import config_files
from ansible_collections.observability.stack.plugins.filter.config_text import config_text
from ansible_collections.observability.stack.plugins.filter.endpoint_url import endpoint_url
from ansible_collections.observability.stack.plugins.plugin_utils.listen import local_address, split_address
from ansible_collections.observability.stack.plugins.plugin_utils.merge import deep_merge
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain, to_yaml
from ansible_collections.observability.stack.plugins.plugin_utils.versions import version_key
from hypothesis import given
from hypothesis import strategies as st

from tools import common_options

trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Tagged(str):
    """A text as Ansible hands it over: a subclass that answers str() with itself."""

    def __str__(self):
        return self


@given(trees)
def test_yaml_text_reads_back_as_what_was_written(value):
    assert yaml.safe_load(to_yaml(value)) == value


def test_plain_leaves_no_subclass():
    (key,) = plain({Tagged("key"): Tagged("value")})
    assert type(key) is str
    assert type(plain([Tagged("x")])[0]) is str
    assert type(plain(True)) is bool


def test_yaml_keeps_the_order_writes_lines_as_they_read_and_repeats_instead_of_pointing():
    shared = ["x"]
    assert to_yaml({"b": "one\ntwo\n", "a": shared, "c": shared}) == "b: |\n  one\n  two\na:\n- x\nc:\n- x\n"


def test_the_text_of_a_configuration_says_whose_it_is():
    assert config_text({"a": 1}, "example").startswith("# Written by the role observability.stack.example.")


def test_files_from_texts():
    assert config_files({"a.tmpl": "x"}, "templates", "reload") == [{"path": "templates/a.tmpl", "content": "x", "on_change": "reload"}]
    with pytest.raises(Exception, match=r"templates/a\.tmpl"):
        config_files({"a.tmpl": {"not": "text"}}, "templates")


@given(st.dictionaries(st.text(), trees, max_size=3), st.dictionaries(st.text(), trees, max_size=3))
def test_what_is_laid_over_is_there_afterwards(base, over):
    merged = deep_merge(base, over)
    assert deep_merge(merged, over) == merged
    assert set(merged) == set(base) | set(over)
    assert all(merged[key] == value for key, value in over.items() if not isinstance(value, dict))


def test_merging_replaces_lists_and_merges_mappings():
    assert deep_merge({"a": {"b": [1], "c": 1}}, {"a": {"b": [2]}}) == {"a": {"b": [2], "c": 1}}


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.9.0", "1.10.0"), ("3.0.0-rc.1", "3.0.0"), ("3.0.0-rc.9", "3.0.0-rc.10"), ("0.25", "0.25.1"), ("v1.0.0", "1.0.1")],
)
def test_versions_have_their_order(older, newer):
    assert version_key(older) < version_key(newer)
    assert version_key("1.2") == version_key("v1.2.0")


@pytest.mark.parametrize("name", ["latest", "", "main"])
def test_a_moving_name_is_no_version(name):
    with pytest.raises(ValueError, match="not a version"):
        version_key(name)


def test_addresses():
    assert split_address("[::1]:80") == ("::1", 80)
    assert local_address("[::]:80") == ("::1", 80)
    with pytest.raises(ValueError, match="brackets"):
        split_address("::1:80")


def test_the_options_of_all_roles_are_the_same_text():
    assert common_options.main(["--check"]) == 0, "run: python -m tools.common_options"


def test_a_block_without_an_end_is_refused():
    with pytest.raises(ValueError, match="<<<"):
        common_options.filled("# >>> options of every service role (written by a tool); package: x\n", "example", template="defaults.yml")


def test_the_url_of_one_host():
    record = {"host": "a", "scheme": "https", "address": "fd00::1", "port": 9093, "path_prefix": "/x"}
    assert endpoint_url([record], "a") == "https://[fd00::1]:9093/x"
    assert endpoint_url([record], "b") == ""
