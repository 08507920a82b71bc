# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Misspelt names of variables: Ansible ignores a variable that no role knows, so it is looked for here."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from .endpoint_record import SERVICES
from .shared_variables import ENDPOINT_NAMES, RETIRED, SHARED, SHARED_PREFIX

REMEDY = "Correct the name; if it is a variable of your own, list it in observability_ignore_variables."


def check_names(
    varnames: Iterable[str],
    role: str,
    known: Collection[str],
    roles: Iterable[str] = SERVICES,
    ignore: Iterable[str] = (),
) -> tuple[list[str], list[str]]:
    """Return (errors, warnings), sentences about the names in ``varnames`` that ``role`` does not know.

    ``known`` are the names in the role's argument specification. A name close to a known one is an error, any other
    a warning. A name that begins with a longer name of ``roles`` is that role's own affair; names in ``ignore`` are
    the user's.
    """
    # A service of several ports has an endpoint for each: jaeger_otlp_http_endpoint.
    services = [role, *(service for service in SERVICES if service.startswith(f"{role}_"))]
    known = set(known) | {f"{service}_{name}" for service in services for name in ENDPOINT_NAMES}
    longer = [f"{other}_" for other in roles if other.startswith(f"{role}_")]
    names = [name for name in sorted(set(varnames) - known - set(ignore)) if name.startswith(f"{role}_") and not name.startswith(tuple(longer))]
    return _judge(names, role, known)


def check_shared_names(varnames: Iterable[str], ignore: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """Return (errors, warnings) about unknown names that begin with ``observability_``."""
    unknown = sorted(set(varnames) - SHARED - set(ignore))
    return _judge([name for name in unknown if name.startswith(f"{SHARED_PREFIX}_")], SHARED_PREFIX, SHARED)


def _judge(names: list[str], prefix: str, known: Collection[str]) -> tuple[list[str], list[str]]:
    errors, warnings = [], []
    for name in names:
        retired = RETIRED.get(name[len(prefix) + 1 :])
        close = None if retired else closest(name, prefix, known)
        if close:
            errors.append(f"Unknown variable {name}: did you mean {close}? {REMEDY}")
        elif retired:
            warnings.append(f"The variable {name} has no effect: {retired}.")
        else:
            warnings.append(f"Unknown variable {name}: nothing reads it.{_perhaps(name, prefix, known)}")
    return errors, warnings


def closest(name: str, prefix: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` is most likely a slip of, or None.

    Only what follows the prefix is compared: one or two wrong letters, or the same words in another order.
    """
    own = name[len(prefix) + 1 :]
    candidates = []
    for other in sorted(known):
        rest = other[len(prefix) + 1 :]
        distance = 0 if sorted(own.split("_")) == sorted(rest.split("_")) else edit_distance(own, rest)
        if distance <= (2 if min(len(own), len(rest)) > 5 else 1):
            candidates.append((distance, other))
    return min(candidates)[1] if candidates else None


def _perhaps(name: str, prefix: str, known: Iterable[str]) -> str:
    rests = {other[len(prefix) + 1 :]: other for other in known}
    near = difflib.get_close_matches(name[len(prefix) + 1 :], rests, n=1)
    return f" The nearest known name is {rests[near[0]]}." if near else ""


def edit_distance(one: str, two: str) -> int:
    """Return how many letters must be put in, taken out, replaced or swapped with a neighbour to get ``two``."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
