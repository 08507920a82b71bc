# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program `grafana` of the packed double: `grafana server ...` and `grafana cli ...`."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable
from os import environ, getpid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import ini, marks, plugins, provisioning
from .app import App, Settings
from .server import Server
from .store import Store

WATCH_SECONDS = 2
FLAGS = {
    "homepath", "config", "pidfile", "packaging", "configOverrides", "pluginsDir", "pluginUrl", "repo", "profile-port", "tracing-file",
}  # fmt: skip


class Arguments:
    """Options in Go's style (-name=value, --name value), and the other words."""

    def __init__(self, words: list[str]):
        self.options: dict[str, str] = {}
        self.words: list[str] = []
        rest = iter(words)
        for word in rest:
            name, equals, text = word.lstrip("-").partition("=")
            if not word.startswith("-"):
                self.words.append(word)
            elif equals or name not in FLAGS:
                self.options[name] = text or "true"
            else:
                self.options[name] = next(rest, "")
        self.words += self.options.get("configOverrides", "").split()

    def home(self) -> Path:
        """Return the directory of the installation."""
        return Path(self.options.get("homepath") or Path(sys.argv[0]).resolve().parents[1]).resolve()


def say(logger: str, level: str, message: str) -> None:
    """Write a line of the log."""
    print(f'logger={logger} t={marks.stamp(marks.Clock().now())} level={level} msg="{message}"', flush=True)


def configured(arguments: Arguments) -> tuple[ini.Values, Settings]:
    """Return the configuration, and of it what the double heeds."""
    home, file = arguments.home(), arguments.options.get("config")
    values = ini.load(home, Path(file) if file else None, arguments.words)
    paths = {name: (home / text).resolve() for name, text in values["paths"].items() if text}
    server, security = values["server"], values["security"]
    root = server.get("root_url", "")
    sub = urlsplit(root).path.rstrip("/") if server.get("serve_from_sub_path", "").lower() == "true" else ""
    version = (home / "VERSION").read_text(encoding="utf-8").strip()
    major = int(version.split(".", maxsplit=1)[0])
    metrics = values.get("metrics", {})
    toggles = values.get("feature_toggles", {})
    settings = Settings(
        generation=13 if major >= 13 else 12 if major >= 11 else 10, version=version, admin_user=security["admin_user"],
        admin_password=security["admin_password"], root_url=root, sub_path=sub, data=paths["data"], provisioning=paths["provisioning"],
        plugins=Path(arguments.options.get("pluginsDir") or paths["plugins"]), plugin_source=environ.get("GF_PLUGIN_REPO", ""),
        toggles=tuple(toggles.get("enable", "").replace(",", " ").split()),
        metrics_login=(metrics.get("basic_auth_username", ""), metrics.get("basic_auth_password", "")),
    )  # fmt: skip
    return values, settings


def tell_systemd(state: str) -> None:
    """Tell systemd how the service is, when it asked to be told."""
    where = environ.get("NOTIFY_SOCKET")
    if where:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), "\0" + where[1:] if where.startswith("@") else where)


def watch(app: App, ended: threading.Event) -> None:
    """Read dashboards' files again now and then, as upstream does; a file that is just being replaced is read the next time."""
    while not ended.wait(WATCH_SECONDS):
        with contextlib.suppress(OSError, ValueError), app.lock:
            provisioning.reload(app, "dashboards")
            app.store.commit()


