# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs on a host: node_exporter's metrics from inside its sandbox, and from a second one of the same user without any.

Prints JSON: {"inside": {series: value}, "outside": {series: value}}.
"""

import json
import subprocess
import time
import urllib.request


def series(port):
    """Return the values of all series by their name and labels."""
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def command(unit):
    """Return the argv of a unit's main process, listening elsewhere."""
    pid = subprocess.check_output(["systemctl", "show", "--value", "--property=MainPID", unit], universal_newlines=True).strip()
    with open("/proc/%s/cmdline" % pid) as stream:
        words = stream.read().split("\0")[:-1]
    return [word for word in words if not word.startswith("--web.listen-address")] + ["--web.listen-address=127.0.0.1:19199"]


def main():
    """Ask both within the same second."""
    process = subprocess.Popen(["runuser", "-u", "node-exp", "--"] + command("node_exporter"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                series(19199)
                break
            except OSError:
                time.sleep(0.1)
        print(json.dumps({"inside": series(9100), "outside": series(19199)}))
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
