# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""python -m bench [steps|hosts|memory|topology|grafana ...]: measure, and write docs/benchmarks.md.

Figures of one run are comparable with each other and with nothing else: only ratios are worth quoting.
"""

from __future__ import annotations

import sys

from bench import grafana, hosts, memory, steps, topology
from bench.report import write

BENCHES = {"steps": steps.measure, "hosts": hosts.measure, "memory": memory.measure, "topology": topology.measure, "grafana": grafana.measure}


def main(names: list[str]) -> int:
    """Run the named benches, or all, and put their tables into the page."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}.")
        return 2
    for name in names or BENCHES:
        print(f"== {name}", flush=True)
        text = BENCHES[name]()
        print(text, flush=True)
        write(name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
