# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the double: python -m tests.doubles.grafana --port 3000 --generation 12 [--data DIR] [--provisioning DIR]

Tests in other processes order faults and read the requests under /-/double/ (see server.control).
"""

from __future__ import annotations

import argparse
import contextlib
import time
from pathlib import Path

from .generations import GENERATIONS
from .server import Grafana


def main() -> None:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.grafana", description="A stand-in for Grafana's HTTP API.")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--generation", type=int, choices=sorted(GENERATIONS), default=12)
    parser.add_argument("--data", type=Path, help="keep the state in this directory")
    parser.add_argument("--provisioning", type=Path, help="read data sources, dashboards and alerting from this directory")
    parser.add_argument("--password", default="admin", help="of the user admin, at the first start")
    options = parser.parse_args()
    settings = {"generation": options.generation, "data": options.data, "provisioning": options.provisioning}
    with Grafana(port=options.port, admin_password=options.password, **settings) as grafana, contextlib.suppress(KeyboardInterrupt):
        print(f"{grafana.url} imitates Grafana {grafana.app.version}", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
