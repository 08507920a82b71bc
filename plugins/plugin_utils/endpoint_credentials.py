# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""By which name and password a service's neighbours log in, from what the inventory says about its users.

An endpoint record is shown, compared and written to plain files, so it only says where a password is kept; whoever has
to log in looks the password up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .plain import plain_value
from .shared_variables import SHARED_PREFIX
from .web_config import is_hash

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Credential:
    """A name and a password; ``source`` is the variable that holds the password."""

    user: str
    password: str = field(repr=False)
    source: str


# Looks a credential up: (service, host) to what logs in there.
Find = Callable[[str, str], Credential | None]


def web_setting(service: str, values: Variables, section: str) -> dict[str, Any]:
    """Return a section of a service's web configuration (tls_server_config, basic_auth_users ...) or an empty mapping.

    ``<service>_web_config`` is the whole; without it there is a variable for each section.
    """
    whole = f"{service}_web_config"
    return _mapping(_mapping(plain_value(values, whole)).get(section) if whole in values else plain_value(values, f"{service}_{section}"))


def credential(service: str, values: Variables) -> Credential | None:
    """Return how to log in to ``service`` on the host with these variables; None when it is not known, or not needed.

    The user is the one that ``<service>_endpoint`` names, else observability_scrape_username, else the first whose
    password is known.
    """
    users = {str(name): str(password) for name, password in web_setting(service, values, "basic_auth_users").items()}
    source = f"{service}_web_config" if f"{service}_web_config" in values else f"{service}_basic_auth_users"
    scrape_user, scrape_password = (str(plain_value(values, f"{SHARED_PREFIX}_scrape_{name}") or "") for name in ("username", "password"))
    named = _mapping(plain_value(values, f"{service}_endpoint")).get("auth_user")
    wanted = [str(named)] if named else [name for name in (scrape_user, *users) if name in users]
    for name in wanted:
        if name in users and not is_hash(users[name]):
            return Credential(name, users[name], source)
        if name == scrape_user and scrape_password:
            return Credential(name, scrape_password, f"{SHARED_PREFIX}_scrape_password")
    return None


def _mapping(value: Any) -> dict[str, Any]:
    # Something else is a mistake which the role's argument specification tells of.
    return value if isinstance(value, dict) else {}
