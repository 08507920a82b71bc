# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many dashboards: `grafana_dashboards` beside a loop over community.grafana's module and a plain script; one module run beside ping.

All talk to the same stand-in of Grafana 12, which runs in a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.report import median, table
from tests.lab.core import CHECKOUT
from tests.lab.playbook import environment, program
from tools.cache import cache_dir

HERE = Path(__file__).resolve().parent
DASHBOARDS, PANELS = 500, 20
LOOPED = 20  # so many of them does the loop do: all would take most of an hour
TIMES, ROUNDS = 20, 3
PEER = "ansible==12.2.0"  # has community.grafana 2.3.0


def peers() -> Path:
    """Return a directory of collections with community.grafana, fetched from PyPI once."""
    place = cache_dir("bench") / PEER.replace("==", "-")
    if not (place / "ansible_collections" / "community" / "grafana").exists():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PEER]
            subprocess.run(command, check=True)
            with zipfile.ZipFile(next(Path(folder).glob("ansible-*.whl"))) as wheel:
                wheel.extractall(place, [name for name in wheel.namelist() if name.startswith("ansible_collections/community/grafana/")])
    return place


def panel(number: int) -> dict:
    """Return a panel of the size that people's panels have."""
    colors = {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]}
    defaults = {"unit": "short", "color": {"mode": "palette-classic"}, "thresholds": colors, "custom": {"lineWidth": 1, "fillOpacity": 10}}
    source = {"type": "prometheus", "uid": "prometheus"}
    query = f'sum by (instance) (rate(http_requests_total{{job="$job", code=~"5..", shard="{number}"}}[$__rate_interval]))'
    return {
        "id": number, "title": f"Panel {number}", "type": "timeseries", "datasource": source, "fieldConfig": {"defaults": defaults, "overrides": []},
        "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
        "options": {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["mean", "max"]}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [{"refId": letter, "expr": query, "legendFormat": "{{instance}}", "datasource": source} for letter in "AB"],
    }  # fmt: skip


def fill(place: Path, count: int, prefix: str) -> Path:
    """Write dashboards into a directory."""
    place.mkdir()
    for number in range(count):
        board = {
            "uid": f"{prefix}-{number}", "title": f"Board {prefix} {number}", "tags": ["bench"], "schemaVersion": 39, "editable": True,
            "time": {"from": "now-6h", "to": "now"}, "panels": [panel(one) for one in range(1, PANELS + 1)],
        }  # fmt: skip
        (place / f"{number:04d}.json").write_text(json.dumps(board))
    return place


@contextlib.contextmanager
def double() -> Iterator[str]:
    """Run the stand-in and yield its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "tests.doubles.grafana", "--port", str(port), "--generation", "12"], cwd=CHECKOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _try in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url + "/api/health", timeout=1).read()
                break
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()


def requests_of(url: str) -> list[list[str]]:
    """Return the requests since the last call, and forget them."""
    with urllib.request.urlopen(url + "/-/double/requests", timeout=30) as answer:
        made = json.load(answer)
    urllib.request.urlopen(urllib.request.Request(url + "/-/double/requests", method="DELETE"), timeout=30).read()
    return list(made)


def timed(command: list[str]) -> float:
    """Return the seconds of a command."""
    paths = environment()
    paths["ANSIBLE_COLLECTIONS_PATH"] = f"{paths.get('ANSIBLE_COLLECTIONS_PATH', '')}:{peers()}".strip(":")
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=paths)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-2000:]} {done.stderr[-500:]}")
    return time.monotonic() - began


def play(tag: str, **variables: object) -> float:
    """Return the seconds of one way."""
    extra = ["-e", json.dumps({"ansible_python_interpreter": sys.executable, **variables})]
    return timed([program("ansible-playbook"), "-i", "localhost,", str(HERE / "grafana.yml"), "--tags", tag, *extra])


def many(url: str, folder: Path) -> tuple[dict[str, list[float]], list[list[str]]]:
    """Return the seconds of the first and the second run of each way, and our second run's requests."""
    whole, part = fill(folder / "ours", DASHBOARDS, "ours"), fill(folder / "peer", LOOPED, "peer")
    plain = [sys.executable, str(HERE / "grafana_plain.py"), url, str(fill(folder / "plain", DASHBOARDS, "plain"))]
    seconds = {"loop": [play("peer", url=url, directory=str(part)) for _run in range(2)]}
    seconds["script"] = [timed(plain) for _run in range(2)]
    seconds["ours"] = [play("ours", url=url, directory=str(whole))]
    requests_of(url)
    seconds["ours"].append(play("ours", url=url, directory=str(whole)))
    return seconds, requests_of(url)


