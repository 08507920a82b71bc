# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's plugins as steps of a service description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def plugin_steps(settings: Mapping[str, Any], cli: list[str], directory: str) -> list[dict[str, Any]]:
    """Return one step per plugin of grafana_plugins. Raises ValueError (a sentence).

    ``cli`` begins the command line of Grafana's own tool; ``directory`` is that of the plugins.
    """
    return [_step(_plugin(one), settings["plugin_url"], cli, directory) for one in settings["plugins"]]


def _plugin(given: Any) -> dict[str, str]:
    """Return {id, version, url}: given as such a mapping, as an id, or as an id and a version ("id 1.2.3", "id@1.2.3")."""
    if isinstance(given, str):
        uid, _mark, version = given.replace("@", " ").strip().partition(" ")
        given = {"id": uid, "version": version.strip()}
    uid = str(given.get("id") or given.get("name") or "") if isinstance(given, dict) else ""
    if not _ID.fullmatch(uid):
        raise ValueError(
            f"grafana_plugins has {given!r}: give the id that the plugin has on grafana.com, such as grafana-clock-panel, or {{id: ..., version: ...}}."
        )
    return {"id": uid, "version": str(given.get("version") or ""), "url": str(given.get("url") or "")}


def _step(plugin: dict[str, str], pattern: str, cli: list[str], directory: str) -> dict[str, Any]:
    uid, version = plugin["id"], plugin["version"]
    url = plugin["url"] or pattern.replace("{id}", uid).replace("{version}", version)
    if "{version}" in pattern and not version and not plugin["url"]:
        raise ValueError(f"grafana_plugins: {uid} has no version, which grafana_plugin_url wants to know. Write it as '{uid} 1.2.3'.")
    argv = [*cli, f"--pluginsDir={directory}", *([f"--pluginUrl={url}"] if url else []), "plugins", "install", uid, *([version] if version else [])]
    name = f"install the plugin {uid} {version}".rstrip()
    return {"name": name, "argv": argv, "creates": f"{directory}/{uid}", "when": "before"}
