# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The first start: the main organisation and its administrator, then what the provisioning directory holds."""

from __future__ import annotations

from typing import Any

from . import marks, provisioning

FACTORY_ROUTE = {"receiver": "grafana-default-email", "group_by": ["grafana_folder", "alertname"]}
FACTORY_RECEIVER = {
    "uid": "", "group": "grafana-default-email", "name": "email receiver", "type": "email",
    "settings": {"addresses": "<example@email.com>"}, "disable": False, "provenance": "",
}  # fmt: skip


def prepare(app: Any) -> None:
    """Make what an empty store lacks, and read the provisioning directory."""
    if not app.store.table("orgs"):
        new_org(app, "Main Org.")
        admin = new_user(app, app.settings.admin_user, "admin@localhost", "", app.settings.admin_password, True)
        app.store.table("members", 1).put(admin["id"], {"role": "Admin"})
    provisioning.start(app)
    app.store.commit()


def new_org(app: Any, name: str) -> int:
    """Make an organisation and return its number."""
    number: int = app.store.next("orgs")
    app.store.table("orgs").put(number, {"id": number, "name": name, "address": {}})
    app.store.table("receivers", number).put("", FACTORY_RECEIVER)
    app.store.table("alerting", number).put("policy", {"route": FACTORY_ROUTE, "provenance": ""})
    return number


def new_user(app: Any, login: str, email: str, name: str, password: str, admin: bool = False, org: int = 1) -> dict[str, Any]:
    """Make a user and return it."""
    number, now = app.store.next("users"), app.clock.now()
    user = {
        "id": number, "uid": marks.short_uid(), "login": login or email, "email": email, "name": name,
        "password": marks.secret_hash(password), "is_admin": admin, "disabled": False, "theme": "", "org": org,
        "created": now, "updated": now, "seen": now - 10 * 365.25 * 86400,
    }  # fmt: skip
    return app.store.table("users").put(number, user)
