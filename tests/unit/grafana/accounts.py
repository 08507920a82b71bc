# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tests of users, teams and organisations ask and prepare by hand, past the modules."""

from __future__ import annotations

from typing import Any

import requests

ADMIN = ("admin", "admin")


def call(grafana, verb: str, path: str, body: Any = None, auth: Any = ADMIN, **headers: str) -> Any:
    """Send a request as the administrator and return the parsed answer, which must be a good one."""
    answer = requests.request(verb, grafana.url + path, json=body, auth=auth, headers=headers, timeout=5)
    assert answer.status_code < 300, (verb, path, answer.status_code, answer.text)
    return answer.json() if answer.content else None


def make_user(grafana, login: str, email: str = "", password: str = "their-password") -> int:
    """Make a user and return the number."""
    return call(grafana, "POST", "/api/admin/users", {"login": login, "email": email or f"{login}@example.com", "password": password})["id"]


def make_token(grafana, role: str = "Admin") -> str:
    """Make a service account with a token and return the token."""
    account = call(grafana, "POST", "/api/serviceaccounts", {"name": f"account for {role}", "role": role})
    return call(grafana, "POST", f"/api/serviceaccounts/{account['id']}/tokens", {"name": f"token for {role}"})["key"]


def writes(grafana) -> list[tuple[str, str]]:
    """The requests that wrote, since the list of requests was emptied."""
    return [one for one in grafana.requests if one[0] != "GET"]
