# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What we made on this host, and how far the last run came: one JSON file for each unit.

``committed`` is the generation that was proven. ``pending`` exists only while a run works; whoever finds it knows that the run
was interrupted, and by its phase what remains to be done:

- stage: nothing was swapped; what was staged is removed
- swap: ``current`` leads to the old generation or to the new one (``to``)
- activate: it leads to the new one, and the service is owed ``action``
- rollback: it is on its way back to ``from``, and the service is owed ``action``
- clean: the new one is proven; only what an undo would have needed is left
"""
from __future__ import annotations

import json
import os

from .errors import ServiceError
from .fs import NEW, remove, remove_empty, write_file

FORMAT = 1


def load(path: str) -> dict | None:
    """Return the manifest, None when this unit is not ours.

    :raises ServiceError: for a manifest of a later format or a damaged one.
    """
    try:
        with open(path, encoding="utf-8") as handle:
            found = json.load(handle)
    except FileNotFoundError:
        return None
    except ValueError as exc:
        raise ServiceError("The manifest %s is damaged: %s." % (path, exc),
                           "Restore it from a backup, or remove it to let the next run adopt what it finds.") from exc
    if found.get("format") != FORMAT:
        raise ServiceError("The manifest %s has format %s; this release knows format %d." % (path, found.get("format"), FORMAT),
                           "Use the release of the collection that wrote it, or a newer one.")
    return {**new(found.get("name"), found.get("config_dir"), found.get("releases")), **found}


def new(name: str, config_dir: str, releases: str) -> dict:
    """Return an empty manifest."""
    return {"format": FORMAT, "name": name, "config_dir": config_dir, "releases": releases, "committed": None, "pending": None,
            "user": None, "group": None, "directories": [], "links": [], "unit": None, "package": None,
            "described": [], "data_paths": [], "account": {}, "steps": {}}


def save(path: str, content: dict) -> None:
    """Write the manifest so that a crash leaves the old or the new one."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    write_file(path, json.dumps(content, indent=1, sort_keys=True).encode() + b"\n", 0o600)


def drop(path: str) -> None:
    """Remove the manifest, and its directories when they are empty."""
    remove(path)
    remove(path + NEW)
    for parent in (os.path.dirname(path), os.path.dirname(os.path.dirname(path))):
        remove_empty(parent)


def referenced_releases(path: str) -> set:
    """Return every release directory that some generation of some unit on this host links to.

    :param path: the manifest of any unit; its neighbours are read.
    """
    found = set()
    folder = os.path.dirname(path)
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        other = load(os.path.join(folder, name)) if name.endswith(".json") else None
        generations = os.path.join(other["config_dir"], "generations") if other else ""
        for number in os.listdir(generations) if os.path.isdir(generations) else []:
            link = os.path.join(generations, number, "release")
            if os.path.islink(link):
                found.add(os.readlink(link))
    return found
