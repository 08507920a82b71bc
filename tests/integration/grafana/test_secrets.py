# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets in a play: in no output at -vvv, in no diff, in no program's arguments, and in no file that is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.doubles.grafana import Grafana
from tools.build_tree import COLLECTIONS, stage

PLAYBOOK = Path(__file__).parent / "playbooks/secrets.yml"
SECRETS = {
    "admin_secret": "Admin-Geheim-4711",
    "user_secret": "Benutzer-Geheim-ß-4712",
    "other_secret": "Anderes-'Geheim'-4713",
    "lost_secret": "glsa_VerlorenerSchluessel47140000000_0000abcd",
}
KEY = re.compile("glsa_[A-Za-z0-9]{20,}_[0-9a-f]{8}")


def found_in(text: str) -> set[str]:
    """Return the secrets in a text, however it writes their signs, and keys of tokens."""
    forms = {secret: {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret)} for secret in SECRETS.values()}
    return {secret for secret, ways in forms.items() if any(way in text for way in ways)} | set(KEY.findall(text))


class Watch(threading.Thread):
    """Looks at the arguments and the environment of every program while a play runs."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.over = set(), threading.Event()

    def run(self):
        while not self.over.wait(0.005):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and int(entry.name) != os.getpid():
                    for what in ("cmdline", "environ"):
                        with contextlib.suppress(OSError):
                            self.seen.add((entry / what).read_bytes().decode(errors="replace"))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        self.join()


class Play:
    """A play in a home of its own."""

    def __init__(self, place: Path, grafana: Grafana):
        self.place, self.home, self.key_file = place, place / "home", place / "key"
        self.home.mkdir()
        self.variables = place / "variables.json"
        self.variables.write_text(json.dumps({**SECRETS, "grafana_url": grafana.url, "key_file": str(self.key_file)}), encoding="utf-8")
        self.seen: set[str] = set()

    def run(self, *arguments: str) -> str:
        """Run the playbook and return all that it printed."""
        argv = [str(Path(sys.executable).with_name("ansible-playbook")), "-vvv", "--diff", "-e", f"@{self.variables}", str(PLAYBOOK), *arguments]
        temporary = {name: str(self.home / "tmp") for name in ("ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP", "TMPDIR")}
        (self.home / "tmp").mkdir(exist_ok=True)
        more = {"HOME": str(self.home), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "LC_ALL": "C.UTF-8"}
        with Watch() as watch:
            done = subprocess.run(argv, capture_output=True, text=True, timeout=600, cwd=self.place, env={**os.environ, **more, **temporary})
        self.seen |= watch.seen
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def left(self) -> dict[str, set[str]]:
        """Return the secrets in files, but for the two that are there to hold them."""
        files = [path for path in self.place.rglob("*") if path.is_file() and path not in (self.variables, self.key_file)]
        told = {str(path): found_in(path.read_bytes().decode(errors="replace")) for path in files}
        return {path: secrets for path, secrets in told.items() if secrets}


@pytest.fixture
def grafana():
    """A server that refuses one user in words that repeat the password."""
    stage()
    with Grafana(generation=13, admin_password=SECRETS["admin_secret"]) as server:
        yield server
        assert server.app.mistakes == []


def test_no_secret_is_shown_or_left(grafana, tmp_path):
    play = Play(tmp_path, grafana)
    outputs = [play.run("--check")]
    assert not play.key_file.exists(), "check mode makes no token"
    # The fifth user that is made is the one whom the server refuses.
    grafana.faults.add("^/api/admin/users$", method="POST", after=2, status=500, body=json.dumps({"message": f"no room for {SECRETS['user_secret']}"}))
    outputs += [play.run(), play.run()]
    assert [found_in(output) for output in outputs] == [set()] * 3
    assert "no room for ********" in outputs[1], "the server's words without the secret"
    assert outputs[1].count("changed: [localhost]") >= 8, "the tasks did their work"
    assert KEY.fullmatch(play.key_file.read_text(encoding="utf-8").strip())
    assert any("ansible-playbook" in one for one in play.seen), "programs were watched"
    assert {secret for one in play.seen for secret in found_in(one)} == set()
    assert play.left() == {}


def test_who_looks_finds_a_secret_that_is_there(tmp_path):
    (tmp_path / "home").mkdir()
    with Watch() as watch:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.5)", SECRETS["user_secret"]], check=True)
    assert {secret for one in watch.seen for secret in found_in(one)} == {SECRETS["user_secret"]}
    assert found_in(f"key: {json.dumps(SECRETS['user_secret'])}") == {SECRETS["user_secret"]}
