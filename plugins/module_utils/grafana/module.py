# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a kind to a module: options, one object or ``items``, check mode, diff, result."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..engine.connection import Clients, run_api_module
from ..engine.errors import Failure
from ..engine.kind import Kind, Orders, reconcile
from ..engine.plan import Change, plan_absent, plan_present
from ..engine.resource import MASK
from .api import Grafana, NoOrganization, grafana_options

PAST = {"create": "created", "update": "updated", "delete": "deleted", "nothing": "unchanged"}


def bulk_options(kind: Kind) -> dict[str, dict[str, Any]]:
    """Options of every module besides its kind's own."""
    options: dict[str, dict[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "items": {"type": "list", "elements": "dict"},
        "purge": {"type": "bool", "default": False},
        "scope": {"type": "list", "elements": "str", "default": []},
    }
    if any(one.secret for one in kind.resource.all_fields().values()):
        options["update_secrets"] = {"type": "str", "choices": ["always", "on_create"], "default": "on_create"}
    return options


def run(kind: Kind, options: Mapping[str, Any] | None = None, **rules: Any) -> None:
    """Run the module of a kind.

    :param options: further options of the module; the kind finds them in ``Orders.options``.
    :param rules: what run_api_module takes besides, such as AnsibleModule's own (mutually_exclusive, ...).
    """
    own = kind.resource.argument_spec()
    spec = {**grafana_options(), **bulk_options(kind), **own, **(options or {})}

    def work(params: dict[str, Any], client_for: Clients, check_mode: bool) -> dict[str, Any]:
        wanted = wanted_of(kind, params, client_for)
        blank(kind, params, client_for)
        orders = orders_of(kind, params)
        orders.hidden = client_for.hidden
        changes, objects = carried_out(kind, Grafana.of(params, client_for), wanted, orders)
        return {**result_of(kind, params, changes, objects), "warnings_of_server": orders.warnings}

    run_api_module(spec, work, connection={}, **rules)


def carried_out(kind: Kind, api: Grafana, wanted: list[dict[str, Any]], orders: Orders) -> tuple[list[Change], list[dict[str, Any]]]:
    """(changes, the objects after them). In check mode an organization may be one that an earlier task would make: it is empty then."""
    try:
        api.org()
    except NoOrganization as error:
        if not api.read_only:
            raise
        orders.warnings.append(f"{error} Taken for one that this play makes: nothing is in it.")
        absent = orders.state == "absent"
        changes = [plan_absent(kind.resource, one, None) if absent else plan_present(kind.resource, one, None) for one in wanted]
        return changes, [one.body or {} for one in changes]
    return reconcile(kind, api, wanted, orders)


def wanted_of(kind: Kind, params: Mapping[str, Any], clients: Clients) -> list[dict[str, Any]]:
    """The objects that the parameters describe, checked.

    :raises Failure: when an option is missing, unknown or of the wrong type; with the place of the object in ``items``.
    """
    if params["items"] is None:
        clients.hide(kind.secrets(params))
        single = {name: params[name] for name in kind.resource.all_fields() if params[name] is not None}
        return [required(kind, single, "", params["state"])]
    for given in params["items"]:
        clients.hide(kind.secrets(given))
    validator = ArgumentSpecValidator(kind.resource.argument_spec())
    state = params["state"]
    return [checked(kind, item, f"items, number {number}: ", clients, validator, state) for number, item in enumerate(params["items"], 1)]


def blank(kind: Kind, params: dict[str, Any], clients: Clients) -> None:
    """Take the secrets out of the arguments, which Ansible returns with every result, now that they have been read."""
    places = [params, *(params["items"] or [])]
    names = kind.resource.secret_names()
    taken = [given[name] for given in places for name in names if given.get(name) not in (None, "")]
    for given in places:
        given.update({name: MASK for name in names if given.get(name) not in (None, "")})
    rest = [value for given in places for value in kind.secrets(given)]
    clients.uncover(taken)
    clients.hide(value for value in rest if value != MASK)


def checked(
    kind: Kind, item: dict[str, Any], where: str, clients: Clients, validator: ArgumentSpecValidator, state: str = "present"
) -> dict[str, Any]:
    """An object with its options in their types, and without those that were not given.

    :raises Failure: when an option is missing, unknown or of the wrong type; it begins with ``where``.
    """
    found = validator.validate(item)
    clients.hide(found._no_log_values)  # pylint: disable=protected-access
    if found.error_messages:
        _cover_unknown(kind, item)
        raise Failure(f"{where}{'; '.join(found.error_messages)}")
    given = found.validated_parameters
    return required(kind, {name: given[name] for name in kind.resource.all_fields() if given.get(name) is not None}, where, state)


def _cover_unknown(kind: Kind, item: Any) -> None:
    """What nobody knows may be a secret whose name has a slip; Ansible returns the arguments with the error."""
    for name in set(item) - set(kind.resource.argument_spec()):
        item[name] = MASK


def required(kind: Kind, wanted: dict[str, Any], where: str, state: str) -> dict[str, Any]:
    """The object itself, when it has all that it must have; for one that is to go, whatever names it is enough."""
    if state == "absent" and kind.resource.identity_of(wanted):
        return wanted
    missing = [one.name for one in kind.resource.fields_of(wanted) if one.required and wanted.get(one.name) is None]
    if missing:
        raise Failure(f"{where}the {kind.resource.words} needs {', '.join(missing)}.")
    return wanted


def orders_of(kind: Kind, params: Mapping[str, Any]) -> Orders:
    """How the user wants it done."""
    if params["purge"] and params["items"] is None:
        raise Failure("purge needs items: without them it would remove everything but one.")
    if params["purge"] and not params["scope"]:
        raise Failure("purge needs a scope: patterns for the names of what may be removed, such as ['team-a *'].")
    return Orders(
        state=params["state"],
        update_secrets=params.get("update_secrets", "on_create"),
        purge=params["purge"],
        may_go=lambda found: in_scope(kind, found, params["scope"]),
        options=params,
    )


def in_scope(kind: Kind, found: Mapping[str, Any], patterns: list[str]) -> bool:
    """Whether one of an object's names is matched by one of the patterns."""
    names = [str(found[name]) for identity in kind.resource.identities for name in identity if found.get(name) is not None]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def result_of(kind: Kind, params: Mapping[str, Any], changes: list[Change], objects: list[dict[str, Any]]) -> dict[str, Any]:
    """What the module returns."""
    diff = diff_of(changes)
    done: dict[str, Any] = {"changed": any(one.writes for one in changes), "diff": diff}
    if params["items"] is None:
        done["diff"] = diff[0] if diff else {}
        done.update(action=PAST[changes[0].action], **{kind.resource.result: kind.shown(objects[0])})
        return {**done, **kind.told(changes[0], objects[0])}
    done["results"] = [
        {"action": PAST[change.action], "object": change.label, "reasons": change.reasons, kind.resource.result: kind.shown(found)}
        for change, found in zip(changes, objects)
    ]
    return done


def diff_of(changes: list[Change]) -> list[dict[str, Any]]:
    """The differences in the form that Ansible shows."""
    return [
        {"before_header": one.label, "after_header": one.label, "before": one.before or {}, "after": one.after or {}} for one in changes if one.writes
    ]
