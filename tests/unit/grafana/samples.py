# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values for every option of every row, made from the row.

A new kind needs nothing here unless its options want a form of their own (SAMPLES), or its API takes an object otherwise than it tells
it (OTHERWISE).
"""

from __future__ import annotations

import dataclasses

SECRET = "s3cr3t-value"
# (kind, option): two values that differ.
SAMPLES: dict = {}
# Kinds whose values travel in several requests, or in another form than the API tells them in; the tests of their modules prove that
# they arrive. Here their rows count without `prepare`.
OTHERWISE = {"team", "user", "organization", "service_account"}


def plain(row):
    """Return a row whose objects are told as they are sent."""
    return dataclasses.replace(row, prepare=lambda body, _wanted, _found: body) if row.kind in OTHERWISE else row


def sample(kind, one, number):
    """Return a value for a field; another number gives another value."""
    if (kind, one.name) in SAMPLES:
        return SAMPLES[kind, one.name][number % 2]
    if one.secret:
        return {"key": f"{SECRET}-{number}"} if one.type == "dict" else [f"{SECRET}-{number}"] if one.type == "list" else f"{SECRET}-{number}"
    if one.choices:
        return one.choices[number % len(one.choices)]
    if one.type == "list":
        return rows(one, number)
    return scalar(one.type, one.options, f"{one.name} {number}", number)


def rows(one, number):
    """Return two rows, whose order is another than the sorted one."""
    made = [scalar(one.elements, one.options, f"{one.name} z{number}", number), scalar(one.elements, one.options, f"{one.name} a{number}", number)]
    if one.keyed_by:
        made = [{**row, one.keyed_by: f"{key}{number}"} for key, row in zip("za", made, strict=True)]
    return made


def scalar(kind, options, text, number):
    """Return a value of a type of Ansible's."""
    if kind == "dict":
        inside = {name: scalar(row.get("type", "str"), row.get("options"), name, number) for name, row in (options or {}).items() if not row.get("choices")}
        return inside or {"key": text, "inner": {"number": number}}
    made = {"bool": number % 2 == 0, "int": number + 1, "float": number + 1.5, "list": [text], "raw": text, "json": f'{{"key": "{text}"}}'}
    return made.get(kind, f"{text} ü")


def wanted(row, variant, number):
    """Return an object with a value for every option that stands somewhere."""
    given = {row.variant_by: variant} if variant else {}
    return {**{one.name: sample(row.kind, one, number) for one in row.fields_of(given)}, **given}
