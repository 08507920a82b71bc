# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The versions of a dashboard's specification: what a version adds, and what it makes of another one's."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
BUILT_IN = {
    "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
}  # fmt: skip
NO_TIMES = {"from": "", "to": "", "autoRefresh": "", "autoRefreshIntervals": None, "hideTimepicker": False, "fiscalYearStartMonth": 0}
EMPTY_V2: Document = {
    **dict.fromkeys(("annotations", "elements", "layout", "links", "tags", "variables")),
    "cursorSync": "", "preload": False, "timeSettings": NO_TIMES, "title": "",
}  # fmt: skip


def family(version: str) -> str:
    """Return the family of a version: within it specifications are the same."""
    return "v2alpha1" if version == "v2alpha1" else "v2" if version.startswith("v2") else "v1"


def filled(spec: Document) -> Document:
    """Return a specification with the defaults that v1 adds."""
    older = {} if "schemaVersion" in spec else {"refresh": "", "schemaVersion": 42}
    panels = spec.get("panels")
    defaults = {
        "annotations": {"list": [BUILT_IN]}, "editable": True, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": [], "tags": [],
        "templating": {"list": []}, "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "timezone": "", "title": "No Title",
        "weekStart": "",
    }  # fmt: skip
    return {**defaults, **older, **spec, "panels": panels if isinstance(panels, list) else []}


def stored(version: str, spec: Document) -> Document:
    """Return a specification as the server stores it."""
    return filled(spec) if family(version) == "v1" and version != "v0alpha1" else spec


def classic(spec: Document) -> Document:
    """Return what newer servers make of a specification of v2 in the older versions: the same panels, and every default."""
    elements = [one["spec"] for one in (spec.get("elements") or {}).values()]
    panels = [{"id": one.get("id"), "title": one.get("title", ""), "type": one.get("vizConfig", {}).get("group", "")} for one in elements]
    return filled({"title": spec.get("title", ""), "tags": spec.get("tags") or [], "panels": panels, "preload": bool(spec.get("preload"))})


def modern(spec: Document) -> Document:
    """Return what newer servers make of an older specification in v2."""
    panels = spec.get("panels") if isinstance(spec.get("panels"), list) else []
    elements = {
        f"panel-{one.get('id')}": {"kind": "Panel", "spec": {"id": one.get("id"), "title": one.get("title", ""), "vizConfig": {"group": one.get("type", "")}}}
        for one in panels or []
    }  # fmt: skip
    layout = {"kind": "GridLayout", "spec": {"items": []}}
    return {**EMPTY_V2, "annotations": [], "links": [], "variables": [], "tags": spec.get("tags") or [], "title": spec.get("title", ""),
            "elements": elements, "layout": layout, "cursorSync": "Off"}  # fmt: skip


def converted(version: str, stored_as: str, spec: Document, able: bool = False) -> tuple[Any, Document]:
    """Return a specification in another version, and the status of the conversion, which may have failed.

    :param able: whether the server converts between v2 and the older versions.
    """
    if able and version.startswith("v2") != stored_as.startswith("v2"):
        return (modern if version.startswith("v2") else classic)(spec), {"failed": False, "storedVersion": stored_as}
    if family(version) != family(stored_as):
        failed = {"failed": True, "error": "backend conversion not yet implemented", "storedVersion": stored_as}
        if family(version) == "v1":
            return None, failed
        if family(version) == "v2":
            return EMPTY_V2, failed
        return {**EMPTY_V2, "layout": {"kind": "GridLayout", "spec": {"items": None}}, "title": spec.get("title", "")}, failed
    status = {} if version == stored_as else {"failed": False, "storedVersion": stored_as}
    return (filled(spec) if stored_as == "v0alpha1" and version != "v0alpha1" else spec), status


def unreadable(version: str, spec: Document) -> str:
    """Return why a specification cannot be read; v2 has types."""
    title = spec.get("title", "")
    if family(version) == "v1" or isinstance(title, str):
        return ""
    kind = "bool" if isinstance(title, bool) else "number" if isinstance(title, int | float) else "object" if isinstance(title, dict) else "array"
    return f"json: cannot unmarshal {kind} into Go struct field DashboardSpec.spec.title of type string"
