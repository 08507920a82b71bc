# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One Grafana server as one of its organisations sees it."""

from __future__ import annotations

from typing import Any, Callable
from urllib.parse import quote

from ..engine.client import Client
from ..engine.connection import connection_of, connection_options
from ..engine.errors import ClientError, Failure

# SQLite refuses to write while somebody else does; Grafana passes that on as an error 500.
PASSING = ("database is locked",)

# What belongs to the whole server: it is asked for without an organisation, and closed to tokens of service accounts.
SERVER_WIDE = ("/api/orgs", "/api/users", "/api/admin/")
NO_TOKENS = "Tokens of service accounts cannot do this, whatever their role: give url_username and url_password of an administrator of the server."


def grafana_options() -> dict[str, dict[str, Any]]:
    """Argument spec of the doc fragment observability.stack.grafana."""
    options = connection_options()
    options["url"]["aliases"] = ["grafana_url"]
    options["url_username"]["aliases"] = ["grafana_user"]
    options["url_password"]["aliases"] = ["grafana_password"]
    options["token"]["aliases"] = ["grafana_api_key"]
    options["timeout"]["default"] = 30.0
    return {**options, "org_id": {"type": "int"}, "org_name": {"type": "str"}, "skip_version_check": {"type": "bool", "default": False}}


class NoOrganization(Failure):
    """An organization that is named, and that the account does not know."""


class Grafana:
    """A client for one organisation, with what the server says about itself.

    The organisation is named by a header with every request: to switch the user's own organisation instead, as the parameter
    ``orgId`` does, would disturb whoever uses that account.

    :ivar read_only: nothing is written (check mode).
    """

    def __init__(self, client: Client, org_id: int | None = None, org_name: str | None = None, by_token: bool = False) -> None:
        self.client = client
        self.read_only = client.read_only
        self._org_id, self._org_name, self._by_token = org_id, org_name, by_token
        self._me: dict[str, Any] | None = None
        self._apps: dict[str, list[str]] | None = None
        self._health: dict[str, Any] | None = None
        self._namespace: str | None = None

    @classmethod
    def of(cls, params: dict[str, Any], client_for: Callable[[Any], Client]) -> Grafana:
        """The server that a module's parameters describe. A token belongs to one organisation, so none is named with it."""
        if params["token"]:
            params = dict(params, url_username=None, url_password=None, org_id=None, org_name=None)
        elif not params["url_username"] and "@" not in params["url"]:
            params = dict(params, url_username="admin", url_password=params["url_password"] or "admin")
        if params["org_id"] and params["org_name"]:
            raise Failure("Name the organization by org_id or by org_name, not by both.")
        if not params["token"] and not params["org_name"]:
            # Not the one that the account happens to work in: what a play does must not depend on where somebody clicked last.
            params = dict(params, org_id=params["org_id"] or 1)
        connection = connection_of(params, params["url"], passing=PASSING)
        return cls(client_for(connection), params["org_id"], params["org_name"], bool(params["token"]))

    def get(self, path: str, params: Any = None) -> Any:
        """The parsed answer of a GET."""
        return self.json("GET", path, params=params)

    def json(self, verb: str, path: str, **options: Any) -> Any:
        """The parsed answer of a request to the organisation's API, or to the part of it that belongs to the whole server."""
        if path.startswith(SERVER_WIDE):
            return self._of_server(verb, path, **options)
        org = self.org()
        if org is not None:
            options["headers"] = {"X-Grafana-Org-Id": str(org), **options.get("headers", {})}
        return self.client.json(verb, path, **options)

    def _of_server(self, verb: str, path: str, **options: Any) -> Any:
        try:
            return self.client.json(verb, path, **options)
        except ClientError as error:
            if error.status != 403 or not self._by_token:
                raise
            raise ClientError(error.verb, error.url, 403, error.message, NO_TOKENS) from error

    @property
    def me(self) -> dict[str, Any]:
        """The account that asks, as the server describes it; asked for once."""
        if self._me is None:
            self._me = self.client.get("/api/user")
        return self._me

    def org(self) -> int | None:
        """The number of the organisation that was named; None for the account's own."""
        if self._org_id is None and self._org_name is not None:
            self._org_id = self._number_of(self._org_name)
        return self._org_id

    @property
    def namespace(self) -> str:
        """The organisation's name in the paths of the app platform."""
        if self._namespace is None:
            number = self.org() or int(self.get("/api/org")["id"])
            self._namespace = "default" if number == 1 else f"org-{number}"
        return self._namespace

    def _number_of(self, name: str) -> int:
        try:
            return int(self.client.get(f"/api/orgs/name/{quote(name, safe='')}")["id"])
        except ClientError as error:
            if error.status not in (403, 404):
                raise
        # Whoever does not administer the server may still list the organisations that he is in.
        for one in self.client.get("/api/user/orgs"):
            if one["name"] == name:
                return int(one["orgId"])
        raise NoOrganization(f"There is no organization called {name!r}, or the account is not in it.")

    @property
    def version(self) -> str:
        """The server's version; empty when it hides it."""
        if self._health is None:
            self._health = self.client.get("/api/health") or {}
        return str(self._health.get("version") or "")

    def app_versions(self, group: str) -> list[str]:
        """The versions in which the app platform (``/apis``) serves a group, such as dashboard.grafana.app; none before Grafana 12."""
        if self._apps is None:
            try:
                groups = (self.client.get("/apis") or {}).get("groups", [])
            except ClientError as error:
                if error.status not in (403, 404, 406):
                    raise
                groups = []
            self._apps = {one["name"]: [version["version"] for version in one["versions"]] for one in groups}
        return self._apps.get(group, [])
