# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service accounts: what programs log in as, by tokens."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.kind import Orders
from ..engine.parallel import each
from ..engine.plan import CREATE, NOTHING, UPDATE, Change
from ..engine.resource import Field, Listing, Resource, fill
from . import service_account_files as files
from . import service_account_tokens as tokens
from .organization_user import ROLES
from .user_in_use import Accounts

ROWS, DUE = "_rows", "_due"  # where an object keeps its tokens on the server, and a wish the tokens to which something happens


def account_only(body: dict[str, Any], _wanted: dict[str, Any], _found: Any) -> dict[str, Any]:
    """What the request of an account itself holds, with the role as the API writes it."""
    kept = {key: body[key] for key in ("name", "role", "isDisabled") if body.get(key) is not None}
    return {**kept, **({"role": kept["role"].capitalize()} if "role" in kept else {})}


SERVICE_ACCOUNT = Resource(
    kind="service_account",
    words="service account",
    fields=(
        Field("id", type="int"),
        Field("name", required=True),
        Field("role", choices=ROLES, normalise=str.lower),
        Field("is_disabled", type="bool", at="isDisabled", aliases=("disabled",)),
        Field("tokens", type="list", elements="dict", options=tokens.OPTIONS, at=""),
    ),
    identities=(("id",), ("name",)),
    direct={"id": "/api/serviceaccounts/{id}"},
    listing=Listing("/api/serviceaccounts/search", rows="serviceAccounts", paged=True, size_word="perpage"),
    create=("POST", "/api/serviceaccounts"),
    update=("PATCH", "/api/serviceaccounts/{id}"),
    delete=("DELETE", "/api/serviceaccounts/{id}"),
    prepare=account_only,
    reply="serviceaccount",
)


class ServiceAccounts(Accounts):
    """An account is written first, then its tokens."""

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By number, or by name among those whose name has it as a part."""
        return super().find(api, wanted) if wanted.get("id") else self.match(wanted, self.named(api, wanted["name"]))

    def named(self, api: Any, name: str) -> list[dict[str, Any]]:
        """The accounts of a name; the server allows several, although it makes only one."""
        rows = api.get("/api/serviceaccounts/search", {"query": name, "perpage": 1000, "page": 1})["serviceAccounts"]
        return [row for row in rows if row["name"] == name]

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """With the tokens of those whose tokens matter."""
        found, rest = super().look(api, wanted, besides)
        return each(lambda pair: with_tokens(api, pair[0]) if pair[0] and pair[1].get("tokens") else pair[0], list(zip(found, wanted))), rest

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """The account, and what happens to its tokens."""
        self._refuse(api, wanted, found, orders)
        label = self.resource.label(wanted)
        try:
            due = tokens.plan(wanted.get("tokens") or [], (found or {}).get(ROWS, ()))
            if not api.read_only:
                tokens.check_files(due)
        except Failure as error:
            raise Failure(f"{label}: {error}") from error
        change = super().plan_one(api, wanted, found, orders)
        if due and change.action == NOTHING:
            change = Change(UPDATE, label, wanted, found, {}, {}, {}, [])
        if wanted.get("tokens"):
            change.wanted = {**change.wanted, DUE: due}
            told_in_diff(change, due)
        return change

    def _refuse(self, api: Any, wanted: Mapping[str, Any], found: Mapping[str, Any] | None, orders: Orders) -> None:
        label = self.resource.label(wanted)
        if any(one["return_key"] for one in wanted.get("tokens") or []) and not orders.hidden:
            raise Failure(f"{label}: return_key needs no_log: true on the task; without it everybody would see the key. Or use token_file.")
        if found is None and wanted.get("id"):
            raise Failure(f"There is no {label}. Grafana chooses numbers itself: leave it out to make a service account.")
        if found and found["name"] != wanted["name"] and self.named(api, wanted["name"]):
            raise Failure(f"{label}: another service account is called {wanted['name']!r} already. Grafana would allow a second one.")

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make the account and its tokens."""
        return self._write_tokens(api, change, super().create(api, change))

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Change what differs in the account, and its tokens."""
        own = set(change.reasons) - {"tokens"}
        return self._write_tokens(api, change, super().update(api, change) if own else dict(change.found or {}))

    def _write_tokens(self, api: Any, change: Change, account: dict[str, Any]) -> dict[str, Any]:
        keys = {}
        for one in change.wanted.get(DUE, ()):
            key = tokens.write(api, account["id"], one)
            if key is not None:
                keys[one.wanted["name"]] = key
        return {**account, "token_keys": keys} if keys else account

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """The account with its tokens, and the files of those that were described."""
        super().delete(api, change)
        for one in change.wanted.get("tokens") or []:
            if one.get("token_file"):
                files.forget(one["token_file"])
        return {}

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """An account with keys that are to be returned, and without what the module keeps for itself."""
        return {key: value for key, value in found.items() if key != ROWS}

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without the number, which another server would choose itself, and without tokens, whose keys nobody knows."""
        mine = {name: value for name, value in super().exported(found).items() if name != "id"}
        return {**mine, "role": found["role"].lower()}


def with_tokens(api: Any, account: dict[str, Any]) -> dict[str, Any]:
    """An account with the rows of its tokens."""
    return {**account, ROWS: api.get(fill("/api/serviceaccounts/{id}/tokens", account))}


def told_in_diff(change: Change, due: Sequence[tokens.TokenChange]) -> None:
    """Say in the diff what happens to tokens, by name."""
    (change.after or {}).pop("tokens", None)
    if not due:
        return
    if change.action != CREATE:
        change.reasons.append("tokens")
        change.before = {**(change.before or {}), "tokens": {one.wanted["name"]: one.before for one in due if one.before}}
    change.after = {**(change.after or {}), "tokens": {one.wanted["name"]: one.after for one in due if one.after}}
