# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is there: everything the plan needs to know of the host, read and never written."""
from __future__ import annotations

import os
import stat

from . import accounts, generation, manifest, release, steps
from .layout import Layout
from .package import installed_version
from .systemd import Unit

UNIT_TEXT = """\
# {name} belongs to observability.stack. Its body is the drop-in {dropin}/,
# a link into the current generation. Your own changes: systemctl edit {name}.
[Unit]
Description={name}

[Install]
WantedBy=multi-user.target
"""


def base_unit(layout: Layout) -> str:
    """Return the constant base unit; all that varies comes from the generation's drop-in."""
    return UNIT_TEXT.format(name=layout.name, dropin=layout.dropin_link)


def public_links(desired: dict, layout: Layout) -> dict:
    """Return {path: link text} of every name under which people find the service's files.

    A file below one of the service's persistent directories (file_sd) gets a link of its own; everything else is reached
    through a link for its first path component.
    """
    persistent = [one["path"].rstrip("/") + "/" for one in desired["directories"]]
    links = {}
    for one in desired["files"]:
        if not one["path"].startswith("config/"):
            continue
        path = one["path"][len("config/"):]
        public = layout.public(path)
        if not any(public.startswith(folder) for folder in persistent if folder.startswith(layout.config_dir + "/")):
            path = path.split("/", 1)[0]
            public = layout.public(path)
        links[public] = os.path.relpath(os.path.join(layout.current, "config", path), os.path.dirname(public))
    for public, program in desired["links"].items():
        links[public] = os.path.join(layout.current, "release", program)
    return links


def look(desired: dict, layout: Layout) -> dict:
    """Return the facts about one service on this host."""
    known = manifest.load(layout.manifest)
    number = generation.current_number(layout)
    path = layout.generation(number) if number is not None else None
    show = Unit(layout.name).show()
    links = _our_links(desired, layout)
    return {
        "manifest": known,
        "current": number,
        "record": generation.read_record(layout, number),
        "tree": generation.tree_files(path) if path else _foreign_tree(links, layout),
        "release_link": _link(os.path.join(path, "release")) if path else None,
        "release": _release(desired, layout),
        "missing_user": desired["user"] if not accounts.user_exists(desired["user"]) else None,
        "missing_group": desired["group"] if not accounts.group_exists(desired["group"]) else None,
        "missing_groups": accounts.missing_groups(desired["user"], desired["groups"]),
        "directories": [one for one in desired["directories"] if _differs(one)],
        "wanted_links": sorted(links),
        "links": {place: text for place, text in links.items() if _link(place) != text},
        "stale_links": [place for place in (known or {}).get("links", ()) if place not in links and os.path.islink(place)],
        "strays": [place for place in links if os.path.lexists(place) and not os.path.islink(place)],
        "foreign_unit": (known or {}).get("committed") is None and text_of(layout.unit) != base_unit(layout) and (
            os.path.isfile(layout.unit) and not os.path.islink(layout.unit)),
        "unit_file": desired["install_method"] == "package" or text_of(layout.unit) == base_unit(layout),
        "steps": steps.due(desired, known),
        "dropin": _link(layout.dropin_link) == layout.unit_tree,
        "show": show,
        "exe": _exe(int(show.get("MainPID") or 0)),
    }


def _foreign_tree(links: dict, layout: Layout) -> dict:
    """Return what lies at our public paths although we never were here: the same mapping as a generation's tree."""
    found = {}
    for place in links:
        inside = os.path.relpath(place, layout.config_dir)
        if os.path.lexists(place) and not os.path.islink(place) and not inside.startswith(".."):
            found.update(generation.files_below(place, os.path.join("config", inside)))
    if os.path.isfile(layout.unit) and not os.path.islink(layout.unit):
        found.update(generation.files_below(layout.unit, generation.UNIT_FILE))
    return found


def _our_links(desired: dict, layout: Layout) -> dict:
    """Return the wanted links. A distribution's package keeps its own configuration files where they are."""
    links = public_links(desired, layout)
    if desired["install_method"] != "package":
        return links
    return {place: text for place, text in links.items() if os.path.islink(place) or not os.path.lexists(place)}


def _release(desired: dict, layout: Layout) -> str | None:
    if desired["install_method"] == "package":
        version = installed_version(desired["package"]["name"])
        return desired["package"]["bin_dir"] if version else None
    return release.find(layout.releases, desired["release"]["version"], desired["archives"])


def _differs(one: dict) -> bool:
    try:
        info = os.stat(one["path"])
    except OSError:
        return True
    if not stat.S_ISDIR(info.st_mode):
        return True
    had = ("%04o" % stat.S_IMODE(info.st_mode), generation._user(info.st_uid), generation._group(info.st_gid))
    return had != (one["mode"], one["owner"], one["group"])


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None


def text_of(path: str) -> str:
    """Return a file's text, empty when it cannot be read."""
    try:
        with open(path, encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""


def _exe(pid: int) -> str:
    return (_link("/proc/%d/exe" % pid) or "") if pid else ""
