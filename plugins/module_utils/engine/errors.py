# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Errors of HTTP requests as sentences: what happened, where, and what to do next."""

from __future__ import annotations

import re
from typing import Any

try:
    import requests
except ImportError:
    requests = None  # type: ignore[assignment]

HINTS = {
    401: "Check url_username and url_password, or token.",
    403: "The credentials are known but lack the right to do this.",
    404: "Check that the URL holds the service's path prefix, and that this version of the service has the endpoint.",
    429: "Raise retries, or run again later: the server takes no more requests now.",
    407: "The proxy asks for credentials; set use_proxy to false when no proxy is needed.",
}


class Failure(Exception):
    """Something that went wrong in a way we know: its text is a sentence for the user.

    :ivar number: which of several described objects it is about, counted from 0; None when it is about none in particular.
    """

    number: int | None = None


class ClientError(Failure):
    """A request that did not succeed: a sentence that says what, where and what to do next."""

    def __init__(self, verb: str, url: str, status: int | None, message: str, hint: str = "") -> None:
        self.verb, self.url, self.status, self.message, self.hint = verb, url, status, message, hint
        outcome = f"failed with status {status}" if status else "failed"
        reason = message.rstrip(". ") or "no reason given"
        sentence = f"{verb} {url} {outcome}: {reason}"
        super().__init__(f"{sentence}. {hint}" if hint else sentence + ".")


class ReadOnlyError(ClientError):
    """A write was about to be sent in check mode: always a bug of the caller."""


def explain(error: Exception, timeout: float) -> Any:
    """(what happened, what to do) for an error below HTTP."""
    kinds = requests.exceptions
    if isinstance(error, kinds.SSLError):
        hint = "Name the CA in ca_path, or check that the certificate is made for this address."
        return f"TLS failed ({_root_cause(error)})", hint
    if isinstance(error, kinds.ProxyError):
        return "the proxy does not answer", "Set use_proxy to false when no proxy is needed."
    if isinstance(error, kinds.Timeout):
        return f"no answer within {timeout:g} s", "Check the address and firewalls, or raise timeout."
    if isinstance(error, (kinds.ChunkedEncodingError, kinds.ContentDecodingError)):
        hint = "Run again: what was done is found. If it stays so, look at the service and at proxies before it."
        return f"the connection was lost in the middle of the answer ({_root_cause(error)})", hint
    if isinstance(error, kinds.ConnectionError):
        return _root_cause(error), "Check that the service runs and that this host can reach the address."
    return str(error), "Check the URL."


def _root_cause(error: Exception) -> str:
    """The operating system's words, such as 'connection refused', without the library's wrapping."""
    text = str(error)
    for words in (r"\[Errno -?\d+\] ([^'\")\]]+)", r"\(\d+, '([^']+)'\)", r"RemoteDisconnected\('([^']+)'"):
        found = re.search(words, text)
        if found:
            return found.group(1).lower()
    return text.rpartition(": ")[2].strip("'\"()")


def server_message(response: Any) -> str:
    """What the server said, at most 300 characters; HTML pages give only their reason phrase."""
    try:
        body = response.json()
    except ValueError:
        text = response.text.strip()
        return response.reason or "no message" if text.startswith("<") or not text else text.splitlines()[0][:300]
    if isinstance(body, dict):
        body = next((body[key] for key in ("error", "message", "msg", "errors", "detail") if body.get(key)), body)
    return str(body)[:300]
