# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes over the wire: a request as the handlers see it, a reply, and a problem that becomes a reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

CHARSET_JSON = "application/json; charset=UTF-8"
JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Problem(Exception):
    """An answer that says no. `body` is sent as JSON, or as text when it is a string."""

    def __init__(self, status: int, body: Any, content_type: str | None = JSON):
        super().__init__(f"{status}: {body}")
        self.reply = Reply(body, status, content_type)


@dataclass
class Reply:
    """An answer. `later` is called without the lock and makes the real one: for whatever waits on another server."""

    body: Any = ""
    status: int = 200
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    later: Callable[[], Reply] | None = None

    def data(self) -> bytes:
        """Return the body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Request:
    """A request: `params` are the parts of the path that the route names, `who` is the caller."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    app: Any = None
    who: Any = None
    params: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.params[name]

    @property
    def org(self) -> int:
        """The organisation in which the caller works."""
        return int(self.who.org)

    @property
    def store(self) -> Any:
        """The store of the server."""
        return self.app.store

    def all(self, name: str) -> list[str]:
        """Return every value of a query parameter."""
        return parse_qs(self.raw_query, keep_blank_values=True).get(name, [])

    def one(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter."""
        return (self.all(name) or [default])[0]

    def number(self, name: str, default: int) -> int:
        """Return a query parameter as a number; what is none counts as the default, as upstream does."""
        text = self.one(name)
        return int(text) if text.isdigit() else default

    def json(self, message: str = "bad request data") -> dict[str, Any]:
        """Return the body, which must be a JSON object."""
        try:
            value = parse(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise problem(400, message)
        return value


def parse(text: bytes | str) -> Any:
    """Parse JSON with the numbers of Go's untyped decoder: all of them are 64-bit floats."""
    return json.loads(text, parse_float=go_number, parse_int=go_number)


def go_number(text: str) -> int | float:
    """Return a number as Go prints it after reading it as a float64: 1.0 is 1, and large integers lose precision."""
    if len(text) < 16 and text.lstrip("-").isdigit():
        return int(text)
    value = float(text)
    return int(Decimal(repr(value))) if value.is_integer() and abs(value) < 1e21 else value


def problem(code: int, text: str, /, **more: Any) -> Problem:
    """Return the plain form of an error: a message and sometimes a word for programs."""
    return Problem(code, {"message": text, **more})


def coded(status: int, message_id: str, message: str, **extra: Any) -> Problem:
    """Return the newer form of an error, with a stable identifier."""
    body: dict[str, Any] = {"statusCode": status, "messageId": message_id, "message": message}
    return Problem(status, {**body, "extra": extra} if extra else body)


def refused(status: int, message_id: str, message: str) -> Problem:
    """Return an error of the authentication, which has a form of its own."""
    body = {"extra": None, "message": message, "messageId": message_id, "statusCode": status, "traceID": ""}
    return Problem(status, body, CHARSET_JSON)


def said(message: str, status: int = 200, **more: Any) -> Reply:
    """Return a plain confirmation."""
    return Reply({**more, "message": message}, status)


def known(document: Any, code: int, text: str, /, **more: Any) -> Any:
    """Return a document, or say that there is none."""
    if document is None:
        raise problem(code, text, **more)
    return document
