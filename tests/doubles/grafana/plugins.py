# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plugins: the data sources that come with Grafana, and what was installed into the plugins' directory."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .datasource_calls import ask
from .datasource_types import CORE, logo
from .routes import route
from .wire import Problem, Reply, Request, problem

Document = dict[str, Any]


def core() -> dict[str, Document]:
    """Return the plugins that come with Grafana."""
    return {
        kind: {"id": kind, "name": name, "type": "datasource", "info": {"version": "", "logos": {"small": logo(kind), "large": logo(kind)}}}
        for kind, (name, _file) in CORE.items()
    }


def installed(folder: Path | None) -> dict[str, Document]:
    """Return the plugins of the directory, by the descriptions that they bring."""
    found = {}
    for path in sorted(folder.glob("*/plugin.json")) if folder and folder.is_dir() else ():
        description = json.loads(path.read_text(encoding="utf-8"))
        found[str(description["id"])] = description
    return found


def shown(one: Document, own: bool) -> Document:
    """Return a plugin as the list shows it."""
    info = one.get("info") or {}
    return {
        "name": one["name"], "type": one["type"], "id": one["id"], "enabled": True, "pinned": False, "info": info,
        "dependencies": one.get("dependencies") or {}, "latestVersion": "", "hasUpdate": False, "defaultNavUrl": f"/plugins/{one['id']}/",
        "category": "", "state": "", "signature": "internal" if own else "unsigned", "signatureType": "", "signatureOrg": "",
        "angularDetected": False,
    }  # fmt: skip


@route("GET /api/plugins", needs="plugins:read", role="")
def list_plugins(request: Request) -> Any:
    """List plugins by name."""
    kind, own = request.one("type"), core()
    every = {**own, **installed(request.app.settings.plugins)}
    rows = [shown(one, uid in own) for uid, one in every.items() if kind in ("", one["type"])]
    return sorted(rows, key=lambda row: row["name"].lower())


@route("GET /api/plugins/:id/settings", needs="plugins:read", role="")
def settings(request: Request) -> Any:
    """Return a plugin and its settings."""
    own = core()
    one = {**own, **installed(request.app.settings.plugins)}.get(request["id"])
    if one is None:
        raise problem(404, "Plugin not found, no installed plugin with that id")
    saved = request.store.table("plugin_settings", request.org).get(request["id"], {})
    flags = {"enabled": bool(saved.get("enabled")), "pinned": bool(saved.get("pinned")), "jsonData": saved.get("jsonData")}
    return {**shown(one, request["id"] in own), **flags, "secureJsonFields": dict.fromkeys(saved.get("secureJsonData") or {}, True)}


@route("POST /api/plugins/:id/settings", needs="plugins:write", role="Admin")
def save_settings(request: Request) -> Any:
    """Save the settings of a plugin."""
    request.store.table("plugin_settings", request.org).put(request["id"], request.json())
    return Reply({"message": "Plugin settings updated"})


@route("GET /api/plugins/errors", needs="plugins:install", role="Admin")
def errors(_request: Request) -> Any:
    """List the plugins that did not load."""
    return []


@route("POST /api/plugins/:id/install", needs="plugins:install", role="Server")
def install(request: Request) -> Any:
    """Install a plugin from the place where plugins are fetched; by default there is none."""
    if request["id"] in core():
        raise problem(403, "Cannot install or change a Core plugin")
    if request["id"] in installed(request.app.settings.plugins):
        raise problem(409, "Plugin already installed")
    version, own = request.json().get("version") or "", request.app.settings
    if not own.plugin_source or own.plugins is None:
        raise problem(500, "Failed to install plugin")
    try:
        fetch(own.plugin_source, own.plugins, request["id"], version)
    except (OSError, ValueError):
        raise problem(500, "Failed to install plugin") from None
    return {"message": f"Plugin {request['id']} installed"}


@route("POST /api/plugins/:id/uninstall", needs="plugins:install", role="Server")
def uninstall(request: Request) -> Any:
    """Remove a plugin."""
    if request["id"] in core():
        raise problem(403, "Cannot uninstall a Core plugin")
    if not remove(request.app.settings.plugins, request["id"]):
        raise Problem(404, {"message": "Plugin not installed"})
    return {"message": f"Plugin {request['id']} uninstalled"}


def remove(folder: Path | None, uid: str) -> bool:
    """Delete a plugin from the directory; tell whether it was there."""
    for path in folder.glob("*/plugin.json") if folder else ():
        if json.loads(path.read_text(encoding="utf-8"))["id"] == uid:
            shutil.rmtree(path.parent)
            return True
    return False


def fetch(source: str, folder: Path, uid: str, version: str = "") -> str:
    """Install a plugin and return its version. `source` is a catalogue like grafana.com's, one archive, or a directory of archives."""
    folder.mkdir(parents=True, exist_ok=True)
    if urlsplit(source).scheme not in ("http", "https"):
        found = sorted(Path(source).glob(f"{uid}-{version or '*'}.zip"))
        if not found:
            raise ValueError(f"{source} has no archive of {uid} {version}")
        return unpack(found[-1], folder, uid)
    if not source.endswith(".zip"):
        catalogue = f"{source.rstrip('/')}/{uid}/versions"
        version = version or str(json.loads(download(catalogue))["items"][0]["version"])
        source = f"{catalogue}/{version}/download"
    archive = folder / f".{uid}.zip"
    archive.write_bytes(download(source))
    try:
        return unpack(archive, folder, uid)
    finally:
        archive.unlink()


def download(url: str) -> bytes:
    """Return what a server has under an address."""
    status, _kind, _headers, body = ask("GET", url)
    if status != 200:
        raise ValueError(f"{url} answered {status}")
    return body


def unpack(archive: Path, folder: Path, uid: str) -> str:
    """Unpack an archive into the plugin's own directory; return the version that its description tells."""
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        inner = next(name for name in names if name.count("/") <= 1 and name.endswith("plugin.json"))
        description = json.loads(packed.read(inner))
        if description["id"] != uid:
            raise ValueError(f"{archive.name} holds the plugin {description['id']}")
        shutil.rmtree(folder / uid, ignore_errors=True)
        top = inner.removesuffix("plugin.json")
        for name in names:
            target = folder / uid / name.removeprefix(top)
            if not name.endswith("/") and (folder / uid).resolve() in target.resolve().parents:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(name))
    return str((description.get("info") or {}).get("version", ""))
