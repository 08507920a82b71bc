# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a data source's secrets are the wanted ones, although Grafana never tells them.

Beside the data source stands a mark for each secret: a keyed hash, made with a key that only the user has. Whoever reads the mark
learns nothing: without the key not even whether two data sources share a secret, since each mark has a salt of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any, Mapping

from ..engine.errors import Failure

MARKS = "observabilityStackSecrets"
SHORTEST_KEY = 16


def checked_key(key: str | None) -> str:
    """The key, when it is one.

    :raises Failure: when it is so short that a mark could be undone by trying.
    """
    if key and len(key) < SHORTEST_KEY:
        raise Failure(
            f"secrets_key has {len(key)} characters. It needs at least {SHORTEST_KEY}, best random ones: everyone who sees a data source sees the marks."
        )
    return key or ""


def mark_of(key: str, name: str, value: str, salt: str = "") -> str:
    """The mark of a secret; with a new salt unless one is given."""
    salt = salt or os.urandom(8).hex()
    text = "\0".join([salt, name, value]).encode("utf-8")
    return f"{salt}:{hmac.new(key.encode('utf-8'), text, hashlib.sha256).hexdigest()}"


def is_marked(mark: Any, key: str, name: str, value: str) -> bool:
    """Whether a mark is that of this secret."""
    salt = str(mark or "").partition(":")[0]
    return bool(salt) and hmac.compare_digest(str(mark), mark_of(key, name, value, salt))


def marks_on(found: Mapping[str, Any] | None) -> dict[str, str]:
    """The marks that a data source carries."""
    marks = ((found or {}).get("jsonData") or {}).get(MARKS)
    return dict(marks) if isinstance(marks, dict) else {}


def differing(values: Mapping[str, str], found: Mapping[str, Any], key: str) -> dict[str, str]:
    """{name of a secret: what will happen to it} for all that are known not to be as wanted.

    :param values: wanted secrets; an empty text means that there is to be none.
    """
    there, marks = found.get("secureJsonFields") or {}, marks_on(found)
    result = {}
    for name, value in values.items():
        if value == "":
            result.update({name: "removed"} if there.get(name) else {})
        elif not there.get(name):
            result[name] = "added"
        elif key and not is_marked(marks.get(name), key, name, value):
            result[name] = "changed"
    if key:
        result.update({name: "removed" for name in marks if name not in values and there.get(name)})
    return result


def new_marks(values: Mapping[str, str], found: Mapping[str, Any] | None, key: str) -> dict[str, str]:
    """The marks after ``values`` were sent. Without a key none can be made, and those of secrets that were sent no longer hold."""
    old = marks_on(found)
    kept = {name: mark for name, mark in old.items() if name not in values and not key}
    for name, value in values.items():
        if key and value != "":
            kept[name] = old[name] if is_marked(old.get(name), key, name, value) else mark_of(key, name, value)
    return kept
