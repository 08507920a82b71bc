# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking over what another tool installed at the same paths: it becomes generation 0, and keeps running.

Nothing is stopped here. Files are copied into the generation first; only then links take the places of the originals, so that
each path has the same content at every moment. Every step may be done twice: an interrupted adoption is recognised by a
current generation 0 that the manifest does not know as proven yet, and is finished by the next run.
"""
from __future__ import annotations

import json
import os
import re
import subprocess

from . import fs, generation, manifest
from .layout import DROPIN_NAME, Layout
from .look import base_unit, public_links, text_of
from .systemd import Unit
from .validate import become

ASIDE = ".adopted"


def adopt(desired: dict, layout: Layout, known: dict, point) -> None:
    """Make generation 0 of what is there, and let every public path lead through it.

    :param known: the manifest, already on the disk.
    :param point: called with a name between the steps.
    """
    links = public_links(desired, layout)
    _finish_directories(links)
    found = [path for path in links if os.path.lexists(path) and not os.path.islink(path)]
    programs = os.path.join(layout.releases, "adopted")
    if generation.current_number(layout) != 0:
        _make_generation(layout, found, programs)
        fs.replace_link(layout.current, os.path.join("generations", "0"))
    point("adopted-tree")
    for path in found:
        _replace(path, links[path])
    point("adopted-files")
    _take_unit(layout, known)
    point("adopted-unit")
    known["committed"] = 0
    if known["pending"]:
        known["pending"]["from"] = 0
    manifest.save(layout.manifest, known)


def _finish_directories(links: dict) -> None:
    """Finish what an interrupted run began with a directory (see _replace)."""
    for path, text in links.items():
        if os.path.isdir(path + ASIDE) and not os.path.lexists(path):
            fs.replace_link(path, text)
        fs.remove(path + ASIDE)


def _take_unit(layout: Layout, known: dict) -> None:
    """Let the unit be ours; its body is the drop-in in generation 0 by now."""
    if os.path.isfile(os.path.join(layout.unit_tree, DROPIN_NAME)):
        fs.replace_link(layout.dropin_link, layout.unit_tree)
        fs.write_file(layout.unit, base_unit(layout).encode())
        known["unit"] = layout.unit
        Unit(layout.name).daemon_reload()


def _make_generation(layout: Layout, found: list, programs: str) -> None:
    os.makedirs(layout.generations, mode=0o755, exist_ok=True)
    work = os.path.join(layout.generations, generation.STAGING + "adopted")
    fs.remove(work)
    fs.remove(layout.generation(0))
    for folder in (work, os.path.join(work, "config"), os.path.join(work, "unit.d")):
        os.mkdir(folder, 0o755)
    os.makedirs(programs, mode=0o755, exist_ok=True)
    for path in found:
        inside = os.path.relpath(path, layout.config_dir)
        target = os.path.join(programs, os.path.basename(path)) if inside.startswith("..") else os.path.join(work, "config", inside)
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        fs.remove(target)
        fs.copy_tree(path, target)
    if os.path.isfile(layout.unit):
        fs.write_file(os.path.join(work, "unit.d", DROPIN_NAME), _body(layout.unit).encode())
    os.symlink(programs, os.path.join(work, "release"))
    record = {"format": 1, "version": _version(layout.unit), "files": []}
    fs.write_file(os.path.join(work, generation.RECORD), json.dumps(record).encode(), 0o600)
    fs.sync_tree(work)
    generation.place(layout, work, 0)


def _version(unit_path: str) -> str:
    """Return what the program of a unit says about its version, ``adopted`` when that cannot be told.

    It decides whether that program may run again on data that a newer one has written.
    """
    found = re.search(r"^ExecStart=([^\s\\]+)", text_of(unit_path), re.MULTILINE)
    if not found or not os.path.isfile(found.group(1)):
        return "adopted"
    try:
        done = subprocess.run([found.group(1), "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=10, check=False, cwd="/", preexec_fn=become("nobody"))
    except (OSError, subprocess.SubprocessError):
        return "adopted"
    said = re.search(r"\bversion v?(\d[\w.+-]*)", done.stdout.decode("utf-8", "replace"))
    return said.group(1) if said and not done.returncode else "adopted"


def _body(unit_path: str) -> str:
    """Return a unit's text without its [Install] section, which drop-ins cannot have."""
    lines, keep = [], True
    with open(unit_path, encoding="utf-8") as handle:
        for line in handle:
            if line.startswith("["):
                keep = line.strip() != "[Install]"
            if keep:
                lines.append(line)
    return "".join(lines)


def _replace(path: str, text: str) -> None:
    if not os.path.isdir(path):
        fs.replace_link(path, text)
        return
    aside = path + ASIDE
    fs.remove(aside)
    os.rename(path, aside)
    fs.replace_link(path, text)
    fs.remove(aside)
