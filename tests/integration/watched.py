# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The small stack of real programs with everything that dashboards show."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tests.integration.grafana_metrics import exposition
from tests.integration.modules.loopback import Stack, free_ports
from tests.lab.mirror import fill
from tests.unit.loki_role.support import described, file
from tests.unit.programs import program

ROOT = Path(__file__).resolve().parents[2]
BASE_RULES = ROOT / "roles/prometheus/files/rules/observability-base.yml"
FIRES = {"groups": [{"name": "fires", "interval": "1s", "rules": [{"alert": "Fires", "expr": "vector(1)", "labels": {"severity": "critical"}}]}]}


class Metrics(BaseHTTPRequestHandler):
    """Answers scrapes, and who asks whether it is well, as Grafana would."""

    def do_GET(self):
        kind, text = "text/plain; version=0.0.4", exposition(time.monotonic()).encode()
        if self.path == "/api/health":
            kind, text = "application/json", b'{"database": "ok", "version": "12.3.0", "commit": "source"}'
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


def serve(certificate=None):
    """Return a running server of Grafana's metrics, with TLS when there is a certificate (a file that holds the key, too)."""
    web = ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        web.socket = context.wrap_socket(web.socket, server_side=True)
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return web


def self_signed(path):
    """Write a certificate for a month with its key to ``path``."""
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*words, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    path.write_text(path.read_text(encoding="utf-8") + Path(f"{path}.crt").read_text(encoding="utf-8"), encoding="utf-8")
    return path


class Watched(Stack):
    """The stack with all that dashboards show.

    All collectors of the node exporter, the collection's own rules, an alert that nobody takes, Grafana's metrics, a probe by TLS,
    and a Prometheus that writes some of its series to itself.
    """

    def __init__(self, root):
        super().__init__(root)
        shutil.copy(BASE_RULES, root / "prometheus/rules/base.yml")
        (root / "prometheus/rules/fires.yml").write_text(yaml.safe_dump(FIRES), encoding="utf-8")
        self.ports |= dict(zip(("loki", "loki_grpc"), free_ports(2), strict=True))
        self.grafana, self.secured = serve(), serve(self_signed(root / "secured.pem"))

    def __enter__(self):
        fill(["loki"])
        super().__enter__()
        try:
            self.start("loki")
            self.wait_for(f"{self.url('loki')}/ready", 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        super().__exit__(*error)
        for web in (self.grafana, self.secured):
            web.shutdown()
            web.server_close()

    def inventory(self, changes=None):
        path = super().inventory(changes)
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        body["all"]["vars"]["observability_external_endpoints"] = [{"service": "grafana", "url": f"http://127.0.0.1:{self.grafana.server_port}"}]
        path.write_text(yaml.safe_dump(body), encoding="utf-8")
        return path

    def _command(self, name):
        if name == "prometheus":
            return [*super()._command(name), "--web.enable-remote-write-receiver"]
        if name == "loki":
            return [str(program(name)), f"-config.file={self.root}/config.yml"]
        if name != "node_exporter":
            return super()._command(name)
        return [str(program(name)), f"--web.listen-address=127.0.0.1:{self.ports[name]}", f"--collector.textfile.directory={self.root}/textfile"]

    def _prometheus(self):
        config = super()._prometheus()
        target = {"targets": [f"127.0.0.1:{self.grafana.server_port}"], "labels": {"instance": f"mon1:{self.grafana.server_port}"}}
        loki = {"targets": [f"127.0.0.1:{self.ports['loki']}"], "labels": {"instance": f"mon1:{self.ports['loki']}"}}
        config["scrape_configs"] += [{"job_name": "grafana", "static_configs": [target]}, self._probe_by_tls()]
        config["scrape_configs"].append({"job_name": "loki", "static_configs": [loki]})
        some = {"source_labels": ["__name__"], "regex": "prometheus_ready", "action": "keep"}
        config["remote_write"] = [{"name": "itself", "url": f"{self.url('prometheus')}/api/v1/write", "write_relabel_configs": [some]}]
        return config

    def _probe_by_tls(self):
        page = f"https://127.0.0.1:{self.secured.server_port}/"
        target = {"targets": [f"127.0.0.1:{self.ports['blackbox_exporter']}"], "labels": {"instance": page, "prober": "mon1"}}
        return {"job_name": "probe-tls", "metrics_path": "/probe", "params": {"module": ["tls"], "target": [page]}, "static_configs": [target]}

    def _write_configuration(self):
        super()._write_configuration()
        modules = {"http_2xx": {"prober": "http"}, "tls": {"prober": "http", "http": {"tls_config": {"insecure_skip_verify": True}}}}
        (self.root / "blackbox.yml").write_text(yaml.safe_dump({"modules": modules}), encoding="utf-8")
        loki = described(
            web_listen_address=f"127.0.0.1:{self.ports['loki']}",
            grpc_listen_address=f"127.0.0.1:{self.ports['loki_grpc']}",
            data_dir=f"{self.root}/loki",
            config_dir=str(self.root / "loki-etc"),
        )
        (self.root / "config.yml").write_text(file(loki)["content"], encoding="utf-8")
        (self.root / "loki-etc/rules").mkdir(parents=True)
        for name in ("am1", "am2"):
            path = self.root / name / "alertmanager.yml"
            config = yaml.safe_load(path.read_text(encoding="utf-8"))
            # Nobody listens there, so notices fail.
            config["receivers"][0]["webhook_configs"] = [{"url": "http://127.0.0.1:9/"}]
            config["route"].update(group_wait="1s", group_interval="1s", repeat_interval="1s")
            path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
