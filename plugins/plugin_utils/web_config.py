# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The web configuration file of Prometheus' programs (TLS, HTTP headers, basic authentication).

Passwords may be given plain: they are hashed here, on the controller, so that no host needs a crypto library.
"""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from .plain import to_yaml

COST = 10
LONGEST_PASSWORD = 72  # bytes: bcrypt ignores what follows
_HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def web_config_text(config: Mapping[str, Any], salt_seed: str) -> str:
    """Return the text of a web configuration file, or '' when nothing is configured.

    ``config`` has upstream's keys (tls_server_config, http_server_config, basic_auth_users). Empty sections are
    left out. A password that is already a bcrypt hash passes through; any other is hashed with a salt that
    depends on ``salt_seed`` and the user's name only, so that the text is the same on each run.
    Raises ValueError (a sentence) when a password cannot be hashed.
    """
    sections = {key: value for key, value in config.items() if value}
    users = sections.get("basic_auth_users")
    if users:
        sections["basic_auth_users"] = {user: hash_password(password, f"{salt_seed}/{user}") for user, password in users.items()}
    return to_yaml(sections) if sections else ""


def is_hash(password: str) -> bool:
    """Tell whether ``password`` is a bcrypt hash already."""
    return _HASH.fullmatch(password) is not None


def hash_password(password: Any, salt_seed: str) -> str:
    """Return the bcrypt hash of ``password``, or ``password`` when it is one. Raises ValueError."""
    text = str(password)
    if is_hash(text):
        return text
    if not text or len(text.encode()) > LONGEST_PASSWORD:
        raise ValueError(
            f"A password in basic_auth_users must have 1 to {LONGEST_PASSWORD} bytes; this one has "
            f"{len(text.encode())}. Choose another, or give its bcrypt hash."
        )
    return _bcrypt(text.encode(), _salt(salt_seed))


def _salt(seed: str) -> str:
    # From public facts only: a salt derived from the password would let guesses be tried without bcrypt's cost.
    digest = hashlib.sha256(f"observability.stack web_config {seed}".encode()).digest()[:16]
    encoded = base64.b64encode(digest).decode().rstrip("=")
    return f"$2b${COST:02d}$" + encoded.translate(str.maketrans(_STANDARD, _BCRYPT))


def _bcrypt(password: bytes, salt: str) -> str:
    try:
        import bcrypt
    except ImportError:
        return _libcrypt(password, salt)
    return bcrypt.hashpw(password, salt.encode()).decode()


def _libcrypt(password: bytes, salt: str) -> str:
    """Hash with the system's libcrypt, which knows bcrypt on most Linux distributions."""
    name = ctypes.util.find_library("crypt")
    hashed = None
    if name:
        crypt = ctypes.CDLL(name).crypt
        crypt.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        crypt.restype = ctypes.c_char_p
        hashed = crypt(password, salt.encode())
    if not hashed or not is_hash(hashed.decode()):
        raise ValueError(
            "A plain password in basic_auth_users has to be hashed by bcrypt, which this controller's Python lacks. "
            "Install it there (pip install bcrypt), or give the hash instead of the password."
        )
    return hashed.decode()
