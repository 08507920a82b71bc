# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has a right: users, teams, service accounts and roles, by their names; Grafana's requests want numbers."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, NamedTuple

from ..engine.errors import ClientError, Failure

SORTS = ("user", "team", "service_account", "role")


class Holder(NamedTuple):
    """Who has a right: what kind of holder, and its number (a role's name)."""

    sort: str
    number: Any


class Right(NamedTuple):
    """A right: what people call its holder, and the permission."""

    label: str
    permission: str


def of_row(row: Mapping[str, Any]) -> Holder:
    """The holder that a row of Grafana's list is about."""
    if row.get("builtInRole"):
        return Holder("role", row["builtInRole"])
    if row.get("teamId"):
        return Holder("team", row["teamId"])
    return Holder("user", row.get("userId"))


def label_of(row: Mapping[str, Any]) -> str:
    """What people call the holder of a row."""
    sort, number = of_row(row)
    if sort == "role":
        return f"role {number}"
    if sort == "team":
        return f"team {row.get('team') or number}"
    return f"{'service account' if row.get('isServiceAccount') else 'user'} {row.get('userLogin') or number}"


def given(rows: Iterable[Mapping[str, Any]]) -> dict[Holder, Right]:
    """The rights that were given on the thing itself: neither inherited ones nor those that nobody can take away."""
    rows = [row for row in rows if row.get("permission") and not row.get("isInherited") and row.get("isManaged", True)]
    return {of_row(row): Right(label_of(row), row["permission"]) for row in rows}


def named(entry: Mapping[str, Any]) -> tuple[str, str]:
    """(sort, name) of the holder that an entry names.

    :raises Failure: when it names none, or several.
    """
    names = [(sort, str(entry[sort])) for sort in SORTS if entry.get(sort) not in (None, "")]
    if len(names) != 1:
        raise Failure(f"permissions: each entry names one holder, by {', '.join(SORTS)}; one of them names {len(names)}.")
    return names[0]


def holder_of(api: Any, entry: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> tuple[Holder, str] | None:
    """(holder, label) of an entry; None when there is nobody of that name. Who has a right already is recognised without asking."""
    sort, name = named(entry)
    if sort == "role":
        return Holder("role", name), f"role {name}"
    for row in rows:
        if is_named(row, sort, name):
            return of_row(row), label_of(row)
    found = {"user": user_of, "team": team_of, "service_account": service_account_of}[sort](api, name)
    if found is None:
        return None
    return Holder("team" if sort == "team" else "user", found["number"]), f"{sort.replace('_', ' ')} {found['name']}"


def missing(api: Any, entry: Mapping[str, Any]) -> tuple[Holder, str]:
    """What stands for somebody who is not there: in check mode an earlier task would perhaps have made him.

    :raises Failure: otherwise.
    """
    sort, name = named(entry)
    words = sort.replace("_", " ")
    if not api.read_only:
        raise Failure(f"There is no {words} {name!r} in this organization.")
    return Holder(sort, name), f"{words} {name}"


def is_named(row: Mapping[str, Any], sort: str, name: str) -> bool:
    """Whether a row is about who is named."""
    if sort == "team":
        return bool(row.get("teamId")) and name in (row.get("team"), row.get("teamUid"))
    service = sort == "service_account"
    names = {str(row[key]).lower() for key in ("userLogin", "userUid") if row.get(key)}
    return bool(row.get("userId")) and bool(row.get("isServiceAccount")) == service and name.lower() in names


def user_of(api: Any, name: str) -> dict[str, Any] | None:
    """A user of the organization by login, e-mail or uid."""
    for row in api.get("/api/org/users") or []:
        if name.lower() in {str(row[key]).lower() for key in ("login", "email", "uid") if row.get(key)}:
            return {"number": row["userId"], "name": row["login"]}
    return None


def team_of(api: Any, name: str) -> dict[str, Any] | None:
    """A team by name or uid."""
    rows = api.get("/api/teams/search", {"name": name})["teams"]
    found = next((row for row in rows if row["name"] == name), None)
    if found is None:
        try:
            found = api.get(f"/api/teams/{name}") if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else None
        except ClientError as error:
            if error.status not in (400, 404):
                raise
    return {"number": found["id"], "name": found["name"]} if found else None


def service_account_of(api: Any, name: str) -> dict[str, Any] | None:
    """A service account by name, login or uid."""
    rows = api.get("/api/serviceaccounts/search", {"query": name, "perpage": 1000, "page": 1})["serviceAccounts"]
    found = next((row for row in rows if name in (row["name"], row.get("login"), row.get("uid"))), None)
    return {"number": found["id"], "name": found["login"]} if found else None
