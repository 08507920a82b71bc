# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small stack of real programs on loopback: Prometheus, two Alertmanagers in a mesh, node_exporter, blackbox_exporter."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import yaml

from tests.lab.mirror import fill
from tests.unit.programs import program

PROGRAMS = ("prometheus", "alertmanager", "node_exporter", "blackbox_exporter")
RULES = {
    "groups": [
        {"name": "mine", "interval": "1s", "rules": [{"alert": "Never", "expr": "up<0", "labels": {"severity": "page"}}]},
        {
            "name": "observability-verify",
            "interval": "1s",
            "rules": [
                {
                    "alert": "ObservabilityVerify",
                    "expr": "observability_verify_probe > time()",
                    "labels": {"severity": "none", "observability_verify": "true"},
                }
            ],
        },
    ]
}


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Stack:
    """Starts the programs and knows where everything is. Use it as a context manager."""

    def __init__(self, root: Path) -> None:
        self.root = root
        names = ("prometheus", "am1", "am2", "mesh1", "mesh2", "node_exporter", "blackbox_exporter", "receiver")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("prometheus/rules", "am1", "am2", "textfile"):
            (root / name).mkdir(parents=True)

    def url(self, name: str) -> str:
        """Return the URL of a server."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def __enter__(self) -> Stack:
        fill(list(PROGRAMS))
        self._write_configuration()
        try:
            for name in ("node_exporter", "blackbox_exporter", "am1", "am2", "prometheus"):
                self.start(name)
            for name in ("am1", "am2", "prometheus"):
                self.wait_for(f"{self.url(name)}/-/ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        for name in list(self.processes):
            self.stop(name)

    def start(self, name: str) -> None:
        """Start one server."""
        with (self.root / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(self._command(name), stdout=log, stderr=log, cwd=self.root)

    def stop(self, name: str) -> None:
        """Kill one server."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def reload(self, name: str) -> None:
        """Make a server read its configuration."""
        self.processes[name].send_signal(signal.SIGHUP)

    def wait_for(self, url: str, seconds: float = 30) -> None:
        """Wait until a URL answers."""
        end = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(url, timeout=2).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def inventory(self, changes: dict[str, dict[str, object]] | None = None) -> Path:
        """Write an inventory of two hosts, both this machine, that describes the stack; return its path.

        ``changes`` are variables of hosts to set besides.
        """
        port = {name: f"127.0.0.1:{number}" for name, number in self.ports.items()}
        mon1 = {
            "prometheus_web_listen_address": port["prometheus"],
            "prometheus_config_dir": str(self.root / "prometheus"),
            "alertmanager_web_listen_address": port["am1"],
            "alertmanager_config_dir": str(self.root / "am1"),
            "node_exporter_web_listen_address": port["node_exporter"],
            "node_exporter_textfile_dir": str(self.root / "textfile"),
            "blackbox_exporter_web_listen_address": port["blackbox_exporter"],
        }
        mon2 = {"alertmanager_web_listen_address": port["am2"], "alertmanager_config_dir": str(self.root / "am2")}
        common = {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "observability_address": "127.0.0.1",
            "observability_verify_port": self.ports["receiver"],
            "observability_verify_timeout": 60,
            "observability_report_dir": str(self.root / "reports"),
            "observability_probes": [{"name": "self", "targets": [self._probed()]}],
        }
        groups = {"prometheus": ["mon1"], "alertmanager": ["mon1", "mon2"], "nodes": ["mon1"], "blackbox_exporter": ["mon1"]}
        children = {group: {"hosts": dict.fromkeys(hosts)} for group, hosts in groups.items()}
        hosts = {"mon1": {**mon1, **(changes or {}).get("mon1", {})}, "mon2": {**mon2, **(changes or {}).get("mon2", {})}}
        body = {"all": {"hosts": hosts, "vars": common, "children": children}}
        path = self.root / "inventory.yml"
        path.write_text(yaml.safe_dump(body), encoding="utf-8")
        return path

    def playbook(self, playbook: str | Path, *arguments: str, changes: dict[str, dict[str, object]] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a playbook against the inventory."""
        argv = ["ansible-playbook", "-i", str(self.inventory(changes)), str(playbook), *arguments]
        environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        return subprocess.run(argv, capture_output=True, text=True, timeout=300, cwd=self.root, env=environment)

    def _probed(self) -> str:
        return f"{self.url('prometheus')}/-/healthy"

    def _command(self, name: str) -> list[str]:
        listen = f"--web.listen-address=127.0.0.1:{self.ports[name]}"
        if name == "prometheus":
            own = [f"--config.file={self.root}/prometheus/prometheus.yml", f"--storage.tsdb.path={self.root}/tsdb"]
            return [str(program("prometheus")), listen, *own]
        if name == "node_exporter":
            own = ["--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={self.root}/textfile"]
            return [str(program(name)), listen, *own]
        if name == "blackbox_exporter":
            return [str(program(name)), listen, f"--config.file={self.root}/blackbox.yml"]
        number = name[-1]
        own = [
            f"--config.file={self.root}/{name}/alertmanager.yml",
            f"--storage.path={self.root}/{name}/data",
            f"--cluster.listen-address=127.0.0.1:{self.ports[f'mesh{number}']}",
            f"--cluster.peer=127.0.0.1:{self.ports['mesh2' if number == '1' else 'mesh1']}",
            "--cluster.reconnect-interval=1s",
        ]
        return [str(program("alertmanager")), listen, *own]

    def _write_configuration(self) -> None:
        hook = {"url": f"{self.url('receiver')}/", "send_resolved": True}
        route = {"receiver": "nobody", "routes": [self._verify_route()]}
        receivers = [{"name": "nobody"}, {"name": "observability-verify", "webhook_configs": [hook]}]
        texts = {
            "blackbox.yml": {"modules": {"http_2xx": {"prober": "http"}}},
            "prometheus/prometheus.yml": self._prometheus(),
            "prometheus/rules/a.yml": RULES,
            "am1/alertmanager.yml": {"route": route, "receivers": receivers},
            "am2/alertmanager.yml": {"route": route, "receivers": receivers},
        }
        for path, body in texts.items():
            (self.root / path).write_text(yaml.safe_dump(body, sort_keys=False), encoding="utf-8")

    def _verify_route(self) -> dict[str, object]:
        return {
            "matchers": ['observability_verify="true"'],
            "receiver": "observability-verify",
            "group_by": ["alertname", "run"],
            "group_wait": "1s",
            "group_interval": "1s",
            "repeat_interval": "1h",
        }

    def _prometheus(self) -> dict[str, object]:
        def static(host: str, name: str) -> dict[str, object]:
            return {"targets": [f"127.0.0.1:{self.ports[name]}"], "labels": {"instance": f"{host}:{self.ports[name]}"}}

        probe = {
            "job_name": "probe-self",
            "metrics_path": "/probe",
            "params": {"module": ["http_2xx"], "target": [self._probed()]},
            "static_configs": [
                {
                    "targets": [f"127.0.0.1:{self.ports['blackbox_exporter']}"],
                    "labels": {"instance": self._probed(), "prober": "mon1"},
                }
            ],
        }
        alertmanagers = [f"127.0.0.1:{self.ports[name]}" for name in ("am1", "am2")]
        return {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "external_labels": {"site": "${HOME}"}},
            "rule_files": ["rules/*.yml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": alertmanagers}]}]},
            "scrape_configs": [
                {"job_name": "prometheus", "static_configs": [static("mon1", "prometheus")]},
                {"job_name": "alertmanager", "static_configs": [static("mon1", "am1"), static("mon2", "am2")]},
                {"job_name": "node", "static_configs": [static("mon1", "node_exporter")]},
                {"job_name": "blackbox_exporter", "static_configs": [static("mon1", "blackbox_exporter")]},
                probe,
            ],
        }
