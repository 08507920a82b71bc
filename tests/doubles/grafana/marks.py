# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Identifiers, times and slugs in upstream's forms."""

from __future__ import annotations

import hashlib
import random
import re
import time
import uuid
from datetime import UTC, datetime

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
ALNUM = LETTERS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NEVER = "0001-01-01T00:00:00Z"

_random = random.Random()


class Clock:
    """The server's time. Tests move it forward instead of waiting."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += seconds


def stamp(seconds: float) -> str:
    """Return a time in whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fine_stamp(seconds: float) -> str:
    """Return a time with nanoseconds, as fresh objects have it before they were read back."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def milli_stamp(seconds: float) -> str:
    """Return a time in milliseconds, as the Alertmanager's API has it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(seconds * 1000) % 1000:03}Z"


def seconds_of(text: str) -> float:
    """Return the seconds since 1970 of a time in RFC 3339; ValueError when it is none."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def pick(alphabet: str, length: int) -> str:
    """Return random letters."""
    return "".join(_random.choices(alphabet, k=length))


def short_uid() -> str:
    """Return a generated identifier such as cg4xlqcssd0jkb."""
    return pick("abcdef", 1) + "g4" + pick(LETTERS, 11)


def object_uid() -> str:
    """Return the metadata.uid of an object of the app platform."""
    return pick(ALNUM, 43) + "X"


def stable_uid(*parts: str) -> str:
    """Return a metadata.uid that is always the same for the same object."""
    digest = hashlib.sha512("/".join(parts).encode()).digest()
    return "".join(ALNUM[byte % len(ALNUM)] for byte in digest[:43]) + "X"


def random_uuid() -> str:
    """Return a UUID."""
    return str(uuid.uuid4())


def fingerprint(text: str) -> str:
    """Return the version of a provisioned object: equal contents have equal ones."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def secret_hash(text: str) -> str:
    """Return what is stored in place of a password or a token."""
    return hashlib.sha256(b"grafana double:" + text.encode()).hexdigest()


def slug(title: str) -> str:
    """Return the title as it stands in addresses."""
    return re.sub(r"[^a-z0-9_]+", "-", title.lower().strip()).strip("-")


def legal_uid(text: str) -> bool:
    """Tell whether upstream takes a text as an identifier."""
    return re.fullmatch(r"[a-zA-Z0-9\-_]*", text) is not None
