# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind of object that grafana_sync writes and grafana_info reads, by name: an explicit list, since modules ship only what
is imported.
"""

from __future__ import annotations

from ..engine.kind import Kind
from .contact_point import CONTACT_POINT, ContactPoints
from .dashboard import DASHBOARD, Dashboards
from .datasource import DATASOURCE, Datasources
from .folder import FOLDER, Folders
from .library_panel import LIBRARY_PANEL, LibraryPanels
from .message_template import MESSAGE_TEMPLATE, MessageTemplates
from .mute_timing import MUTE_TIMING, MuteTimings
from .notification_policy import NOTIFICATION_POLICY, NotificationPolicies
from .order import in_order
from .organization import ORGANIZATION, Organizations
from .organization_user import ORGANIZATION_USER, OrganizationUsers
from .permissions import Permissions
from .playlist import PLAYLIST, Playlists
from .plugin import Plugins
from .preferences import Preferences
from .public_dashboard import PUBLIC_DASHBOARD, PublicDashboards
from .rule_group import RULE_GROUP, RuleGroups
from .service_account import SERVICE_ACCOUNT, ServiceAccounts
from .silence import SILENCE, Silences
from .team import TEAM, Teams
from .user import USER, Users

ALL: tuple[Kind, ...] = (
    Folders(FOLDER),
    Datasources(DATASOURCE),
    Dashboards(DASHBOARD),
    LibraryPanels(LIBRARY_PANEL),
    PublicDashboards(PUBLIC_DASHBOARD),
    Playlists(PLAYLIST),
    Teams(TEAM),
    Permissions(),
    Preferences(),
    Plugins(),
    ContactPoints(CONTACT_POINT),
    Users(USER),
    Organizations(ORGANIZATION),
    OrganizationUsers(ORGANIZATION_USER),
    RuleGroups(RULE_GROUP),
    NotificationPolicies(NOTIFICATION_POLICY),
    ServiceAccounts(SERVICE_ACCOUNT),
    MessageTemplates(MESSAGE_TEMPLATE),
    MuteTimings(MUTE_TIMING),
    Silences(SILENCE),
)  # fmt: skip

KINDS: dict[str, Kind] = in_order(ALL)
