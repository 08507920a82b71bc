# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""alertmanager.yml from the role's settings."""

from __future__ import annotations

from .alertmanager_routes import NOBODY, named_receivers, routes_by_label
from .merge import deep_merge
from .plain import plain

VERIFY_RECEIVER = "observability-verify"

ROOT_ROUTE = {"group_by": ["alertname"], "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}

#: Of one alert on one instance only the worst severity notifies.
INHIBIT_DEFAULTS = [
    {
        "source_matchers": ['severity="critical"'],
        "target_matchers": ['severity=~"warning|info"'],
        "equal": ["alertname", "instance"],
    },
    {
        "source_matchers": ['severity="warning"'],
        "target_matchers": ['severity="info"'],
        "equal": ["alertname", "instance"],
    },
]

NO_RECEIVER_HINT = (
    "alertmanager_receivers is empty: alerts are shown on Alertmanager's page and sent to nobody. "
    "Give at least one receiver, such as [{name: ops, email_configs: [{to: ops@example.org}]}]."
)


def build(settings: dict) -> dict:
    """Return the configuration as upstream's keys.

    *settings*: global, receivers, route, routes_by, default_receiver, inhibit_rules, inhibit_defaults,
    time_intervals, templates (paths), verify_port (0: no verify receiver), extra.
    Raises ValueError (a sentence) for a route to a receiver that is not there.
    """
    given = plain(settings)
    receivers = list(given["receivers"])
    route = _root(given, receivers)
    by_label = routes_by_label(given["routes_by"])
    route["routes"] = list(route.get("routes") or []) + by_label
    _check_receivers(route, receivers)
    verify_port = int(given["verify_port"])  # core 2.16 hands over numbers as text
    if verify_port:
        # First, so that no other route can take the test alert away; it reaches this receiver only.
        route["routes"].insert(0, _verify_route())
        receivers.append(_verify_receiver(verify_port))
    if not route["routes"]:
        del route["routes"]
    config = {
        "global": _global(given["global"]),
        "templates": given["templates"],
        "route": route,
        "receivers": receivers,
        "inhibit_rules": given["inhibit_rules"] + (INHIBIT_DEFAULTS if given["inhibit_defaults"] else []),
        "time_intervals": given["time_intervals"],
    }
    return deep_merge({key: value for key, value in config.items() if value}, given["extra"])


def _root(given: dict, receivers: list) -> dict:
    """Return the root of the routes: the user's as it is, else ours; it always has a receiver."""
    fallback = given["default_receiver"] or (receivers[0]["name"] if receivers else NOBODY)
    return {"receiver": fallback, **(given["route"] or ROOT_ROUTE)}


def _check_receivers(route: dict, receivers: list) -> None:
    """Add the receiver `nobody` when it is wanted; refuse other names that nobody defined."""
    known = [receiver.get("name") for receiver in receivers]
    for name in named_receivers(route):
        if name in known:
            continue
        if name != NOBODY:
            raise ValueError(
                "Alertmanager: a route names the receiver %r, which alertmanager_receivers does not have. It has: %s. "
                "(The receiver %r, which tells nobody, is always there.)" % (name, ", ".join(str(one) for one in known) or "none", NOBODY)
            )
        receivers.append({"name": NOBODY})
        known.append(NOBODY)


def _verify_route() -> dict:
    return {
        "receiver": VERIFY_RECEIVER,
        "matchers": ['observability_verify="true"'],
        "group_by": ["alertname", "run"],
        "group_wait": "1s",
        "group_interval": "5s",
        "repeat_interval": "1h",
    }


def _verify_receiver(port: int) -> dict:
    # http_config of its own: a global proxy must not stand between Alertmanager and this host.
    webhook = {
        "url": "http://127.0.0.1:%d/" % port,
        "send_resolved": True,
        "http_config": {"follow_redirects": False},
    }
    return {"name": VERIFY_RECEIVER, "webhook_configs": [webhook]}


def _global(values: dict) -> dict:
    """Return the section `global`: what is empty left out, smtp's keys prefixed, its texts of truth made booleans."""
    result = {key: value for key, value in values.items() if key not in ("smtp", "more") and value not in ("", None, {})}
    for key, value in (values.get("smtp") or {}).items():
        truth = {"true": True, "false": False}.get(str(value).lower())
        result["smtp_%s" % key] = truth if key in ("require_tls", "force_implicit_tls") and truth is not None else value
    return {**result, **(values.get("more") or {})}
