# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The packed double, run as a service runs Grafana: its configuration, its restarts, its command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from base64 import b64encode

import pytest

from tests.doubles.grafana.pack import archive_name, pack, pack_plugin


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return the directory that the archive holds."""
    folder = tmp_path_factory.mktemp("release")
    archive = pack(folder, "13.2.0")
    assert archive.name == archive_name("13.2.0") == "grafana-13.2.0.linux-amd64.tar.gz"
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "grafana-13.2.0"


class Installed:
    """An installation with its own data and configuration."""

    def __init__(self, home, folder):
        self.home, self.folder, self.port = home, folder, free_port()
        self.process: subprocess.Popen[str] | None = None
        self.ini = folder / "grafana.ini"
        self.ini.write_text("", encoding="utf-8")
        (folder / "provisioning").mkdir()

    def words(self, *words):
        return [sys.executable, str(self.home / "bin/grafana"), *words]

    def options(self):
        places = {"data": self.folder / "data", "plugins": self.folder / "plugins", "provisioning": self.folder / "provisioning"}
        return [f"--homepath={self.home}", f"--config={self.ini}", *(f"cfg:default.paths.{name}={path}" for name, path in places.items())]

    def start(self, *more, **environment):
        words = self.words("server", *self.options(), "cfg:server.http_addr=127.0.0.1", f"cfg:server.http_port={self.port}", *more)
        self.process = subprocess.Popen(words, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _try in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(self.process.communicate()[0])
            try:
                return self.get("/api/health")
            except (OSError, ValueError):
                time.sleep(0.05)
        raise TimeoutError

    def stop(self, number=signal.SIGTERM):
        if self.process:
            self.process.send_signal(number)
            self.process.communicate(timeout=20)
            code, self.process = self.process.returncode, None
            return code
        return None

    def get(self, path, login="", body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode() if body else None)
        if login:
            request.add_header("Authorization", "Basic " + b64encode(login.encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def cli(self, *words, text=None):
        return subprocess.run(self.words("cli", *self.options(), *words), capture_output=True, text=True, input=text)


@pytest.fixture
def grafana(home, tmp_path):
    installed = Installed(home, tmp_path)
    yield installed
    installed.stop(signal.SIGKILL)


def refused(grafana, login):
    with pytest.raises(urllib.error.HTTPError) as no:
        grafana.get("/api/org", login)
    no.value.close()
    return no.value.code


def test_equal_sources_make_equal_archives(tmp_path):
    assert pack(tmp_path / "a", "12.3.0").read_bytes() == pack(tmp_path / "b", "12.3.0").read_bytes()


def test_says_its_version(grafana):
    assert grafana.start()["version"] == "13.2.0"
    assert subprocess.run(grafana.words("--version"), capture_output=True, text=True).stdout == "grafana version 13.2.0\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_restart_keeps_state(grafana, number):
    grafana.start()
    made = grafana.get("/api/folders", "admin:admin", {"title": "kept", "uid": "kept"})
    code = grafana.stop(number)
    assert code == (0 if number == signal.SIGTERM else -number)
    grafana.start()
    assert grafana.get("/api/folders/kept", "admin:admin") == made


def test_password_from_a_file_only_at_the_first_start(grafana, tmp_path):
    (tmp_path / "secret").write_text("first\n", encoding="utf-8")
    grafana.ini.write_text(f"[security]\nadmin_password = $__file{{{tmp_path / 'secret'}}}\n", encoding="utf-8")
    grafana.start()
    assert grafana.get("/api/org", "admin:first")["id"] == 1
    grafana.stop()
    (tmp_path / "secret").write_text("second", encoding="utf-8")
    grafana.start()
    assert refused(grafana, "admin:second") == 401


def test_environment_wins_over_the_file(grafana, tmp_path):
    (tmp_path / "secret").write_text("from-env\n", encoding="utf-8")
    grafana.ini.write_text("[security]\nadmin_user = boss\nadmin_password = from-ini\n", encoding="utf-8")
    grafana.start(GF_SECURITY_ADMIN_PASSWORD__FILE=str(tmp_path / "secret"))
    assert grafana.get("/api/user", "boss:from-env")["login"] == "boss"


def test_unquoted_value_ends_at_a_hash(grafana):
    grafana.ini.write_text('[security]\nadmin_password = """pass#word;"""\n', encoding="utf-8")
    grafana.start()
    assert grafana.get("/api/org", "admin:pass#word;")["id"] == 1
    assert refused(grafana, "admin:pass") == 401


def test_sub_path(grafana):
    url = f"http://127.0.0.1:{grafana.port}/monitor/"
    grafana.start(f"cfg:server.root_url={url}", "cfg:server.serve_from_sub_path=true")
    assert grafana.get("/monitor/api/health")["database"] == "ok"
    short = grafana.get("/monitor/api/short-urls", "admin:admin", {"path": "d/x"})
    assert short["url"].startswith(url + "goto/")


def test_reset_of_a_running_servers_password(grafana):
    grafana.start()
    done = grafana.cli("admin", "reset-admin-password", "--password-from-stdin", text="renewed\n")
    assert (done.returncode, "changed successfully" in done.stdout) == (0, True), done.stderr
    assert grafana.get("/api/org", "admin:renewed")["id"] == 1
    assert refused(grafana, "admin:admin") == 401


def test_plugins(grafana, tmp_path):
    pack_plugin(tmp_path / "shop", "acme-panel", "1.2.3")
    assert grafana.cli("plugins", "install", "acme-panel", f"--repo={tmp_path / 'shop'}").returncode == 0
    assert "acme-panel @ 1.2.3" in grafana.cli("plugins", "ls").stdout
    grafana.start()
    assert "acme-panel" in [row["id"] for row in grafana.get("/api/plugins", "admin:admin")]
    assert grafana.cli("plugins", "uninstall", "acme-panel").returncode == 0
    assert "acme-panel" not in grafana.cli("plugins", "ls").stdout
    assert grafana.cli("plugins", "install", "nosuch", f"--repo={tmp_path / 'shop'}").returncode == 1


def test_provisioning_of_a_data_source(grafana, tmp_path):
    (tmp_path / "provisioning/datasources").mkdir()
    text = "apiVersion: 1\ndatasources:\n  - {name: Prom, uid: prom, type: prometheus, url: '$PROM_URL', access: proxy}\n"
    (tmp_path / "provisioning/datasources/all.yaml").write_text(text, encoding="utf-8")
    grafana.start(PROM_URL="http://prometheus:9090")
    found = grafana.get("/api/datasources/uid/prom", "admin:admin")
    assert (found["url"], found["readOnly"]) == ("http://prometheus:9090", True)


@pytest.mark.parametrize("text", ["[server\n", "[server]\nnot a setting\n", "[security]\nadmin_password = $__file{/nonexistent}\n"])
def test_does_not_start_with_a_broken_configuration(grafana, text):
    grafana.ini.write_text(text, encoding="utf-8")
    with pytest.raises(RuntimeError, match="level=error"):
        grafana.start()
    assert grafana.process.wait(10) == 1


def test_does_not_start_on_a_taken_port(grafana):
    with socket.socket() as other:
        other.bind(("127.0.0.1", grafana.port))
        other.listen()
        words = grafana.words("server", *grafana.options(), "cfg:server.http_addr=127.0.0.1", f"cfg:server.http_port={grafana.port}")
        done = subprocess.run(words, capture_output=True, text=True, timeout=20)
    assert (done.returncode, "Address already in use" in done.stdout) == (1, True)


def test_tells_systemd_when_it_is_ready(grafana, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(10)
        grafana.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert channel.recv(100) == b"READY=1"
