# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plugins through the API: installed by the server itself, with their settings in one organisation."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.kind import Kind, Orders
from ..engine.plan import CREATE, DELETE, Change, plan_present
from ..engine.resource import MASK, Field, Listing, Resource, fill

SETTINGS = ("enabled", "pinned", "jsonData", "secureJsonData")
LATEST = "latest"
SECRETS = "secure_json_data"


def bare(version: Any) -> Any:
    """A version without the letter that some write before it."""
    return version[1:] if isinstance(version, str) and version[:1] == "v" and version[1:2].isdigit() else version


PLUGIN = Resource(
    kind="plugin",
    words="plugin",
    fields=(
        Field("name", at="id", required=True, aliases=("id",)),
        Field("version", at="info.version", normalise=bare),
        Field("enabled", "bool", explicit=True),
        Field("pinned", "bool", explicit=True),
        Field("json_data", "dict", at="jsonData", explicit=True),
        Field(SECRETS, "dict", at="secureJsonData", secret=True),
    ),
    identities=(("name",),),
    direct={"name": "/api/plugins/{name}/settings"},
    listing=Listing("/api/plugins", params={"embedded": "0"}, complete=False),
    create=("POST", "/api/plugins/{name}/install"),
    update=("POST", "/api/plugins/{name}/settings"),
    delete=("POST", "/api/plugins/{id}/uninstall"),
)


class Plugins(Kind):
    """Plugins; those that come with Grafana can be set, but neither installed nor removed."""

    ordered = True  # the server installs one after the other anyway

    def __init__(self, resource: Resource = PLUGIN) -> None:
        super().__init__(resource)

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """What comes with Grafana is nobody's to purge."""
        found, rest = super().look(api, wanted, besides)
        return found, [one for one in rest if one.get("signature") != "internal"]

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """The latest version is what the server has heard of; a secret that it does not have is a difference, too."""
        wanted = dict(wanted)
        if wanted.get("version") == LATEST:
            newer = found is not None and found.get("hasUpdate") and found.get("latestVersion")
            wanted["version"] = found["latestVersion"] if found and newer else None
        there = (found or {}).get("secureJsonFields") or {}
        secrets = wanted.get(SECRETS) or {}
        lacking = sorted(name for name in secrets if not there.get(name)) if found else []
        change = plan_present(self.resource, wanted, found, orders.update_secrets, [f"{SECRETS}.{name}" for name in lacking])
        if lacking and orders.update_secrets != "always":
            change.after = {**(change.after or {}), SECRETS: dict.fromkeys(lacking, f"{MASK} (added)")}
        return change

    # -- writing ------------------------------------------------------------------------------------------------------

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Install it, then its settings."""
        self._install(api, change)
        return self._set(api, change, self._again(api, change))

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Another version, other settings, or both."""
        found = change.found or {}
        if "version" in change.reasons:
            self._install(api, change)
            found = self._again(api, change)
        return self._set(api, change, found) if set(change.reasons) - {"version"} else found

    def _install(self, api: Any, change: Change) -> None:
        name, version = change.wanted["name"], change.wanted.get("version")
        path, body = fill("/api/plugins/{name}/install", {"name": name}), {"version": bare(version)} if version else {}
        try:
            api.json("POST", path, json=body)
        except ClientError as error:
            if change.action != CREATE and error.status == 409 and "already installed" in error.message.lower():
                self._replace(api, change, path, body)
                return
            raise Failure(f"{explained(error)}") from error

    def _replace(self, api: Any, change: Change, path: str, body: dict[str, Any]) -> None:
        """On a server that does not replace a version by another one; the one that was there comes back when the other one cannot be had."""
        api.json("POST", fill("/api/plugins/{name}/uninstall", change.wanted))
        try:
            api.json("POST", path, json=body)
        except ClientError as error:
            old = ((change.found or {}).get("info") or {}).get("version")
            try:
                api.json("POST", path, json={"version": old} if old else {})
            except ClientError:
                raise Failure(f"{explained(error)} Version {old} was uninstalled for it, and could not be installed again.") from error
            raise Failure(f"{explained(error)} Version {old} is there as before.") from error

    def _again(self, api: Any, change: Change) -> dict[str, Any]:
        """The plugin as the server has it now."""
        name = change.wanted["name"]
        try:
            found: dict[str, Any] = api.get(fill("/api/plugins/{name}/settings", {"name": name}))
        except ClientError as error:
            if error.status != 404:
                raise
            raise Failure("it was installed, but the server has not loaded it. Its log says why; a plugin without a signature has to be allowed.") from error
        return found

    def _set(self, api: Any, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """Send the settings, when the user named some; what he did not name is sent as it is."""
        body = {key: value for key, value in {**found, **(change.body or {})}.items() if key in SETTINGS and value is not None}
        if not any(change.wanted.get(name) is not None for name in ("enabled", "pinned", "json_data", SECRETS)):
            return found
        api.json("POST", fill("/api/plugins/{name}/settings", change.wanted), json=body)
        return self._again(api, change)

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Remove it."""
        try:
            return super().delete(api, change)
        except ClientError as error:
            raise Failure(explained(error)) from error

    # -- telling ------------------------------------------------------------------------------------------------------

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without secrets."""
        return {key: value for key, value in found.items() if key != "secureJsonData"}

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """The words and keys of community.grafana's module."""
        name = change.wanted.get("name") or (change.found or {}).get("id")
        if change.action == DELETE or not found:
            words = f"Grafana plugin {name} {'uninstalled' if change.writes else 'already uninstalled'}"
        else:
            words = f"Grafana plugin {name} installed" if change.writes else "Grafana plugin already installed"
        return {"msg": words, "version": (found.get("info") or {}).get("version")}

    def export(self, api: Any) -> list[dict[str, Any]]:
        """Those that do not come with Grafana."""
        there = [self.read(api, one) for one in self.everything(api) if one.get("signature") != "internal"]
        return [self.exported(one) for one in there]


def explained(error: ClientError) -> str:
    """An error of the requests that install, with what it mostly means."""
    hints = {
        403: "It wants the right plugins:install, which the administrator of the server has; a service account cannot have it before Grafana 10.",
        404: "Either there is no such plugin or version, or the server does not let its plugins be managed (plugin_admin_enabled in [plugins]).",
        409: "Another version cannot take its place; it may be one that the server installs by itself.",
        500: "The server fetches plugins from grafana.com, or from where its configuration says; its log tells more. On a host without the "
        "internet install it with the role's grafana_plugins, or without url and with grafana_plugin_url.",
    }
    if error.status == 403 and "core plugin" in error.message.lower():
        return str(error)
    return f"{str(error).rstrip('.')}. {hints[error.status]}" if error.status in hints else str(error)
