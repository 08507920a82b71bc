# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Provisioning from files, at the start and on a reload: data sources, dashboards, alerting, plugins' settings."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path
from typing import Any

from . import dashboards, folders, marks, yamlish
from .expand import expand

Document = dict[str, Any]


def start(app: Any) -> None:
    """Read every kind of file, in upstream's order."""
    for kind in KINDS:
        reload(app, kind)
    forget_orphans(app)


def forget_orphans(app: Any) -> None:
    """Delete the dashboards whose provider no file names any more."""
    known = {(org, provider["name"]) for document in documents(app, "dashboards") for org, provider in orgs(document.get("providers"))}
    for org in app.store.table("orgs"):
        for uid, one in list(app.store.table("dashboards", org).items()):
            if one["provisioned"] and (org, one["provisioned"]["provider"]) not in known:
                dashboards.remove(app.store, org, uid)


def reload(app: Any, kind: str) -> None:
    """Read the files of one kind again."""
    for document in documents(app, kind):
        KINDS[kind](app, document)


def documents(app: Any, kind: str) -> Iterator[Document]:
    """Yield the documents of a kind, with variables replaced."""
    root: Path | None = app.settings.provisioning
    for path in sorted((root / kind).glob("*")) if root and (root / kind).is_dir() else ():
        if path.suffix in (".yaml", ".yml", ".json"):
            document = filled(yamlish.load(path.read_text(encoding="utf-8")))
            if isinstance(document, dict):
                yield document


def filled(value: Any) -> Any:
    """Return a value with $VARIABLE, ${VARIABLE} and $__file{} replaced; $$ is a dollar sign."""
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    return re.sub(r"\$(?!\$|__)(?:\{(\w+)\}|(\w+))|\$\$", variable, expand(value))


def variable(found: re.Match[str]) -> str:
    """Return the value of a variable of the environment."""
    return "$" if found[0] == "$$" else os.environ.get(found[1] or found[2], "")


def orgs(items: Any) -> list[tuple[int, Document]]:
    """Return the items of a list with their organisations."""
    return [(int(item.get("orgId") or item.get("org_id") or 1), item) for item in items or []]


def read_datasources(app: Any, document: Document) -> None:
    """Make, change and delete data sources."""
    from . import datasources

    for org, item in orgs(document.get("deleteDatasources")):
        datasources.drop_named(app.store, org, item["name"])
    for org, item in orgs(document.get("datasources")):
        datasources.provide(app, org, item)
        if document.get("prune"):
            app.store.table("provided", org).put(item["name"], True)


def read_dashboards(app: Any, document: Document) -> None:
    """Save the dashboards of every provider."""
    for org, provider in orgs(document.get("providers")):
        root = Path(provider["options"]["path"])
        structured = provider["options"].get("foldersFromFilesStructure")
        seen = set()
        for path in sorted(root.rglob("*.json")):
            title = path.parent.name if structured and path.parent != root else provider.get("folder", "")
            seen.add(read_dashboard(app, org, provider, path, folder_of(app, org, title, provider.get("folderUid", ""))))
        if not provider.get("disableDeletion"):
            forget(app, org, provider["name"], seen)


def folder_of(app: Any, org: int, title: str, uid: str) -> str:
    """Return the folder of a provider, made when it is not there."""
    table = app.store.table("folders", org)
    same = next((one["uid"] for one in table.values() if one["title"] == title and not one["parent"]), "")
    if not title or uid in table or (same and not uid):
        return uid if uid in table else same
    return str(folders.build(app.store, org, app.clock.now(), uid or marks.short_uid(), title)["uid"])


def read_dashboard(app: Any, org: int, provider: Document, path: Path, folder: str) -> str:
    """Save the dashboard of a file, unless it was saved from the same bytes before; return its uid."""
    text = path.read_bytes()
    spec = {name: value for name, value in json.loads(text).items() if name not in ("id", "version")}
    uid, table, now = spec.pop("uid", "") or md5(str(path).encode()).hexdigest(), app.store.table("dashboards", org), app.clock.now()
    source = {
        "provider": provider["name"], "file": str(path.relative_to(provider["options"]["path"])), "time": int(path.stat().st_mtime),
        "editable": bool(provider.get("allowUiUpdates")), "checksum": md5(text).hexdigest(),
    }  # fmt: skip
    old = table.get(uid)
    if old is None:
        new = dashboards.build(app.store, now, uid, folder, spec, "Anonymous", "")
        dashboards.keep(app.store, org, {**new, "provisioned": source}, "")
    elif (old["provisioned"] or {}).get("checksum") != source["checksum"]:
        changed = {"spec": spec, "folder": folder, "version": old["version"] + 1, "updated": now, "api": "v0alpha1", "provisioned": source}
        dashboards.keep(app.store, org, {**old, **changed}, "")
    return str(uid)


def forget(app: Any, org: int, provider: str, seen: set[str]) -> None:
    """Delete the dashboards of a provider whose files are gone."""
    table = app.store.table("dashboards", org)
    for uid in [uid for uid, one in table.items() if (one["provisioned"] or {}).get("provider") == provider and uid not in seen]:
        dashboards.remove(app.store, org, uid)


def read_alerting(app: Any, document: Document) -> None:
    """Make what alerting files describe."""
    from . import alerting_files

    alerting_files.read(app, document, orgs)


def read_plugins(_app: Any, _document: Document) -> None:
    """Plugins' settings are accepted; the double has no app plugins."""


KINDS: dict[str, Callable[[Any, Document], None]] = {
    "datasources": read_datasources,
    "plugins": read_plugins,
    "alerting": read_alerting,
    "dashboards": read_dashboards,
}
