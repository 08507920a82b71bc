# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between the generations of Grafana that the double can be.

Generation 12 is the recording (see docs/grafana-contract.md). The other two are the recording with the differences of
this table, which do not come from a recording; each says where it is from.
"""

from __future__ import annotations

from dataclasses import dataclass

DASHBOARD_12 = ("v1beta1", "v0alpha1", "v2beta1", "v2alpha1")
DASHBOARD_13 = ("v1", "v1beta1", "v0alpha1", "v2", "v2beta1", "v2alpha1")


@dataclass(frozen=True)
class Generation:
    """One generation. Versions of the app platform are in the order of discovery, the preferred one first."""

    version: str
    dashboard_versions: tuple[str, ...] = ()
    folder_versions: tuple[str, ...] = ()
    datasource_ids: bool = True
    dashboard_ids: bool = True
    folder_ids: bool = True
    nested_folders: bool = True
    unique_titles: bool = False
    converts_v2: bool = False


GENERATIONS = {
    # From memory of 10.4, neither recorded nor looked up: no app platform for dashboards; folders cannot be nested by default; a title is unique in its folder.
    10: Generation("10.4.19", nested_folders=False, unique_titles=True),
    # Recorded.
    12: Generation("12.3.0", DASHBOARD_12, ("v1beta1",), dashboard_ids=False),
    # Documented: the toggle datasourceLegacyIdApi is off (grafana/grafana#119930), dashboards by numeric id are gone
    # (grafana/grafana#117227), folders and dashboards have v1, dashboards have v2 (release notes of 13.0). A save that names its
    # folder by number lands in the root (ROCm/omnistat#326); 12.0 honoured it (community.grafana's own tests run against 12.0.2).
    # Dashboards of v2 are converted to the older versions and back (grafana/grafana#114812, since 12.4).
    13: Generation("13.2.0", DASHBOARD_13, ("v1", "v1beta1"), datasource_ids=False, dashboard_ids=False, folder_ids=False, converts_v2=True),
}
