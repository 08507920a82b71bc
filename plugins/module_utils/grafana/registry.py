# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind of object that grafana_sync writes and grafana_info reads, by name: an explicit list, since modules ship only what
is imported.
"""

from __future__ import annotations

from ..engine.kind import Kind
from .dashboard import DASHBOARD, Dashboards
from .contact_point import CONTACT_POINT, ContactPoints
from .folder import FOLDER, Folders
from .team import TEAM, Teams
from .user import USER, Users

ALL: tuple[Kind, ...] = (
    Folders(FOLDER),
    Dashboards(DASHBOARD),
    Teams(TEAM),
    ContactPoints(CONTACT_POINT),
    Users(USER),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in ALL}
