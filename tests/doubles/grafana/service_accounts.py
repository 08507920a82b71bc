# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service accounts and their tokens. They share the numbers of users."""

from __future__ import annotations

from typing import Any

from . import marks
from .identity import AVATAR, RANK
from .routes import route
from .wire import Request, coded, problem, said

BAD = "Bad request data"
ROLES = [role for role in RANK if role]


def accounts(request: Request) -> Any:
    """Return the table of service accounts of the caller's organisation."""
    return request.store.table("service_accounts", request.org)


def tokens(request: Request, number: int) -> dict[str, Any]:
    """Return the tokens of an account: hash -> document."""
    table = request.store.table("tokens")
    return {key: one for key, one in table.items() if one["account"] == number and one["org"] == request.org and not one["gone"]}


def find(request: Request) -> dict[str, Any]:
    """Return the account of the path."""
    number = int(request["id"])
    if number not in accounts(request):
        raise coded(404, "serviceaccounts.ErrNotFound", "service account not found")
    return accounts(request)[number]


def brief(request: Request, one: dict[str, Any], avatar: str) -> dict[str, Any]:
    """Return an account as a search and its creation show it."""
    return {
        "id": one["id"], "uid": one["uid"], "name": one["name"], "login": one["login"], "orgId": request.org, "isDisabled": one["disabled"],
        "role": one["role"], "tokens": len(tokens(request, one["id"])), "avatarUrl": avatar,
    }  # fmt: skip


def detail(request: Request, one: dict[str, Any]) -> dict[str, Any]:
    """Return an account as it is shown alone."""
    plain = {name: value for name, value in brief(request, one, AVATAR).items() if name != "tokens"}
    return {**plain, "createdAt": marks.stamp(one["created"]), "updatedAt": marks.stamp(one["updated"]), "teams": None}


def check_role(request: Request, role: str) -> None:
    """Refuse a role that does not exist or is above the caller's."""
    if role not in ROLES:
        raise problem(400, BAD)
    if not request.who.at_least(role):
        raise problem(403, "can not assign a role higher than user's role")


@route("POST /api/serviceaccounts", needs="serviceaccounts:create", role="Admin")
def post_account(request: Request) -> Any:
    """Make an account."""
    body, now = request.json(BAD), request.app.clock.now()
    name, role = body.get("name") or "", body.get("role") or "Viewer"
    if not name:
        raise problem(400, BAD)
    check_role(request, role)
    if any(one["name"] == name for one in accounts(request).values()):
        raise coded(400, "serviceaccounts.ErrAlreadyExists", "service account already exists")
    login = f"sa-{request.org}-" + marks.slug(name)
    one = {
        "id": request.store.next("users"), "uid": marks.short_uid(), "name": name, "login": login, "role": role,
        "disabled": bool(body.get("isDisabled")), "created": now, "updated": now,
    }  # fmt: skip
    reply = said("", 201)
    reply.body = brief(request, accounts(request).put(one["id"], one), "")
    return reply


@route("GET /api/serviceaccounts/#id", needs="serviceaccounts:read", role="Admin")
def get_account(request: Request) -> Any:
    """Return an account."""
    return detail(request, find(request))


@route("GET /api/serviceaccounts/search", needs="serviceaccounts:read", role="Admin")
def search(request: Request) -> Any:
    """Search accounts by a part of the name or login."""
    words = request.one("query").lower()
    fits = [one for one in accounts(request).values() if words in one["name"].lower() or words in one["login"].lower()]
    fits = [one for one in fits if request.one("disabled") != "true" or one["disabled"]]
    fits.sort(key=lambda one: one["name"].lower())
    size, page = request.number("perpage", 1000), max(request.number("page", 1), 1)
    part = [brief(request, one, AVATAR) for one in fits[size * (page - 1) : size * page]]
    return {"totalCount": len(fits), "serviceAccounts": part, "page": page, "perPage": size}


@route("PATCH /api/serviceaccounts/#id", needs="serviceaccounts:write", role="Admin")
def patch_account(request: Request) -> Any:
    """Change an account. A name that another one has is taken, too."""
    one, body = find(request), request.json(BAD)
    check_role(request, body.get("role") or one["role"])
    changes = {"name": body.get("name") or one["name"], "role": body.get("role") or one["role"]}
    changes["disabled"] = one["disabled"] if body.get("isDisabled") is None else body["isDisabled"]
    changed = accounts(request).put(one["id"], {**one, **changes, "updated": request.app.clock.now()})
    return said("Service account updated", id=one["id"], name=changed["name"], serviceaccount=detail(request, changed))


@route("DELETE /api/serviceaccounts/#id", needs="serviceaccounts:delete", role="Admin")
def delete_account(request: Request) -> Any:
    """Delete an account with its tokens."""
    one = find(request)
    for key, token in tokens(request, one["id"]).items():
        request.store.table("tokens").put(key, {**token, "gone": True})
    accounts(request).drop(one["id"])
    return said("Service account deleted")


@route("GET /api/serviceaccounts/#id/tokens", needs="serviceaccounts:read", role="Admin")
def list_tokens(request: Request) -> Any:
    """List the tokens of an account, without their keys."""
    now = request.app.clock.now()
    return [
        {
            "id": one["id"], "name": one["name"], "created": marks.stamp(one["created"]),
            "lastUsedAt": marks.stamp(one["used"]) if one["used"] else None,
            "expiration": marks.stamp(one["expires"]) if one["expires"] else None,
            "secondsUntilExpiration": max(one["expires"] - now, 0) if one["expires"] else 0,
            "hasExpired": bool(one["expires"]) and one["expires"] <= now, "isRevoked": False,
        }
        for one in tokens(request, find(request)["id"]).values()
    ]  # fmt: skip


@route("POST /api/serviceaccounts/#id/tokens", needs="serviceaccounts:write", role="Admin")
def post_token(request: Request) -> Any:
    """Make a token; its key is told this once."""
    one, body, now = find(request), request.json(BAD), request.app.clock.now()
    name, life = body.get("name") or "", body.get("secondsToLive") or 0
    if not name:
        raise problem(400, BAD)
    if life < 0:
        raise coded(400, "serviceaccounts.ErrInvalidInput", "invalid SecondsToLive value")
    table = request.store.table("tokens")
    if any(token["name"] == name and token["org"] == request.org and not token["gone"] for token in table.values()):
        text = "service account token with given name already exists in the organization"
        raise coded(400, "serviceaccounts.ErrTokenAlreadyExists", text)
    key = "glsa_" + marks.pick(marks.ALNUM, 32) + "_" + marks.pick("0123456789abcdef", 8)
    token = {
        "id": request.store.next("tokens"), "name": name, "account": one["id"], "org": request.org, "created": now, "used": 0,
        "expires": now + life if life else 0, "gone": False,
    }  # fmt: skip
    table.put(marks.secret_hash(key), token)
    return {"id": token["id"], "name": name, "key": key}


@route("DELETE /api/serviceaccounts/#id/tokens/#token", needs="serviceaccounts:write", role="Admin")
def delete_token(request: Request) -> Any:
    """Revoke a token."""
    for key, token in tokens(request, find(request)["id"]).items():
        if str(token["id"]) == request["token"]:
            request.store.table("tokens").put(key, {**token, "gone": True})
            return said("Service account token deleted")
    raise coded(404, "serviceaccounts.ErrTokenNotFound", "service account token not found")
