# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tokens of a service account: which are made anew and why, and how a key gets into its file and nowhere else."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from . import service_account_files as files

MAKE, REMOVE, CLOSE = "make", "remove", "close"
SLACK = 300  # seconds by which the clocks of the server and of this host may differ

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "seconds_to_live": {"type": "int"},
    "expires": {"type": "str"},
    "renew_before": {"type": "int", "default": 0},
    "token_file": {"type": "path", "no_log": False},
    "return_key": {"type": "bool", "default": False, "no_log": False},
}


@dataclass
class TokenChange:
    """What will happen to one token: its wish, its row on the server, and why."""

    action: str
    wanted: Mapping[str, Any]
    row: Mapping[str, Any] | None
    why: str

    @property
    def before(self) -> str | None:
        """The token as a diff shows it before."""
        return None if self.row is None else f"expires {self.row['expiration'] or 'never'}"

    @property
    def after(self) -> str | None:
        """The token as a diff shows it after."""
        return {MAKE: f"made, since {self.why}", CLOSE: f"{self.before}; file for its owner only"}.get(self.action)


def plan(wanted: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[TokenChange]:
    """The tokens to which something happens.

    :raises Failure: when a wish contradicts itself.
    """
    there = {row["name"]: row for row in rows}
    names = [one["name"] for one in wanted]
    if len(names) != len(set(names)):
        raise Failure("two tokens have the same name.")
    changes = [_plan_one(one, there.get(one["name"])) for one in wanted]
    return [one for one in changes if one.action]


def _plan_one(wanted: Mapping[str, Any], row: Mapping[str, Any] | None) -> TokenChange:
    _refuse_contradictions(wanted)
    if wanted["state"] == "absent":
        return TokenChange(REMOVE if row else "", wanted, row, "state: absent")
    why = _why_new(wanted, row)
    path = wanted.get("token_file")
    if why and not path and not wanted["return_key"]:
        raise Failure(f"the token {wanted['name']} is to be made, since {why}; say where its key goes: into a token_file, or return_key.")
    if not why and path and files.is_open(path):
        return TokenChange(CLOSE, wanted, row, "others may read its file")
    return TokenChange(MAKE if why else "", wanted, row, why)


def _refuse_contradictions(wanted: Mapping[str, Any]) -> None:
    name, life = wanted["name"], wanted.get("seconds_to_live")
    if life is not None and wanted.get("expires"):
        raise Failure(f"the token {name} has seconds_to_live and expires; give one.")
    if life is not None and life < 0:
        raise Failure(f"the token {name} cannot live for {life} seconds.")
    if wanted["renew_before"] and not life:
        raise Failure(f"the token {name} has renew_before, which needs seconds_to_live.")
    if life and wanted["renew_before"] >= life:
        raise Failure(f"the token {name} would be renewed by every run: renew_before must be less than seconds_to_live.")
    if wanted["state"] == "present" and wanted.get("expires") and seconds_until(wanted["expires"]) <= 0:
        raise Failure(f"the token {name} is to expire at {wanted['expires']}, which is past.")


def _why_new(wanted: Mapping[str, Any], row: Mapping[str, Any] | None) -> str:
    """Why a token has to be made, or made anew; empty when the one that is there will do."""
    if row is None:
        return "it is not there"
    left = row["secondsUntilExpiration"] if row["expiration"] else None
    if row["hasExpired"] or row.get("isRevoked"):
        return "it has expired" if row["hasExpired"] else "it was revoked"
    if wanted.get("expires") and (left is None or abs(left - seconds_until(wanted["expires"])) > SLACK):
        return "it is to expire at another time"
    if left is not None and left <= wanted["renew_before"]:
        return f"it expires within {wanted['renew_before']} seconds"
    if wanted.get("token_file") and not files.is_there(wanted["token_file"]):
        return "its file is not there"
    return ""


def seconds_until(moment: str) -> float:
    """Seconds from now to a date or a time such as ``2027-01-31`` or ``2027-01-31T12:00:00Z``; without a zone it is UTC."""
    try:
        read = datetime.fromisoformat(moment.strip().replace("Z", "+00:00"))
    except ValueError:
        raise Failure(f"expires is {moment!r}, but is to be a date or a time such as 2027-01-31 or 2027-01-31T12:00:00Z.") from None
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp() - time.time()


def check_files(changes: Sequence[TokenChange]) -> None:
    """Refuse what could not be written down, before anything is made."""
    for one in changes:
        if one.action == MAKE and one.wanted.get("token_file"):
            files.refuse_unwritable(one.wanted["token_file"])


def write(api: Any, account: int, change: TokenChange) -> str | None:
    """Carry a change out; the key of a new token when it is to be returned."""
    path, file = f"/api/serviceaccounts/{account}/tokens", change.wanted.get("token_file")
    if change.action == CLOSE:
        files.close(change.wanted["token_file"])
        return None
    if change.action == REMOVE:
        _revoke(api, path, change.row)
        if file:
            files.forget(file)
        return None
    if not file:
        _revoke(api, path, change.row)
        return _make(api, path, change.wanted)
    with files.replacing(file) as new:
        _revoke(api, path, change.row)
        # The old key is worth nothing now. Should this run end here, the next one finds no file and makes a token again.
        files.forget(file)
        key = _make(api, path, change.wanted)
        new.write(key + "\n")
    return key if change.wanted["return_key"] else None


def _revoke(api: Any, path: str, row: Mapping[str, Any] | None) -> None:
    if row is None:
        return
    try:
        api.json("DELETE", f"{path}/{row['id']}")
    except ClientError as error:
        if error.status != 404:
            raise


def _make(api: Any, path: str, wanted: Mapping[str, Any]) -> str:
    life = wanted.get("seconds_to_live") or 0
    if wanted.get("expires"):
        life = int(seconds_until(wanted["expires"]))
    try:
        return str(api.json("POST", path, json={"name": wanted["name"], "secondsToLive": life})["key"])
    except ClientError as error:
        if error.status is None:
            _forget_unheard(api, path, wanted["name"])
        raise


def _forget_unheard(api: Any, path: str, name: str) -> None:
    """Remove a token whose key was lost on the way, so that the next run makes one whose key is known."""
    with contextlib.suppress(ClientError):
        for row in api.get(path):
            if row["name"] == name:
                _revoke(api, path, row)
