# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plugins through Grafana's program on the host, as community.grafana's module does it."""

from __future__ import annotations

import json
import sys

import pytest

from tests.unit.grafana.running import run_module

NAME = "grafana_plugin"
ID = "acme-panel"
PROGRAM = """#!{python}
# Stands for grafana-cli: keeps its plugins in a file, and writes down how it was called.
import json, os, sys
state, log = {state!r}, {log!r}
words = sys.argv[1:]
open(log, "a").write(json.dumps([words, oct(os.umask(0))]) + "\\n")
there = json.load(open(state))
act, *rest = words[words.index("plugins") + 1 :]
if act == "ls":
    print("\\x1b[32minstalled plugins:\\x1b[0m")
    print("\\n".join(f"{{name}} @ {{version}}" for name, version in there.items()))
elif act == "list-versions":
    print("2.0.0\\n1.0.0")
elif rest[0].startswith("nosuch"):
    print("Error: \\x1b[31mfailed to find plugin \\"" + rest[0] + "\\" in https://me:secret@mirror\\x1b[0m", file=sys.stderr)
    sys.exit(1)
elif act == "uninstall":
    there.pop(rest[0]) if rest[0] != "stubborn" else None
else:
    there[rest[0]] = rest[1] if len(rest) > 1 else "2.0.0"
json.dump(there, open(state, "w"))
"""


class Host:
    """A host with the program, its plugins, and how it was called."""

    def __init__(self, folder):
        self.state, self.log, self.program = folder / "state.json", folder / "log", folder / "bin/grafana-cli"
        self.state.write_text("{}", encoding="utf-8")
        self.program.parent.mkdir()
        self.program.write_text(PROGRAM.format(python=sys.executable, state=str(self.state), log=str(self.log)), encoding="utf-8")
        self.program.chmod(0o755)

    def there(self):
        return json.loads(self.state.read_text(encoding="utf-8"))

    def calls(self):
        return [json.loads(line)[0] for line in self.log.read_text(encoding="utf-8").splitlines()]

    def run(self, **options):
        return run_module(NAME, None, **{"url_username": None, **options})

    def converge(self, **options):
        """Run as check mode, for real, and again."""
        foreseen, done, again = self.run(check=True, **options), self.run(**options), self.run(**options)
        assert not done.get("failed"), done
        assert (foreseen["changed"], foreseen["action"]) == (done["changed"], done["action"])
        assert not again["changed"]
        return done


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A host on which the program is found by its name."""
    found = Host(tmp_path)
    monkeypatch.setenv("PATH", str(found.program.parent))
    return found


def test_it_is_installed_updated_and_removed(host):
    made = host.converge(name=ID, version="1.0.0")
    assert (made["changed"], made["version"], made["action"]) == (True, "1.0.0", "created")
    assert made["msg"] == f"Grafana plugin {ID} installed : {host.program} plugins install {ID} 1.0.0"
    assert host.run(name=ID)["msg"] == "Grafana plugin already installed"
    newer = host.converge(name=ID, version="latest")
    assert (newer["version"], [side["version"] for side in newer.before_and_after[0]]) == ("2.0.0", ["1.0.0", "2.0.0"])
    assert host.converge(name=ID, version="1.0.0")["action"] == "updated"
    gone = host.converge(name=ID, state="absent")
    assert gone["msg"] == f"Grafana plugin {ID} uninstalled : {host.program} plugins uninstall {ID}"
    assert host.there() == {}
    assert host.run(name=ID, state="absent")["msg"] == f"Grafana plugin {ID} already uninstalled : {host.program} plugins uninstall {ID}"


def test_check_mode_changes_nothing(host):
    foreseen = host.run(check=True, name=ID)
    assert (foreseen["changed"], host.there()) == (True, {})
    assert {call[call.index("plugins") + 1] for call in host.calls()} == {"ls"}


def test_the_program_gets_what_was_given(host):
    host.run(name=ID, grafana_plugins_dir="/srv/p", grafana_repo="https://r", grafana_plugin_url="https://z", validate_certs=False)
    assert host.calls()[-2] == ["--pluginUrl", "https://z", "--pluginsDir", "/srv/p", "--repo", "https://r", "--insecure", "plugins", "install", ID]
    host.run(name="other")
    assert "--insecure" not in host.calls()[-1]


def test_plugins_can_be_read_by_everybody(host):
    host.run(name=ID)
    masks = {json.loads(line)[0][-2]: json.loads(line)[1] for line in host.log.read_text(encoding="utf-8").splitlines()}
    assert masks["install"] == "0o22"


def test_a_newer_program_is_called_by_its_newer_name(host):
    newer = host.program.with_name("grafana")
    host.program.rename(newer)
    for options in ({}, {"executable": str(newer)}):
        host.state.write_text("{}", encoding="utf-8")
        assert host.run(name=ID, **options)["changed"]
        assert host.calls()[-1] == ["cli", "plugins", "ls"]


@pytest.mark.parametrize(("options", "words"), [
    ({"name": "nosuch-panel"}, 'failed with status 1: Error: failed to find plugin "nosuch-panel" in https://mirror'),
    ({"name": "stubborn", "state": "absent"}, "the plugin stubborn is still there"),
    ({"name": ID, "executable": "/nonexistent"}, "grafana-cli binary is not present or not in PATH: /nonexistent"),
    ({"name": ID, "enabled": True}, "enabled needs the API of a server: give its url"),
    ({"items": [{"name": ID}]}, "items needs the API of a server"),
    ({}, "the plugin needs name"),
])  # fmt: skip
def test_what_goes_wrong_is_said(host, options, words):
    host.state.write_text('{"stubborn": "1.0.0"}', encoding="utf-8")
    failed = host.run(**options)
    assert failed["failed"]
    assert words in failed["msg"]
    assert "secret@" not in failed.output


def test_a_login_in_an_address_is_not_shown(host):
    ran = host.run(name=ID, grafana_repo="https://me:secret-word@mirror.example.com")
    assert "--repo https://mirror.example.com" in ran["msg"]
    assert host.calls()[-1][:2] == ["--repo", "https://me:secret-word@mirror.example.com"]
    assert "secret-word" not in ran.output


def test_no_library_is_needed(host, monkeypatch):
    from ansible_collections.observability.stack.plugins.module_utils.engine import connection

    monkeypatch.setattr(connection, "requests", None)
    assert host.run(name=ID)["changed"]
    assert "requests" in run_module(NAME, "http://127.0.0.1:1", name=ID)["msg"]
