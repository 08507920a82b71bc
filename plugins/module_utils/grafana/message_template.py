# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Templates of notifications, by name."""

from __future__ import annotations

import re
from typing import Any

from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Orders
from ..engine.plan import Change
from ..engine.resource import Listing, Resource
from .alerting import PROVISIONING
from .alerting_named import Named

LIST = "/api/v1/provisioning/templates"
PATH = LIST + "/{name}"


def defined(name: str, text: str) -> str:
    """A template as Grafana keeps it: trimmed, and a text without a definition gets one of the template's name around it."""
    text = text.strip()
    if re.search(r"\{\{-?\s*define\b", text):
        return text
    body = "\n".join("  " + line for line in text.split("\n"))
    return '{{ define "%s" }}\n%s\n{{ end }}' % (name, body)


MESSAGE_TEMPLATE = Resource(
    kind="message_template",
    words="message template",
    fields=(Field("name"), Field("template", aliases=("content",)), PROVISIONING),
    identities=(("name",),),
    direct={"name": PATH},
    listing=Listing(LIST),
    create=("PUT", PATH),
    update=("PUT", PATH),
    delete=("DELETE", PATH),
    server_only=("version", "provenance", "resourceVersion"),
)


class MessageTemplates(Named):
    """A wanted text is compared in the form in which Grafana keeps it."""

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Bring the text into Grafana's form."""
        text = wanted.get("template")
        if text is None:
            return wanted
        if not text.strip():
            raise Failure(f"{self.resource.label(wanted)}: the template is empty. Use state: absent to remove it.")
        return dict(wanted, template=defined(wanted.get("name", ""), text))

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """A new template needs its text."""
        if found is None and not wanted.get("template"):
            raise Failure(f"{self.resource.label(wanted)}: a new one needs template, its text.")
        return super().plan_one(api, wanted, found, orders)
