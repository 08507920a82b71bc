# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stand-in for Grafana's HTTP API, for tests: stateful, three generations, standard library only.

See docs/grafana-contract.md for what it imitates and how that is known. Its answers are compared with a recording of a
real Grafana 12.3.0 by tests/unit/grafana_double.
"""

from .server import Grafana

__all__ = ["Grafana"]
