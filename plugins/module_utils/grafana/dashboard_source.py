# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a dashboard comes from: a file, an address, grafana.com, or the playbook itself."""

from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from ..engine.client import Client
from ..engine.errors import ClientError, Failure
from .dashboard_document import Document, document, parse

SOURCES = ("path", "dashboard_id", "dashboard")
LIBRARY = "https://grafana.com"


def load(wanted: Mapping[str, Any], client: Client) -> Document:
    """The dashboard that the options name.

    :raises Failure: when there is none, or more than one.
    """
    given = [name for name in SOURCES if wanted.get(name) is not None]
    if len(given) != 1:
        raise Failure("A dashboard comes from one of path (or dashboard_url), dashboard and dashboard_id; " + (" and ".join(given) or "none") + " was given.")
    if given == ["dashboard"]:
        return _inline(wanted["dashboard"])
    if given == ["dashboard_id"]:
        return downloaded(client, library_url(wanted))
    path = str(wanted["path"])
    return downloaded(client, path) if path.startswith(("http://", "https://")) else from_file(path)


def library_url(wanted: Mapping[str, Any]) -> str:
    """The address of a dashboard of grafana.com, or of a mirror with the same paths."""
    number, revision = (quote(str(wanted.get(name) or "1"), safe="") for name in ("dashboard_id", "dashboard_revision"))
    return f"{(wanted.get('library_url') or LIBRARY).rstrip('/')}/api/dashboards/{number}/revisions/{revision}/download"


def _inline(value: Any) -> Document:
    where = "The dashboard"
    return document(parse(value, where) if isinstance(value, str) else value, where)


def from_file(path: str) -> Document:
    """The dashboard in a file on the host that runs the module."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise Failure(f"The file {path} cannot be read: {error.strerror}. It must be on the host that runs the module.") from None
    return document(parse(text, f"The file {path}"), f"The file {path}")


def downloaded(client: Client, url: str) -> Document:
    """The dashboard at an address, which is asked without any of Grafana's credentials."""
    parts = urlsplit(url)
    base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    try:
        answer = client.elsewhere(base).get(path)
    except ClientError as error:
        hint = "Check the address, and that the host that runs the module may reach it." if error.status in (None, 404) else ""
        raise ClientError(error.verb, error.url, error.status, error.message, hint) from None
    return document(answer, f"What {plain_address(url)} answers")


def plain_address(url: str) -> str:
    """An address without user and password."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
