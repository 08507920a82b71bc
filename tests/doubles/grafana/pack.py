# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packs the double as upstream packs Grafana: python -m tests.doubles.grafana.pack VERSION DIRECTORY [ARCH]

The archive has upstream's layout; bin/grafana is one file of Python that needs nothing but python3 on the host.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

from tests.lab.mirror.pack import pack as pack_archive

HERE = Path(__file__).resolve().parent
LEFT_OUT = ("pack.py", "__main__.py")
WHEN = (2026, 1, 1, 0, 0, 0)
SHEBANG = b"#!/usr/bin/env python3\n"
START = "import sys\nfrom grafana_double.command import main\nsys.exit(main())\n"
WRAPPER = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/grafana" %s "$@"\n'
NOTICE = "This is a stand-in for Grafana's HTTP API, made for tests. It is not Grafana. See docs/grafana-contract.md of observability.stack.\n"
DEFAULTS = """\
# The keys that the stand-in heeds, with upstream's defaults.
app_mode = production
instance_name = stand-in

[paths]
data = data
logs = data/log
plugins = data/plugins
provisioning = conf/provisioning

[server]
protocol = http
http_addr =
http_port = 3000
domain = localhost
root_url = %(protocol)s://%(domain)s:%(http_port)s/
serve_from_sub_path = false
cert_file =
cert_key =

[database]
type = sqlite3
path = grafana.db

[security]
admin_user = admin
admin_password = admin
secret_key =

[metrics]
enabled = true
basic_auth_username =
basic_auth_password =

[feature_toggles]
enable =

[plugins]
allow_loading_unsigned_plugins =
"""


def program() -> bytes:
    """Return bin/grafana: the double's own files as an executable archive of Python."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(HERE.glob("*.py")):
            if path.name not in LEFT_OUT:
                add(packed, f"grafana_double/{path.name}", path.read_bytes())
        add(packed, "__main__.py", START.encode())
    return SHEBANG + body.getvalue()


def add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file with a fixed time, so that equal sources make equal archives."""
    packed.writestr(zipfile.ZipInfo(name, WHEN), data, zipfile.ZIP_DEFLATED)


def files(version: str) -> dict[str, Path | bytes]:
    """Return the files of the archive."""
    sample = b"# apiVersion: 1\n"
    kinds = ("access-control", "alerting", "dashboards", "datasources", "plugins")
    return {
        "VERSION": f"{version}\n".encode(),
        "README.md": NOTICE.encode(),
        "NOTICE.md": NOTICE.encode(),
        "LICENSE": (HERE.parents[2] / "LICENSE").read_bytes(),
        "bin/grafana": program(),
        "bin/grafana-server": (WRAPPER % "server").encode(),
        "bin/grafana-cli": (WRAPPER % "cli").encode(),
        "conf/defaults.ini": DEFAULTS.encode(),
        "conf/sample.ini": b"# See defaults.ini\n",
        "conf/ldap.toml": b"# [[servers]]\n",
        **{f"conf/provisioning/{kind}/sample.yaml": sample for kind in kinds},
        "public/robots.txt": b"User-agent: *\nDisallow: /\n",
    }


def archive_name(version: str, arch: str = "amd64") -> str:
    """Return upstream's name of the archive."""
    return f"grafana-{version}.linux-{arch}.tar.gz"


def pack(directory: Path, version: str, arch: str = "amd64", top: str = "") -> Path:
    """Write the archive into a directory and return its path; `top` is the one directory inside it."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / archive_name(version, arch)
    programs = ("bin/grafana", "bin/grafana-server", "bin/grafana-cli")
    pack_archive(target, top or f"grafana-{version}", files(version), programs, 1_767_225_600)
    return target


def pack_plugin(directory: Path, uid: str, version: str, kind: str = "panel") -> Path:
    """Write a plugin that does nothing, named as `grafana cli plugins install` finds it in a directory; return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{uid}-{version}.zip"
    text = '{"id": "%s", "name": "%s", "type": "%s", "info": {"version": "%s"}}' % (uid, uid, kind, version)
    with zipfile.ZipFile(target, "w") as packed:
        add(packed, f"{uid}/plugin.json", text.encode())
        add(packed, f"{uid}/module.js", b"// nothing\n")
    return target


if __name__ == "__main__":
    print(pack(Path(sys.argv[2]), sys.argv[1], *sys.argv[3:4]))
