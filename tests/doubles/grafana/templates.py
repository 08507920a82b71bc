# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Templates of notifications."""

from __future__ import annotations

import re
from typing import Any

from . import marks
from .provenance import READ, WRITE, check, conflict, mark
from .routes import route
from .wire import Problem, Reply, Request, coded

WRONG = "alerting.notifications.templates.invalidFormat"


def templates(request: Request) -> Any:
    """Return the table of templates of the caller's organisation."""
    return request.store.table("templates", request.org)


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return a template."""
    plain = {"name": one["name"], "template": one["template"], "version": marks.fingerprint(one["template"])}
    return mark(plain, one["provenance"])


def lost() -> Problem:
    """Return what upstream says when there is no such template."""
    return coded(404, "alerting.notifications.templates.notFound", "NotFound")


def content(name: str, text: str) -> str:
    """Return a template's text, with a definition around it when it has none; refuse what Go cannot read."""
    wrong = "" if text.strip() else "template must have content"
    for number, line in enumerate(text.splitlines(), start=1):
        broken = re.search(r"\{\{\s*define\s+\"[^\"]*\"\s*(\}(?!\})|$)", line)
        if broken:
            wrong = f'invalid template: template: :{number}: unexpected "{broken[1] or "newline"}" in define clause'
    if not wrong and text.count("{{") != text.count("}}"):
        wrong = "invalid template: template: :1: unclosed action"
    if wrong:
        raise coded(400, WRONG, "Template is in invalid format. Correct the payload and try again.", Error=wrong)
    if re.search(r"\{\{-?\s*define\b", text):
        return text
    body = "\n".join("  " + line for line in text.splitlines())
    return '{{ define "%s" }}\n%s\n{{ end }}' % (name, body)


@route("GET /api/v1/provisioning/templates", needs=READ, role="Viewer")
def list_templates(request: Request) -> Any:
    """List the templates; null when there is none."""
    return Reply([shown(one) for one in templates(request).values()] or None)


@route("GET /api/v1/provisioning/templates/:name", needs=READ, role="Viewer")
def get_template(request: Request) -> Any:
    """Return a template."""
    if request["name"] not in templates(request):
        raise lost()
    return shown(templates(request)[request["name"]])


@route("PUT /api/v1/provisioning/templates/:name", needs=WRITE, role="Editor")
def put_template(request: Request) -> Any:
    """Make or change a template."""
    body, name = request.json(), request["name"]
    text, old = content(name, body.get("template") or ""), templates(request).get(name)
    provenance = check(request, old["provenance"] if old else "")
    if body.get("version") and (old is None or body["version"] != marks.fingerprint(old["template"])):
        raise conflict()
    one = templates(request).put(name, {"name": name, "template": text, "provenance": provenance})
    return Reply(shown(one), 202)


@route("DELETE /api/v1/provisioning/templates/:name", needs=WRITE, role="Editor")
def delete_template(request: Request) -> Any:
    """Delete a template; one that is not there is no error."""
    old, version = templates(request).get(request["name"]), request.one("version")
    if old and version and version != marks.fingerprint(old["template"]):
        raise conflict()
    templates(request).drop(request["name"])
    return Reply("", 204)
