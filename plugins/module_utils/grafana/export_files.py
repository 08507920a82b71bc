# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A directory that is made to hold an export: files of an earlier export that are no longer part of it go, all others stay."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from typing import Any, Mapping

from ..engine.errors import Failure

LIST = ".grafana-export.json"  # which files an export wrote, so that the next one knows what it may remove


@dataclass
class Written:
    """What was, or in check mode would be, done to the directory; paths are relative to it."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    diff: list[dict[str, Any]] = field(default_factory=list)


def write_all(root: str, files: Mapping[str, str], pretend: bool) -> Written:
    """Make the directory hold these files.

    :raises Failure: when something else stands in the way, or the disk refuses.
    """
    done = Written()
    try:
        for path, text in sorted(files.items()):
            old = content_of(os.path.join(root, path))
            if old != text:
                done.written.append(path)
                done.diff.append(difference(path, old or "", text))
                if not pretend:
                    write(os.path.join(root, path), text)
        stale = [path for path in listed(root) if path not in files]
        for path in stale:
            old = content_of(os.path.join(root, path))
            if old is not None:
                done.removed.append(path)
                done.diff.append(difference(path, old, ""))
                if not pretend:
                    remove(root, path)
        names = json.dumps(sorted(files), indent=1, ensure_ascii=True) + "\n"
        if not pretend and content_of(os.path.join(root, LIST)) != names:
            write(os.path.join(root, LIST), names)
    except OSError as error:
        raise Failure(f"{error.filename or root} cannot be written: {error.strerror}.") from None
    return done


def difference(path: str, before: str, after: str) -> dict[str, Any]:
    """One file in the form in which Ansible shows differences."""
    return {"before_header": path, "after_header": path, "before": before, "after": after}


def content_of(path: str) -> str | None:
    """The text of a file; None when there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""


def listed(root: str) -> list[str]:
    """The files of the last export; nothing outside the directory, whatever the list says."""
    try:
        paths = json.loads(content_of(os.path.join(root, LIST)) or "[]")
    except ValueError:
        return []
    plain = [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
    return [path for path in plain if not os.path.isabs(path) and ".." not in path.split("/")]


def write(path: str, text: str) -> None:
    """Put a text into a file in one step, so that nobody finds half of it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    beside = f"{path[: -len(os.path.basename(path))]}.{os.getpid()}.new"
    with open(beside, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.replace(beside, path)


def remove(root: str, path: str) -> None:
    """Remove a file, and the directories that are empty without it."""
    os.remove(os.path.join(root, path))
    directory = os.path.dirname(path)
    with contextlib.suppress(OSError):
        while directory:
            os.rmdir(os.path.join(root, directory))
            directory = os.path.dirname(directory)
