# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is in a team: as the server lists them, as they are wanted, and the requests between the two."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.resource import fill

MEMBER, ADMIN = 0, 4
Row = Mapping[str, Any]


def numbered(team: Mapping[str, Any]) -> dict[str, Any]:
    """A team with what its requests are addressed by: where the app platform answers for teams, lists tell no number, and the uid is taken instead."""
    return {**team, "id": team.get("id") or team["uid"]}


def name_of(row: Row) -> str:
    """What a member is called in results: the e-mail address, or the login of somebody without one."""
    return str(row.get("email") or row["login"])


def rows_of(api: Any, team: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The members of a team as the server lists them."""
    rows: list[dict[str, Any]] = api.get(fill("/api/teams/{id}/members", team))
    return rows


def target_of(wanted: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, int]:
    """{name: permission} of everybody who is to be in the team.

    Somebody who is in it already goes by the name of ``name_of``, however the user wrote it; others by the name that was given.
    """
    known = {alias.lower(): name_of(row) for row in rows for alias in (row["email"], row["login"]) if alias}
    had = {name_of(row): row["permission"] for row in rows}
    exact = bool(wanted.get("enforce_members")) and (wanted.get("members") is not None or wanted.get("admins") is not None)
    target = {} if exact else dict(had)
    for name in [known.get(name.lower(), name) for name in wanted.get("members") or []]:
        # Who is an administrator stays one, unless the user said who they are.
        target[name] = MEMBER if exact and wanted.get("admins") is not None else had.get(name, MEMBER)
    for name in wanted.get("admins") or []:
        target[known.get(name.lower(), name)] = ADMIN
    return target


def names(target: Mapping[str, int], least: int = MEMBER) -> list[str]:
    """The names in a target, sorted; with a permission, or all."""
    return sorted(name for name, permission in target.items() if permission >= least)


def numbers_of(api: Any, wanted: Iterable[str]) -> dict[str, int]:
    """{name: number of the user}.

    :raises Failure: when there is no such user; before anything was written.
    """
    return {name: _number_of(api, name) for name in wanted}


def _number_of(api: Any, name: str) -> int:
    try:
        return int(api.get(fill("/api/users/lookup?loginOrEmail={name}", {"name": name}))["id"])
    except ClientError as error:
        if error.status not in (403, 404):
            raise
        if error.status == 403:
            # Whoever does not administer the server may still know the members of the organisation.
            for row in api.get("/api/org/users"):
                if name.lower() in (row["login"].lower(), row["email"].lower()):
                    return int(row["userId"])
    raise Failure(f"There is no user {name!r}, or the account that asks may not see them; make the user with grafana_user first.")


def write(api: Any, team: Mapping[str, Any], rows: Sequence[Row], target: Mapping[str, int], numbers: Mapping[str, int]) -> None:
    """Make the members of a team those of ``target``; ``numbers`` are those of the ones who are not in it."""
    path = fill("/api/teams/{id}/members", team)
    had = {name_of(row): row for row in rows}
    there = {row["userId"]: row["permission"] for row in rows}
    for name, permission in target.items():
        number = had[name]["userId"] if name in had else numbers[name]
        if number not in there:
            api.json("POST", path, json={"userId": number})
        if there.get(number, MEMBER) != permission:
            api.json("PUT", f"{path}/{number}", json={"permission": permission})
        there[number] = permission
    for name in set(had) - set(target):
        try:
            api.json("DELETE", f"{path}/{had[name]['userId']}")
        except ClientError as error:
            if error.status != 404:  # gone in the meantime
                raise
