# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One HTTP client for every API module: sessions, TLS, retries, and a refusal to write in check mode."""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable
from urllib.parse import urlsplit, urlunsplit

from .errors import HINTS, ClientError, ReadOnlyError, explain, server_message

try:
    import requests
    import urllib3
except ImportError:
    requests = None  # type: ignore[assignment]

MISSING_REQUESTS = (
    "The Python library 'requests' is missing on the host that runs this task; install it there "
    "(python3-requests, or pip install requests), or delegate the task to a host that has it."
)
SAFE_VERBS = frozenset({"GET", "HEAD"})
IDEMPOTENT_VERBS = SAFE_VERBS | {"PUT", "DELETE"}
RETRY_ANY_VERB = frozenset({429, 503})
RETRY_IDEMPOTENT = RETRY_ANY_VERB | {502, 504}
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Connection:
    """How to reach one server. Times are seconds. Secrets stay out of repr()."""

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    server_name: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    timeout: float = 10.0
    use_proxy: bool = True
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    attempts: int = 4
    passing: tuple[str, ...] = ()  # words of an error 500 that passes (a database that is locked)


class Client:
    """Sends requests to one server and returns parsed answers.

    With ``read_only`` every verb but GET and HEAD raises ReadOnlyError, so that check mode cannot write
    even where a caller forgets to ask. ``sleep`` is replaced in tests.
    """

    def __init__(self, connection: Connection, read_only: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
        if requests is None:
            raise ClientError("GET", connection.url, None, MISSING_REQUESTS)
        self.url, user, password = _split_credentials(connection.url)
        if connection.ca_path and self.url.startswith("https:") and not os.path.exists(connection.ca_path):
            message = f"the CA file {connection.ca_path} is not on the host that runs this task"
            raise ClientError("GET", self.url, None, message, "Name one that is there in ca_path.")
        self.read_only = read_only
        self._connection = connection
        self._sleep = sleep
        self._secrets = [s for s in (connection.password, connection.token, password) if s]
        self._username, self._password = connection.username or user, connection.password or password
        self._sessions = threading.local()  # requests does not promise that threads can share one

    def elsewhere(self, url: str) -> Client:
        """A client for another server, with the same patience and proxies, which is told none of this one's secrets."""
        own = self._connection
        there = Connection(url, validate_certs=own.validate_certs, timeout=own.timeout, use_proxy=own.use_proxy, attempts=own.attempts)
        return Client(there, self.read_only, self._sleep)

    def get(self, path: str, params: Any = None) -> Any:
        """The parsed JSON answer of a GET; ClientError when it fails or is not JSON."""
        return self.json("GET", path, params=params)

    def json(self, verb: str, path: str, **options: Any) -> Any:
        """The parsed JSON answer; None for an empty body. ``options`` are those of request()."""
        response = self.request(verb, path, **options)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise ClientError(
                verb,
                self._address(path),
                response.status_code,
                "the answer is not JSON",
                "Check that the URL leads to the API and not to a login page or a proxy.",
            ) from None

    def request(self, verb: str, path: str, repeatable: bool = False, **options: Any) -> Any:
        """Send one request, again where that is safe; return the requests.Response (status below 300).

        ``options`` are requests' own: params, json, data, headers. ``repeatable`` says of a POST that it may be sent again like a
        PUT, since the caller sees what became of the first one.
        """
        repeatable = repeatable or verb in IDEMPOTENT_VERBS
        if self.read_only and verb not in SAFE_VERBS:
            raise ReadOnlyError(verb, self._address(path), None, "this client only reads (check mode)")
        for attempt in range(1, self._connection.attempts + 1):
            response, error = self._send(verb, path, **options)
            if error is None and response.status_code < 300:
                return response
            last = attempt == self._connection.attempts
            if last or not (_may_retry(repeatable, response, error) or (repeatable and self._passes(response))):
                break
            self._sleep(_pause(attempt, response))
        raise self._failure(verb, path, response, error)

    def as_user(self, username: str, password: str) -> Client:
        """A client of the same server for somebody else, who may only read: to see whether a password is right."""
        there = replace(self._connection, url=self.url, username=username, password=password, token=None)
        return Client(there, read_only=True, sleep=self._sleep)

    @property
    def _session(self) -> Any:
        if not hasattr(self._sessions, "session"):
            self._sessions.session = _session(self._connection, self.url, self._username, self._password)
        return self._sessions.session

    def _send(self, verb: str, path: str, **options: Any) -> Any:
        try:
            response = self._session.request(
                verb,
                self._address(path),
                timeout=self._connection.timeout,
                # A redirected POST would silently become a GET.
                allow_redirects=verb in SAFE_VERBS,
                **options,
            )
            return response, None
        except requests.exceptions.RequestException as error:
            return None, error

    def _passes(self, response: Any) -> bool:
        """Whether an error 500 says that it will pass."""
        known = self._connection.passing if response is not None and response.status_code == 500 else ()
        return any(words in response.text for words in known)

    def _failure(self, verb: str, path: str, response: Any, error: Exception | None) -> ClientError:
        url = self._address(path)
        if error is not None:
            message, hint = explain(error, self._connection.timeout)
            return ClientError(verb, url, None, self._mask(message), hint)
        if response.is_redirect:
            target = _split_credentials(response.headers.get("Location", ""))[0]
            return ClientError(verb, url, response.status_code, f"the server redirects to {target}", "Use that URL.")
        return ClientError(verb, url, response.status_code, self._mask(server_message(response)), HINTS.get(response.status_code, ""))

    def _address(self, path: str) -> str:
        return f"{self.url}/{path.lstrip('/')}"

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "********")
        return text


