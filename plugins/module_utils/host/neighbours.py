# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Other units of ours on the same host: what one made and another needs must outlive the first."""
from __future__ import annotations

import os

from . import manifest
from .errors import ServiceError
from .layout import DROPIN_DIR, RUN_ROOT
from .lock import held


def others(path: str) -> list:
    """Return the manifests of the other units.

    :param path: our own manifest.
    """
    folder, own = os.path.split(path)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    found = [manifest.load(os.path.join(folder, name)) for name in names if name.endswith(".json") and name != own]
    return [one for one in found if one]


def places(other: dict) -> list:
    """Return the directories that a unit needs."""
    return [other["config_dir"], DROPIN_DIR, *other.get("described", ()), *other.get("data_paths", ())]


def needs(other: dict, path: str) -> bool:
    """Tell whether a unit needs a directory, or one below it."""
    return any(place == path or place.startswith(path.rstrip("/") + "/") for place in places(other))


def user_of(path: str, kind: str, name: str | None) -> dict | None:
    """Return the manifest of another unit that runs with this account.

    :param kind: ``user`` or ``group``.
    """
    return next((one for one in others(path) if name and one.get("account", {}).get(kind) == name), None)


def hand_over(path: str, known: dict) -> None:
    """Write into another unit's manifest what we made and it needs, so that its own removal takes it away.

    A unit that is being worked on right now is passed over: then something empty is left behind, and nothing breaks.
    """
    for other in others(path):
        lock = os.path.join(RUN_ROOT, other["name"] + ".lock")
        try:
            with held(lock, timeout=0.0):
                _give(os.path.join(os.path.dirname(path), other["name"] + ".json"), known)
        except ServiceError:
            continue


def _give(path: str, known: dict) -> None:
    other = manifest.load(path)
    if other is None:
        return
    given = [one for one in known["directories"] if needs(other, one)]
    changed = dict(other, directories=sorted({*other["directories"], *given}))
    for kind in ("user", "group"):
        if known[kind] and other.get("account", {}).get(kind) == known[kind]:
            changed[kind] = known[kind]
    if changed != other:
        manifest.save(path, changed)
