# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The server without its sockets: state, configuration, and the way of a request to its handler."""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import areas, bootstrap, identity, marks
from .faults import Faults
from .generations import GENERATIONS
from .routes import Router
from .store import Store
from .wire import CHARSET_JSON, HTML, Problem, Reply, Request


@dataclass
class Settings:
    """What grafana.ini says, as far as the double heeds it."""

    generation: int = 12
    version: str = ""
    admin_user: str = "admin"
    admin_password: str = "admin"
    root_url: str = ""
    sub_path: str = ""
    data: Path | None = None
    provisioning: Path | None = None
    plugins: Path | None = None
    plugin_source: str = ""
    toggles: tuple[str, ...] = ()
    metrics_login: tuple[str, str] = ("", "")


class App:
    """One Grafana."""

    def __init__(self, settings: Settings):
        areas.load()
        self.settings = settings
        self.generation = GENERATIONS[settings.generation]
        self.version = settings.version or self.generation.version
        self.router = Router(settings.generation, settings.toggles)
        self.clock = marks.Clock()
        self.faults = Faults()
        self.lock = threading.RLock()
        self.sessions: dict[str, int] = {}
        self.wrong_passwords: dict[str, list[float]] = {}
        self.requests: list[tuple[str, str]] = []
        self.mistakes: list[str] = []
        self.address = ""
        self.store = Store(settings.data / "grafana.db" if settings.data else None)
        bootstrap.prepare(self)

    @property
    def url(self) -> str:
        """The address that stands in links, without a slash at the end."""
        return (self.settings.root_url or f"http://{self.address}").rstrip("/")

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        with self.lock:
            self.requests.append((request.method, request.path))
            request.app = self
            self.store.refresh()
            try:
                reply = self.dispatch(request)
            except Problem as no:
                reply = no.reply
            except Exception:
                # A mistake of the double itself; tests look here, and the client gets an answer all the same.
                self.mistakes.append(traceback.format_exc())
                reply = Reply({"message": "Internal Server Error"}, 500)
            if request.path.startswith(("/apis", "/openapi")) and request.who and reply.content_type != CHARSET_JSON:
                reply.headers["Audit-Id"] = marks.random_uuid()
            self.store.commit()
        try:
            return reply.later() if reply.later else reply
        except Problem as no:
            return no.reply

    def dispatch(self, request: Request) -> Reply:
        """Find the route, check who calls and what it needs, and call the handler."""
        row, request.params = self.router.find(request.method, request.path)
        if row is not None and row.public:
            return made(row.handler(request))
        if row is None and not request.path.startswith(("/api/", "/apis", "/openapi")):
            return self.page(request)
        request.who = identity.authenticate(request)
        moved = self.switch(request)
        if moved is not None:
            return moved
        if row is None:
            raise Problem(404, {"message": "Not found"}, CHARSET_JSON)
        if row.needs and not request.who.at_least(row.role):
            raise identity.denied(row.needs)
        return made(row.handler(request))

    def switch(self, request: Request) -> Reply | None:
        """Switch the user's organisation when a GET carries ?orgId=N: upstream redirects, and the switch stays."""
        wanted = request.one("orgId")
        if request.method != "GET" or request.who.kind != "user" or not wanted.isdigit() or int(wanted) == request.who.org:
            return None
        if request.who.id not in self.store.table("members", int(wanted)):
            return None
        users = self.store.table("users")
        users.put(request.who.id, {**users[request.who.id], "org": int(wanted)})
        return found(self.settings.sub_path + request.path + "?" + request.raw_query)

    def page(self, request: Request) -> Reply:
        """Answer a request for a page: the one page there is, or the way to the login."""
        if request.method != "GET":
            raise Problem(404, {"message": "Not found"}, CHARSET_JSON)
        try:
            identity.authenticate(request)
        except Problem:
            if request.path != "/login":
                return found(f"{self.settings.sub_path}/login?redirectTo=" + quote(request.path, safe=""))
        return Reply(f"<!DOCTYPE html><html><head><title>Grafana</title></head><body>Grafana {self.version}</body></html>", 200, HTML)


def found(location: str) -> Reply:
    """Return a redirection."""
    return Reply(f'<a href="{location}">Found</a>.\n\n', 302, HTML, {"Location": location})


def made(result: Any) -> Reply:
    """Return what a handler gave as a reply."""
    return result if isinstance(result, Reply) else Reply(result)