def serve(arguments: Arguments) -> int:
    """Run the server until it is told to stop."""
    if {"v", "version"} & set(arguments.options):
        print(f"Version {(arguments.home() / 'VERSION').read_text().strip()} (commit: source, branch: HEAD)")
        return 0
    values, settings = configured(arguments)
    own = values["server"]
    tls = (Path(own["cert_file"]), Path(own["cert_key"])) if own.get("protocol") == "https" else None
    app = App(settings)
    server = Server(app, own.get("http_addr", ""), int(own["http_port"]), tls)
    if arguments.options.get("pidfile"):
        Path(arguments.options["pidfile"]).write_text(f"{getpid()}\n", encoding="ascii")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: threading.Thread(target=server.shutdown).start())
    say("http.server", "info", f"HTTP Server Listen address={own.get('http_addr', '')}:{own['http_port']} subUrl={settings.sub_path}")
    tell_systemd("READY=1")
    ended = threading.Event()
    threading.Thread(target=watch, args=(app, ended), daemon=True).start()
    server.serve_forever(0.1)
    ended.set()
    tell_systemd("STOPPING=1")
    server.server_close()
    with app.lock:
        app.store.close()
    say("server", "info", "Shutdown started")
    return 0


def reset_password(arguments: Arguments, words: list[str]) -> int:
    """Set the password of the administrator, in the data of a server that may run or not."""
    password = sys.stdin.readline().strip() if "password-from-stdin" in arguments.options else (words or [""])[0]
    if len(password) < 4:
        print("Error: ✗ new password is too short", file=sys.stderr)
        return 1
    _values, settings = configured(arguments)
    store = Store((settings.data or Path()) / "grafana.db")
    users = store.table("users")
    if not users:
        print("Error: ✗ could not read user from database. Error: user not found", file=sys.stderr)
        return 1
    first = min(users)
    users.put(first, {**users[first], "password": marks.secret_hash(password)})
    store.close()
    print("\nAdmin password changed successfully ✔")
    return 0


def manage_plugins(arguments: Arguments, words: list[str]) -> int:
    """List, install and remove plugins in the directory."""
    _values, settings = configured(arguments)
    folder, act, names = settings.plugins or Path(), (words or ["ls"])[0], words[1:]
    if act == "ls":
        found = plugins.installed(folder)
        print("installed plugins:")
        print("\n".join(f"{uid} @ {(one.get('info') or {}).get('version', '')}" for uid, one in found.items()))
        return 0
    if act in ("uninstall", "remove"):
        if plugins.remove(folder, names[0]):
            print(f"✔ Uninstalled {names[0]} successfully")
            return 0
        print(f"Error: ✗ plugin {names[0]} is not installed", file=sys.stderr)
        return 1
    source = arguments.options.get("pluginUrl") or arguments.options.get("repo") or settings.plugin_source or "https://grafana.com/api/plugins"
    version = plugins.fetch(source, folder, names[0], names[1] if len(names) > 1 else "")
    print(f"✔ Downloaded and extracted {names[0]} v{version} zip successfully to {folder / names[0]}")
    print("\nPlease restart Grafana after installing or removing plugins. Refer to Grafana documentation for instructions if necessary.")
    return 0


def cli(arguments: Arguments) -> int:
    """Run `grafana cli`."""
    words = [word for word in arguments.words if not word.startswith("cfg:")]
    kinds: dict[str, Callable[[Arguments, list[str]], int]] = {"plugins": manage_plugins}
    if words[:2] == ["admin", "reset-admin-password"]:
        return reset_password(arguments, words[2:])
    if words and words[0] in kinds:
        return kinds[words[0]](arguments, words[1:])
    print(f"Error: no such command: {' '.join(words)}", file=sys.stderr)
    return 1


def main(words: list[str] | None = None) -> int:
    """Run the program; what upstream does not start with is an error in the log and the status 1."""
    words = sys.argv[1:] if words is None else words
    acts: dict[str, Any] = {"server": serve, "cli": cli}
    arguments = Arguments(words[1:])
    if not words or words[0] not in acts:
        print(f"grafana version {(Arguments([]).home() / 'VERSION').read_text().strip()}")
        return 0 if words and words[0] in ("-v", "--version") else 1
    try:
        return int(acts[words[0]](arguments))
    except (ini.Wrong, OSError, ValueError, KeyError) as error:
        say("server", "error", str(error).replace('"', "'"))
        print(f"Error: ✗ {error}", file=sys.stderr)
        return 1
