# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The account that a task itself uses: nothing may lock it out."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.kind import Kind, Orders
from ..engine.plan import DELETE, Change


def is_in_use(api: Any, found: Mapping[str, Any]) -> bool:
    """Whether an account is the one that asks."""
    return str(api.me["login"]).lower() == str(found["login"]).lower()


class Accounts(Kind):
    """A kind of account, of which the one that asks is never removed."""

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """A purge passes over the account in use; an order to remove it is refused."""
        changes = super().plan(api, wanted, orders)
        own = {id(one) for one in changes if one.action == DELETE and is_in_use(api, one.found or {})}
        if own and orders.state == "absent":
            label = next(one.label for one in changes if id(one) in own)
            raise Failure(f"The {label} is the account that this task uses, so it is not removed. Nothing was changed.")
        return [one for one in changes if id(one) not in own]
