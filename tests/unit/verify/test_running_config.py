# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.running_config import canonical, differences

# (what is on disk, how the server shows it): pairs that mean the same.
SAME = {
    "defaults are filled in": ("a: {b: 1}", "a: {b: 1, scrape_timeout: 10s}\notlp: {x: true}\nlist: [x, y]"),
    "durations": ("a: 60s\nb: 90m\nc: 300000ms", "a: 1m\nb: 1h30m\nc: 5m"),
    "sizes": ("a: 2048MB\nb: 1KiB", "a: 2GiB\nb: 1024B"),
    "numbers": ("a: 1.0\nb: '2'", "a: 1\nb: 2"),
    "truth": ("a: yes\nb: off\nc: True", "a: true\nb: false\nc: true"),
    "what is empty is left out": ("a: []\nb: {}\nc: ''\nd: false\ne: 0s\nf: null\ng: ~\nh: 0", "{}"),
    "secrets are masked": ("a: {password: x}", "a: {password: <secret>}"),
    "passwords in URLs are masked": ("url: http://u:p@h/x", "url: http://u:xxxxx@h/x"),
    "relative paths are joined": ("rule_files: [rules/*.yml, ../x.yml]", "rule_files: [/etc/p/current/rules/*.yml, /etc/x.yml]"),
    "labels from the environment": ("global: {external_labels: {a: '${HOSTNAME}'}}", "global: {external_labels: {a: h}}"),
    "quotes of matchers": ("matchers: [a=b, 'c =~ \"x|y\"']", "matchers: ['a=\"b\"', 'c=~\"x|y\"']"),
    "names of mail headers": ("headers: {subject: x}", "headers: {Subject: x, To: y}"),
    "spans of time": ("time_intervals: [{months: ['january:march', may], weekdays: [Sunday]}]", "time_intervals: [{months: ['1:3', '5'], weekdays: [sunday]}]"),
    "clock times are no numbers": ("a: 09:00", "a: '09:00'"),
    "an old spelling": (
        "scrape_configs: [{job_name: a, bearer_token: x}]",
        "scrape_configs: [{job_name: a, authorization: {type: Bearer, credentials: <secret>}}]",
    ),
    "comments and order of keys": ("# x\nb: 1\na: 2", "a: 2\nb: 1"),
}
# (on disk, running, the places that are named)
DIFFERENT = {
    "another value": ("a: {b: 1}", "a: {b: 2}", ["a.b"]),
    "another duration": ("a: 60s", "a: 2m", ["a"]),
    "a new key": ("a: 1\nb: 2", "a: 1", ["b (on disk only)"]),
    "a removed key below external_labels": (
        "global: {external_labels: {a: 1}}",
        "global: {external_labels: {a: 1, b: 2}}",
        ["global.external_labels.b (running only)"],
    ),
    "all external_labels removed": ("global: {x: 1}", "global: {x: 1, external_labels: {b: 2}}", ["global.external_labels (running only)"]),
    "a removed section": ("a: 1", "a: 1\nremote_write: [{url: http://x}]", ["remote_write (running only)"]),
    "removed rule files": ("a: 1", "a: 1\nrule_files: [/x]", ["rule_files (running only)"]),
    "a new job": ("scrape_configs: [{job_name: a}, {job_name: b}]", "scrape_configs: [{job_name: a}]", ["scrape_configs (2 on disk, 1 running)"]),
    "another target": (
        "scrape_configs: [{job_name: a, static_configs: [{targets: [x:1]}]}]",
        "scrape_configs: [{job_name: a, static_configs: [{targets: [x:2]}]}]",
        ["scrape_configs[a].static_configs[0].targets[0]"],
    ),
    "a removed target label": (
        "scrape_configs: [{job_name: a, static_configs: [{targets: [x]}]}]",
        "scrape_configs: [{job_name: a, static_configs: [{targets: [x], labels: {b: c}}]}]",
        ["scrape_configs[a].static_configs[0].labels (running only)"],
    ),
    "a password was removed": ("a: {password: ''}", "a: {password: <secret>}", ["a.password"]),
    "a switch": ("a: true", "a: false", ["a"]),
    "another matcher": ("matchers: [a=b]", "matchers: ['a!=\"b\"']", ["matchers[0]"]),
    "another receiver": ("route: {receiver: x}", "route: {receiver: y}", ["route.receiver"]),
    "another path": ("rule_files: [rules/*.yml]", "rule_files: [/etc/p/other/*.yml]", ["rule_files[0]"]),
    "a list became a mapping": ("a: [1]", "a: {b: 1}", ["a"]),
    "case of a label matters": ("labels: {a: B}", "labels: {a: b}", ["labels.a"]),
    "no YAML": ("a: [", "a: 1", ["the file (it is no YAML)"]),
}


@pytest.mark.parametrize(("disk", "running"), SAME.values(), ids=SAME)
def test_the_same_in_other_words(disk, running):
    assert differences(disk, running) == []


@pytest.mark.parametrize(("disk", "running", "places"), DIFFERENT.values(), ids=DIFFERENT)
def test_differences_are_named(disk, running, places):
    assert differences(disk, running) == places


def test_differences_never_show_values():
    found = differences("a: {password: geheim, b: wort}", "a: {password: '', b: x}")
    assert found
    assert not any(word in "".join(found) for word in ("geheim", "wort"))


@pytest.mark.parametrize("text", ["60s", "1GB", "on", "1.50", "http://u:p@h/x", "may", "january:march", "", "text"])
def test_canonical_is_idempotent(text):
    assert canonical(canonical(text)) == canonical(text)
