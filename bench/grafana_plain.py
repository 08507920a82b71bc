# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The yardstick for many dashboards: a plain script on requests with 8 threads. It knows only what it needs for this bench.

python grafana_plain.py URL DIRECTORY: save each dashboard of the directory that differs from what the server has.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

SESSIONS = threading.local()


def session() -> requests.Session:
    """Return the thread's session."""
    if not hasattr(SESSIONS, "own"):
        SESSIONS.own = requests.Session()
        SESSIONS.own.auth = ("admin", "admin")
    return SESSIONS.own


def save(url: str, path: Path) -> bool:
    """Save one dashboard, if it differs; return whether it did."""
    board = json.loads(path.read_text())
    answer = session().get(f"{url}/api/dashboards/uid/{board['uid']}", timeout=30)
    if answer.status_code == 200:
        there = {key: value for key, value in answer.json()["dashboard"].items() if key not in ("id", "version")}
        if there == board:
            return False
    session().post(f"{url}/api/dashboards/db", json={"dashboard": board, "overwrite": True}, timeout=30).raise_for_status()
    return True


def main() -> None:
    """Save all of them."""
    url, root = sys.argv[1], Path(sys.argv[2])
    with ThreadPoolExecutor(8) as pool:
        changed = list(pool.map(lambda path: save(url, path), sorted(root.glob("*.json"))))
    print(f"{sum(changed)} of {len(changed)} changed")


if __name__ == "__main__":
    main()
