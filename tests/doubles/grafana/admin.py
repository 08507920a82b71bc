# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The server administrator's routes: reloads, settings, statistics; and small things that exist or do not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from . import marks, provisioning
from .health import totals
from .routes import route
from .wire import CHARSET_JSON, Problem, Reply, Request, problem, said

RELOADED = {"dashboards": "Dashboards", "datasources": "Datasources", "plugins": "Plugins", "alerting": "Alerting"}


@route("POST /api/admin/provisioning/:kind/reload", needs="provisioning:reload", role="Server")
def reload(request: Request) -> Any:
    """Read the files of a kind again."""
    if request["kind"] not in RELOADED:
        raise Problem(404, {"message": "Not found"}, CHARSET_JSON)
    provisioning.reload(request.app, request["kind"])
    return said(f"{RELOADED[request['kind']]} config reloaded")


@route("GET /api/admin/settings", needs="settings:read", role="Server")
def settings(request: Request) -> Any:
    """Return the configuration, as far as the double has one."""
    own = request.app.settings
    return {
        "DEFAULT": {"app_mode": "production", "instance_name": "double", "target": "all"},
        "paths": {"data": str(own.data or ""), "plugins": str(own.plugins or ""), "provisioning": str(own.provisioning or "")},
        "security": {"admin_user": own.admin_user, "admin_password": "*********", "secret_key": "*********"},
        "server": {"root_url": request.app.url + "/", "serve_from_sub_path": str(bool(own.sub_path)).lower()},
    }  # fmt: skip


@route("GET /api/admin/stats", needs="server.stats:read", role="Server")
def stats(request: Request) -> Any:
    """Count what there is."""
    count, store = Counter(totals(request)), request.store
    tags = {tag for org in store.table("orgs") for one in store.table("dashboards", org).values() for tag in one["spec"].get("tags") or []}
    zero = ("snapshots", "activeEditors", "dailyActiveAdmins", "dailyActiveEditors", "dailyActiveViewers", "activeDevices")
    one = ("activeUsers", "activeSessions", "dailyActiveUsers", "dailyActiveSessions", "monthlyActiveUsers")
    stars = sum(len(starred) for org in store.table("orgs") for starred in store.table("stars", org).values())
    return {
        **dict.fromkeys(zero, 0), **dict.fromkeys(one, 1), "orgs": count["orgs"], "dashboards": count["dashboards"] + count["folders"],
        "tags": len(tags), "datasources": count["datasources"], "playlists": count["playlists"], "stars": stars,
        "alerts": count["rules"], "users": count["users"], "admins": 1 + count["Admin"], "editors": count["Editor"],
        "viewers": count["Viewer"], "activeAdmins": 1 + count["Admin"], "activeViewers": count["Viewer"],
    }  # fmt: skip


@route("GET /api/org/quotas", needs="orgs.quotas:read", role="Viewer")
def quotas(_request: Request) -> Any:
    """Say what upstream says while quotas are off."""
    raise problem(500, "failed to get quota")


@route("GET /api/v1/ngalert/admin_config", needs="alert.notifications:read", role="Admin")
def admin_config(_request: Request) -> Any:
    """Say that no other Alertmanager was configured."""
    raise problem(404, "no admin configuration available")


@route("GET /api/query-history")
def query_history(request: Request) -> Any:
    """Return a history without queries."""
    return {"result": {"totalCount": 0, "queryHistory": None, "page": 1, "perPage": request.number("limit", 100)}}


@route("POST /api/short-urls")
def short_url(request: Request) -> Any:
    """Shorten an address."""
    uid = marks.short_uid()
    request.store.table("short_urls", request.org).put(uid, request.json().get("path", ""))
    return {"uid": uid, "url": f"{request.app.url}/goto/{uid}?orgId={request.org}"}


@route("GET /api/v1/sso-settings", needs="settings:read", role="Admin")
def list_sso(_request: Request) -> Any:
    """List the settings of the providers of logins: GitHub's."""
    return [{"id": "", "provider": "github", "settings": GITHUB, "source": "system"}]


@route("GET /api/v1/sso-settings/:provider", needs="settings:read", role="Admin")
def sso(request: Request) -> Any:
    """Return the settings of one provider of logins: GitHub's defaults."""
    if request["provider"] != "github":
        raise problem(404, "not found")
    return Reply({"id": "", "provider": "github", "settings": GITHUB, "source": "system"}, 200, headers={"Etag": marks.fingerprint(str(GITHUB))})


FALSE = "allowAssignGrafanaAdmin autoLogin emptyScopes enabled roleAttributeStrict skipOrgRoleSync tlsSkipVerifyInsecure usePkce useRefreshToken"
EMPTY = (
    "allowedDomains allowedGroups allowedOrganizations authStyle clientAuthentication clientSecret emailAttributeName emailAttributePath "
    "federatedCredentialAudience groupsAttributePath hostedDomain loginPrompt managedIdentityClientId orgAttributePath orgMapping "
    "roleAttributePath signoutRedirectUrl teamIds teamIdsAttributePath teamsUrl tlsClientCa tlsClientCert tlsClientKey workloadIdentityTokenFile"
)
GITHUB = {
    **dict.fromkeys(FALSE.split(), False), **dict.fromkeys(EMPTY.split(), ""), "allowSignUp": True, "apiUrl": "https://api.github.com/user",
    "authUrl": "https://github.com/login/oauth/authorize", "clientId": "some_id", "icon": "github", "name": "GitHub",
    "scopes": "user:email,read:org", "tokenUrl": "https://github.com/login/oauth/access_token",
}  # fmt: skip
