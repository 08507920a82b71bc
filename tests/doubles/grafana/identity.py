# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is calling: passwords, tokens of service accounts, sessions; and in which organisation."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from . import marks
from .wire import CHARSET_JSON, Problem, Request, refused

RANK = {"": 0, "None": 0, "Viewer": 1, "Editor": 2, "Admin": 3}
TRIES, LOCKED_SECONDS = 5, 300
AVATAR = "/public/img/user_profile.png"


@dataclass(frozen=True)
class Caller:
    """The caller of one request. `role` is the one in `org`."""

    kind: str
    id: int
    uid: str
    login: str
    name: str
    email: str
    org: int
    role: str
    server_admin: bool = False

    def at_least(self, role: str) -> bool:
        """Tell whether the caller has a role, or a higher one."""
        return self.server_admin if role == "Server" else RANK[self.role] >= RANK[role]


def unauthorized() -> Problem:
    """Return the answer to a request without credentials."""
    return refused(401, "auth.unauthorized", "Unauthorized")


def authenticate(request: Request) -> Caller:
    """Return the caller of a request."""
    kind, _space, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return by_token(request, value.strip())
    if kind.lower() == "basic":
        return by_password(request, value)
    session = cookie(request.headers.get("cookie", ""))
    if session in request.app.sessions:
        return of_user(request, request.app.sessions[session])
    raise unauthorized()


def cookie(header: str) -> str:
    """Return the session of a Cookie header."""
    pairs = (item.strip().partition("=") for item in header.split(";"))
    return next((value for name, _equals, value in pairs if name == "grafana_session"), "")


def by_password(request: Request, value: str) -> Caller:
    """Return the user of a Basic header."""
    try:
        login, _colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise refused(401, "basic-auth.malformed", "Invalid Basic Auth Header") from None
    if login == "api_key":
        return by_token(request, password)
    return of_user(request, check_password(request.app, login, password)["id"])


def check_password(app: Any, login: str, password: str) -> dict[str, Any]:
    """Return the user with this login or e-mail address and password; five wrong ones lock the login for a while."""
    now, wrong = app.clock.now(), app.wrong_passwords.setdefault(login.lower(), [])
    wrong[:] = [when for when in wrong if now - when < LOCKED_SECONDS]
    user = find_user(app.store, login)
    if len(wrong) >= TRIES or user is None or user["password"] != marks.secret_hash(password):
        wrong.append(now)
        raise refused(401, "password-auth.failed", "Invalid username or password")
    wrong.clear()
    return user


def find_user(store: Any, login: str) -> dict[str, Any] | None:
    """Return the user with a login or an e-mail address, in whatever case."""
    wanted = login.lower()
    return next((user for user in store.table("users").values() if wanted in (user["login"].lower(), user["email"].lower())), None)


def of_user(request: Request, number: int) -> Caller:
    """Return the caller that a user is in the organisation of the request."""
    users = request.store.table("users")
    if number not in users:
        raise unauthorized()
    user = users[number]
    if user["disabled"]:
        raise refused(401, "identity.disabled", "Unauthorized")
    if request.app.clock.now() - user["seen"] > 60:
        users.put(number, {**user, "seen": request.app.clock.now()})
    org = int(request.headers.get("x-grafana-org-id") or user["org"])
    member = request.store.table("members", org).get(number, {})
    return Caller("user", number, user["uid"], user["login"], user["name"], user["email"], org, member.get("role", ""), user["is_admin"])


def by_token(request: Request, key: str) -> Caller:
    """Return the service account of a token."""
    token = request.store.table("tokens").get(marks.secret_hash(key))
    if token is None:
        raise refused(401, "api-key.invalid", "Invalid API key")
    if token["gone"]:
        raise Problem(401, {"message": "Unauthorized", "traceID": ""}, CHARSET_JSON)
    if token["expires"] and token["expires"] <= request.app.clock.now():
        raise refused(401, "api-key.expired", "Expired API key")
    if request.headers.get("x-grafana-org-id", str(token["org"])) != str(token["org"]):
        raise refused(401, "api-key.organization-mismatch", "API key does not belong to the requested organization")
    account = request.store.table("service_accounts", token["org"])[token["account"]]
    if account["disabled"]:
        raise refused(401, "identity.disabled", "Unauthorized")
    request.store.table("tokens").put(marks.secret_hash(key), {**token, "used": request.app.clock.now()})
    login = account["login"]
    return Caller("service-account", account["id"], account["uid"], login, account["name"], login, token["org"], account["role"])


def denied(needs: str) -> Problem:
    """Return the answer to a caller without a permission."""
    return Problem(
        403,
        {
            "accessErrorId": "ACE" + marks.pick("0123456789", 10),
            "message": f"You'll need additional permissions to perform this action. Permissions needed: {needs}",
            "title": "Access denied",
        },
        CHARSET_JSON,
    )
