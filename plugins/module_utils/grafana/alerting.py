# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the kinds of Grafana's alerting share: who may change what (provenance), durations, and errors in plain words."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ..engine.errors import ClientError, Failure
from ..engine.kind import Kind
from ..engine.resource import Field

UNITS = (("y", 31536000000), ("w", 604800000), ("d", 86400000), ("h", 3600000), ("m", 60000), ("s", 1000), ("ms", 1))
WHOLE = ("y", "w", "d")  # written only when nothing is left over
FORM = re.compile("".join(rf"(?:(\d+){unit})?" for unit, _size in UNITS))

# Says how a write is marked; it is no difference in itself, since Grafana never takes the mark of the API away.
PROVISIONING = Field("provisioning", type="bool", at="", default=True)


def milliseconds(text: Any) -> int | None:
    """How long a duration such as ``1m30s`` is; None when it is none. A bare number means seconds."""
    text = str(text).strip()
    if text.isdigit():
        return int(text) * 1000
    found = FORM.fullmatch(text) if text else None
    if found is None:
        return None
    return sum(int(number or 0) * size for number, (_unit, size) in zip(found.groups(), UNITS))


def duration(value: Any) -> Any:
    """A duration as Grafana writes it: ``90s`` is ``1m30s``, ``120m`` is ``2h``. What is none stays as it is."""
    left = None if value is None else milliseconds(value)
    if left is None:
        return value
    if not left:
        return "0s"
    text = ""
    for unit, size in UNITS:
        if unit in WHOLE and left % size:
            continue
        count, left = divmod(left, size)
        text += f"{count}{unit}" if count else ""
    return text


def headers(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a request that leave an object editable in Grafana's pages when ``provisioning`` is off."""
    return {"headers": {"X-Disable-Provenance": "true"}} if wanted.get("provisioning") is False else {}


def refuse_foreign(label: str, provenance: str, wanted: Mapping[str, Any]) -> None:
    """Refuse to plan a write that Grafana would refuse.

    :raises Failure: when the object comes from a file, or was made by the API and is to be editable in the pages.
    """
    if provenance == "file":
        raise Failure(f"{label} comes from a file in Grafana's provisioning directory. Change it there: what the API changes is lost with the next start.")
    if provenance == "api" and wanted.get("provisioning") is False:
        raise Failure(
            f"{label} was written with provisioning: true, and Grafana never makes such an object editable again. "
            "Leave provisioning true, or remove the object first."
        )


# Words of an answer -> what to do next.
HELP = (
    (r"receiver '?([^']+?)'? does not exist", "There is no contact point called {0!r}. Make it first (grafana_contact_point), or name another one."),
    (r"time interval '([^']+)' does not exist", "There is no mute timing called {0!r}. Make it first (grafana_mute_timing), or name another one."),
    (r"referenced by a notification policy", "A notification policy sends to it. Change the policy first (grafana_notification_policy)."),
    (r"^Conflict$", "A notification policy or a rule uses it, or somebody changed it in between. Look there first, or run again."),
    (r"used in the notification settings", "Alert rules send to it by their own notification settings. Change the rules first (grafana_rule_group)."),
    (r"from 'file' to|status 'file'|needs 'file'", "It comes from a file in Grafana's provisioning directory. Change it there."),
    (r"from 'api' to ''|status 'api' cannot", "It was written with provisioning: true, which Grafana never takes back. Leave provisioning true."),
    (r"divided exactly by scheduler interval: (\d+)", "The interval of a group is a multiple of {0} seconds."),
)  # fmt: skip


def helped(error: ClientError) -> ClientError:
    """An error with what to do next, where that is known."""
    for pattern, words in HELP:
        found = re.search(pattern, error.message)
        if found:
            return type(error)(error.verb, error.url, error.status, error.message, words.format(*found.groups()))
    return error


class AlertingKind(Kind):
    """A kind of alerting. All of a server's contact points, policies, templates and timings are one document to Grafana, and of
    two writes at the same time one fails: so they are written one after the other.
    """

    ordered = True

    def send(self, api: Any, verb: str, path: str, wanted: Mapping[str, Any], body: Any = None) -> Any:
        """Send one write, marked as the wanted object says; a refusal comes with what to do next."""
        options = dict(headers(wanted))
        if body is not None:
            options["json"] = body
        try:
            return api.json(verb, path, **options)
        except ClientError as error:
            raise helped(error) from error
