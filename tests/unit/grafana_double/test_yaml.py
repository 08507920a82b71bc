# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double's own reader and writer of YAML, against PyYAML."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.grafana import yaml_text, yamlish

SCALARS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.none(),
    st.floats(0.001, 1000).map(lambda number: round(number, 3)),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12),
    st.sampled_from(["a: b", "x # y", "it's", '"q"', "12", "true", "~", "- dash", "{x", "[y", "two\nlines\n", "$__file{/x}", "a,b", "http://h:1/p?q#f"]),
)
KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_. -]{0,8}[A-Za-z0-9]", fullmatch=True)
VALUES = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=12)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@settings(deadline=None)
@given(DOCUMENTS)
def test_reads_what_pyyaml_writes(value):
    for text in (yaml.safe_dump(value), yaml.safe_dump(value, default_flow_style=False, allow_unicode=True, sort_keys=False)):
        assert yamlish.load(text) == yaml.safe_load(text)


@settings(deadline=None)
@given(DOCUMENTS)
def test_pyyaml_reads_what_it_writes(value):
    assert yaml.safe_load(yaml_text.dump(value)) == value


HAND_WRITTEN = """\
---
# a comment
apiVersion: 1  # and another
list:
- 1
-  key: value
   flow: [1, 'a, b', "c", {d: e}]
- - nested
literal: |
  line
    deeper

  last
folded: >-
  one
  line
nothing:
mapping: { a: 1,
  b: [x, y] }
"""


def test_reads_what_people_write():
    assert yamlish.load(HAND_WRITTEN) == yaml.safe_load(HAND_WRITTEN)


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: !t 1", "a: 1\n---\nb: 2", "a: 1\n  b: 2", "- a\nb: c", "a: plain\n  goes on"])
def test_refuses_what_it_cannot_read(text):
    with pytest.raises(ValueError):
        yamlish.load(text)
