# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes into Grafana through its API once it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What other roles call the options of a dashboard of grafana.com, and what it is called here.
NAMES = {"id": "dashboard_id", "revision_id": "dashboard_revision", "revision": "dashboard_revision"}
# The input for which dashboards of grafana.com that ask for one data source most often ask.
INPUT = "DS_PROMETHEUS"


def with_dashboards(content: Mapping[str, Any], dashboards: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the content, in the form of grafana_sync, with dashboards added to it that are described as for other roles.

    Raises ValueError for one that is no mapping.
    """
    if not dashboards:
        return dict(content)
    return {**content, "dashboards": [*(content.get("dashboards") or []), *map(_dashboard, dashboards)]}


def _dashboard(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"grafana_dashboards: {given!r} is no mapping, such as {{dashboard_id: 1860, revision_id: 37, datasource: Prometheus}}")
    wanted: dict[str, Any] = {NAMES.get(str(name), str(name)): value for name, value in given.items() if name != "datasource"}
    if given.get("datasource"):
        wanted["inputs"] = {INPUT: given["datasource"], **(given.get("inputs") or {})}
    return {**wanted, **{name: str(wanted[name]) for name in ("dashboard_id", "dashboard_revision") if name in wanted}}