def one_run(url: str) -> dict[str, float]:
    """Return the seconds of one more module run in a play: the difference between many and one; and those of a request."""
    costs: dict[str, list[float]] = {"one": [], "ping": []}
    starts: list[float] = []
    for _round in range(ROUNDS):
        for tag, cost in costs.items():
            single = play(tag, url=url, times=1)
            cost.append((play(tag, url=url, times=1 + TIMES) - single) / TIMES)
            starts += [single] if tag == "ping" else []
    began = time.monotonic()
    for _try in range(TIMES):
        login = {"Authorization": "Basic YWRtaW46YWRtaW4="}
        urllib.request.urlopen(urllib.request.Request(f"{url}/api/dashboards/uid/bench-one", headers=login), timeout=30).read()
    return {**{tag: median(found) for tag, found in costs.items()}, "request": (time.monotonic() - began) / TIMES, "start": min(starts)}


def measure() -> str:
    """Return the section."""
    with double() as url, tempfile.TemporaryDirectory() as folder:
        seconds, asked = many(url, Path(folder))
        single = one_run(url)
    return section(seconds, asked, single)


def section(seconds: dict[str, list[float]], asked: list[list[str]], single: dict[str, float]) -> str:
    """Return the text."""
    loop = [(run - single["start"]) / LOOPED * DASHBOARDS for run in seconds["loop"]]
    (ours, script), wrote = (seconds["ours"], seconds["script"]), sum(verb != "GET" for verb, _path in asked)
    rows = [
        [
            "loop over community.grafana.grafana_dashboard 2.3.0",
            *(f"{run:.0f} s" for run in loop),
            *(f"{one / two:.0f}" for one, two in zip(loop, ours, strict=True)),
        ],
        ["plain script on requests, 8 threads", *(f"{run:.1f} s" for run in script), *(f"{one / two:.2f}" for one, two in zip(script, ours, strict=True))],
        ["observability.stack.grafana_dashboards", *(f"{run:.1f} s" for run in ours), "1", "1"],
    ]
    head = ["way", "first run", "second run", "first: times ours", "second: times ours"]
    allowed = 1.5 * script[1] + single["start"]
    parts = single["one"] / single["ping"], (single["one"] - single["request"]) / single["ping"]
    return f"""## {DASHBOARDS} dashboards of {PANELS} panels

Whole runs, Ansible's own start included, against the same stand-in of Grafana 12 in a process of its own. The loop was measured on {LOOPED}
dashboards, without Ansible's start, and is told for {DASHBOARDS}.

{table(head, rows)}

**The second run, which finds nothing to do, is {loop[1] / ours[1]:.0f} times faster than the loop.** It made {len(asked)} requests, {wrote} of them
writes. It took {ours[1]:.1f} s; 1.5 times the script and one start of Ansible with a module ({single["start"]:.1f} s) are {allowed:.1f} s.

One more run of `grafana_dashboard` that finds nothing to do costs {parts[0]:.2f} times one of `ansible.builtin.ping`, {parts[1]:.2f} times without
its request (medians of {ROUNDS} rounds of {TIMES} runs in one play)."""
