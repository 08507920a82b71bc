# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of a service's life share: more descriptions, and a look at what runs."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from tests.hosts.support import NEW, archive_path, archives, merged
from tests.lab.lab import Lab
from tests.lab.mirror import faulty

# A service that keeps one word in its data and serves it. From 2.0.0 on it migrates them and then fails to start; 1.0.0 cannot
# read what was migrated. Its arguments and environment are left beside the data.
DEMO = b"""#!/usr/bin/python3
import http.server, json, os, sys
data, port = os.environ["DEMO_DATA"], int(os.environ["DEMO_PORT"])
with open(data + "/arguments.json", "w") as stream:
    json.dump({"argv": sys.argv[1:], "word": os.environ.get("WORD")}, stream)
state = data + "/state"
had = open(state).read() if os.path.exists(state) else "samples"
if VERSION >= "2":
    open(state, "w").write("migrated")
    sys.exit("cannot start after the migration")
if had != "samples":
    sys.exit("cannot read the data")
open(state, "w").write(had)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(had.encode())
http.server.HTTPServer(("", port), Page).serve_forever()
"""


def put_demo(lab: Lab, version: str) -> None:
    """Put a version of the demo service into the lab's mirror."""
    path = lab.mirror.overlay / archive_path("demo", version)
    path.parent.mkdir(parents=True, exist_ok=True)
    program = DEMO.replace(b"VERSION", repr(version).encode())
    with tarfile.open(path, "w:gz") as handle:
        member = tarfile.TarInfo(f"demo-{version}.linux-amd64/demo")
        member.size, member.mode = len(program), 0o755
        handle.addfile(member, io.BytesIO(program))
    (path.parent / "sha256sums.txt").write_text(f"{faulty.sha256_of(path)}  {path.name}\n")


def demo(lab: Lab, name: str, port: int, version: str = "1.0.0", rollback: str = "safe", **over: Any) -> dict[str, Any]:
    """Describe a demo service."""
    put_demo(lab, version)
    data = f"/var/lib/{name}"
    described = {
        "name": name,
        "release": {"name": "demo", "version": version},
        "archives": archives(lab, "demo", version, ["demo"]),
        "directories": [{"path": data, "owner": name, "group": name, "mode": "0750"}],
        "unit": {"exec": "demo", "environment": {"DEMO_DATA": data, "DEMO_PORT": str(port)}, "read_write_paths": [data]},
        "health": {"port": port, "timeout": 10},
        "data": {"paths": [data], "rollback": rollback},
    }
    return merged(described, over)


def prometheus(lab: Lab, version: str = "", interval: str = "15s", **over: Any) -> dict[str, Any]:
    """Describe a small Prometheus."""
    version = version or NEW["prometheus"]
    described = {
        "name": "prometheus",
        "release": {"name": "prometheus", "version": version},
        "archives": archives(lab, "prometheus", version, ["prometheus", "promtool"]),
        "directories": [{"path": "/var/lib/prometheus", "owner": "prometheus", "group": "prometheus", "mode": "0750"}],
        "files": [{"path": "prometheus.yml", "content": f"global: {{scrape_interval: {interval}}}\n", "on_change": "reload"}],
        "unit": {
            "exec": "prometheus",
            "flags": {"config.file": "/etc/prometheus/prometheus.yml", "storage.tsdb.path": "/var/lib/prometheus", "web.listen-address": "0.0.0.0:9090"},
            "read_write_paths": ["/var/lib/prometheus"],
        },
        "validate": [
            {"name": "promtool accepts the configuration", "argv": ["{release}/promtool", "check", "config", "{config}/prometheus.yml"]},
            {"name": "prometheus knows every flag", "argv": ["{exec}", "{flags}", "--version"]},
        ],
        "reload": {"proof": {"metric": "prometheus_config_last_reload_success_timestamp_seconds",
                             "success": "prometheus_config_last_reload_successful"}},
        "health": {"port": 9090, "path": "/-/ready", "timeout": 60},
        "ports": ["0.0.0.0:9090"],
        "data": {"paths": ["/var/lib/prometheus"], "rollback": "safe", "floor": "2.55.0"},
        "links": {"/usr/local/bin/promtool": "promtool"},
    }  # fmt: skip
    return merged(described, over)


def look(*units: str) -> str:
    """Return a shell command that prints `unit state pid program` for each unit."""
    return "".join(
        f'p=$(systemctl show -p MainPID --value {unit}); echo {unit} $(systemctl is-active {unit}) $p $(readlink /proc/$p/exe);' for unit in units
    )