def _session(connection: Connection, url: str, username: str | None, password: str | None) -> Any:
    session: Any = requests.Session()
    # The environment may not add credentials (netrc); the proxies and the CA bundle it names are taken by hand.
    session.trust_env = False
    if connection.use_proxy:
        session.proxies = requests.utils.get_environ_proxies(url, no_proxy=None)
    bundle = connection.ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or True
    session.verify = bundle if connection.validate_certs else False
    if not connection.validate_certs:
        urllib3.disable_warnings()
    if connection.client_cert:
        key = connection.client_key
        session.cert = (connection.client_cert, key) if key else connection.client_cert
    if connection.server_name:
        session.mount("https://", _named_adapter(connection.server_name))
    session.headers.update({"Accept": "application/json", "User-Agent": "observability.stack"})
    session.headers.update(connection.headers)
    if connection.token:
        session.headers["Authorization"] = f"Bearer {connection.token}"
    elif username:
        # Bytes: requests would encode text as Latin-1.
        session.auth = (username.encode("utf-8"), (password or "").encode("utf-8"))
    return session


def _named_adapter(name: str) -> Any:
    """What connects to a server whose certificate bears another name than its address."""
    adapter = requests.adapters.HTTPAdapter()
    adapter.init_poolmanager(requests.adapters.DEFAULT_POOLSIZE, requests.adapters.DEFAULT_POOLSIZE, assert_hostname=name, server_hostname=name)
    return adapter


def _split_credentials(url: str) -> Any:
    """(url without user and password, user, password), so that no message can show them."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, ""))
    return clean, parts.username, parts.password


def _may_retry(repeatable: bool, response: Any, error: Exception | None) -> bool:
    kinds = requests.exceptions
    if error is not None:
        passing = (kinds.ConnectionError, kinds.Timeout, kinds.ChunkedEncodingError)
        return repeatable and isinstance(error, passing) and not isinstance(error, kinds.SSLError)
    return response.status_code in (RETRY_IDEMPOTENT if repeatable else RETRY_ANY_VERB)


def _pause(attempt: int, response: Any) -> float:
    """Seconds before the next attempt: what the server asks for, else exponential with jitter; never over 30."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    if asked.isdigit():
        return min(float(asked), LONGEST_PAUSE)
    return min(0.25 * 2**attempt, LONGEST_PAUSE) * (0.75 + random.random() / 2)
