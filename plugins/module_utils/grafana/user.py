# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users of the whole server."""

from __future__ import annotations

from typing import Any, Mapping

from ..engine.errors import ClientError, Failure
from ..engine.kind import Orders
from ..engine.plan import DELETE, Change, plan_present
from ..engine.resource import Field, Listing, Resource, fill
from .user_in_use import Accounts, is_in_use

NAMES = ("name", "login", "email")


def names_and_password(body: dict[str, Any], _wanted: dict[str, Any], found: Any) -> dict[str, Any]:
    """What the request of a user itself holds; the rest has requests of its own."""
    return {key: body[key] for key in (*NAMES, *(() if found else ("password",))) if body.get(key) is not None}


USER = Resource(
    kind="user",
    words="user",
    fields=(
        Field("id", type="int"),
        # Grafana compares both without regard to case, and keeps some in small letters.
        Field("login", normalise=str.lower),
        Field("email", normalise=str.lower),
        Field("name"),
        Field("password", secret=True),
        Field("is_admin", type="bool", at="isGrafanaAdmin"),
        Field("is_disabled", type="bool", at="isDisabled"),
    ),
    identities=(("id",), ("login",)),
    direct={"id": "/api/users/{id}", "login": "/api/users/lookup?loginOrEmail={login}"},
    listing=Listing("/api/users", paged=True, size_word="perpage"),
    create=("POST", "/api/admin/users"),
    update=("PUT", "/api/users/{id}"),
    delete=("DELETE", "/api/admin/users/{id}"),
    prepare=names_and_password,
)


class Users(Accounts):
    """A user's names, rights and password are written by requests of their own."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """The list calls an administrator otherwise than a single user does."""
        return [{**row, "isGrafanaAdmin": row["isAdmin"]} for row in super().everything(api)]

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The look-up takes a login for an address, too: somebody else's address is no login."""
        found = super().find(api, wanted)
        identity = self.resource.identity_of(wanted)
        if found and identity == ("login",) and found["login"].lower() != wanted["login"].lower():
            raise Failure(f"{wanted['login']!r} is no login, but the address of the user {found['login']!r}. Name that login.")
        return found

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """The password of an existing user is left alone unless the user said otherwise."""
        if found is None:
            self._refuse_new(api, wanted, orders)
        due = found is None or self._password_due(api, wanted, found, orders)
        given = wanted if due else {name: value for name, value in wanted.items() if name != "password"}
        change = plan_present(self.resource, given, found, "always" if due else "on_create")
        locks_out = ("is_admin" in change.reasons and not wanted["is_admin"]) or ("is_disabled" in change.reasons and wanted["is_disabled"])
        if locks_out and is_in_use(api, found or {}):
            raise Failure(f"The {change.label} is the account that this task uses; let another administrator take its rights.")
        return change

    def _refuse_new(self, api: Any, wanted: Mapping[str, Any], orders: Orders) -> None:
        """A user who cannot be made is told before anything is written."""
        if wanted.get("id"):
            raise Failure(f"There is no user with the number {wanted['id']}. Grafana chooses numbers itself: leave it out to make a user.")
        if wanted.get("password"):
            return
        if not api.read_only:
            raise Failure("missing required arguments: password")
        orders.warnings.append(f"The {self.resource.label(wanted)} does not exist; to make them, a password is needed.")

    def _password_due(self, api: Any, wanted: Mapping[str, Any], found: Mapping[str, Any], orders: Orders) -> bool:
        """Whether a password is to be sent: always when that is wanted, or when a login with it fails."""
        if not wanted.get("password"):
            return False
        if orders.update_secrets == "always":
            return True
        if not orders.options.get("check_password") or found.get("isDisabled"):
            return False
        try:
            api.client.as_user(found["login"], wanted["password"]).get("/api/user")
        except ClientError as error:
            if error.status != 401:
                raise
            return True
        return False

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make the user, in the organisation that was named; rights come after."""
        if api.org() is not None:
            change.body = {**(change.body or {}), "OrgId": api.org()}
        number = super().create(api, change)["id"]
        for name in ("is_admin", "is_disabled"):
            if change.wanted.get(name):
                self._set(api, number, name, change.wanted)
        made: dict[str, Any] = api.get(fill("/api/users/{id}", {"id": number}))
        return made

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Each part that differs; the password last, since it may be the one that this task logs in with."""
        number = (change.found or {})["id"]
        if set(NAMES) & set(change.reasons):
            super().update(api, change)
        for name in ("is_admin", "is_disabled", "password"):
            if name in change.reasons:
                self._set(api, number, name, change.wanted)
        return as_foreseen(change)

    def _set(self, api: Any, number: int, name: str, wanted: Mapping[str, Any]) -> None:
        path = f"/api/admin/users/{number}"
        if name == "is_admin":
            api.json("PUT", path + "/permissions", json={"isGrafanaAdmin": wanted[name]})
        elif name == "is_disabled":
            api.json("POST", path + ("/disable" if wanted[name] else "/enable"))
        else:
            api.json("PUT", path + "/password", json={"password": wanted[name]})

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """In check mode, what the user would be."""
        if api.read_only and change.writes and change.action != DELETE:
            return as_foreseen(change)
        return super().apply(api, change)

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """A sentence about a removal."""
        if change.found is None and not change.writes:
            return {"message": "No user found, nothing to do"}
        return {"message": "User deleted"} if change.action == DELETE else {}

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without the number, which another server would choose itself."""
        return {name: value for name, value in super().exported(found).items() if name != "id"}


def as_foreseen(change: Change) -> dict[str, Any]:
    """A user as the change makes them, without the password."""
    rights = {"isGrafanaAdmin": change.wanted.get("is_admin"), "isDisabled": change.wanted.get("is_disabled")}
    now = {**(change.found or dict.fromkeys(rights, False)), **(change.body or {}), **{key: value for key, value in rights.items() if value is not None}}
    return {key: value for key, value in now.items() if key != "password"}
