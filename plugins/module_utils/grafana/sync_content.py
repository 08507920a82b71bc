# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sync is to bring about: objects of many kinds, from a directory tree and from variables, each with the place that says so."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

from ansible.module_utils.common.yaml import HAS_YAML, yaml_load

from ..engine.errors import Failure
from .order import plural
from .registry import KINDS

DASHBOARDS, FOLDER_FILE = "dashboards", "_folder.yml"
ENDINGS = (".yml", ".yaml", ".json")
NAMES = {word: name for name in KINDS for word in (plural(name), name)}


@dataclass
class Entry:
    """One object that is wanted.

    :ivar source: the file, or the variable, that describes it.
    :ivar directory: for what stands in the tree of dashboards: the directory, whose folder it belongs to.
    :ivar missing: names of secrets that it needs and nobody gave.
    """

    kind: str
    wanted: dict[str, Any]
    source: str
    directory: str | None = None
    missing: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What people call the object."""
        return KINDS[self.kind].resource.label({**self.named_inside, **self.wanted})

    @property
    def named_inside(self) -> dict[str, Any]:
        """The names that stand in a document and not beside it."""
        model = self.wanted.get("dashboard")
        if not isinstance(model, dict):
            return {}
        inner = {"uid": (model.get("metadata") or {}).get("name"), **(model.get("spec") or {})} if "apiVersion" in model else model
        return {name: inner[name] for name in ("uid", "title") if inner.get(name)}


def entries_of(src: str | None, content: Mapping[str, Any]) -> list[Entry]:
    """All objects that a directory and variables describe.

    :raises Failure: when something cannot be read, or is of no kind.
    """
    return [*(from_directory(src) if src else ()), *from_variables(content)]


def from_variables(content: Mapping[str, Any], source: str = "content") -> Iterator[Entry]:
    """The objects of a mapping from kinds to lists.

    :raises Failure: when a kind is unknown, or something is no list of mappings.
    """
    for word, objects in content.items():
        kind = kind_called(str(word), source)
        for number, one in enumerate(rows(objects or [], f"{source}.{word}"), 1):
            yield Entry(kind, one, f"{source}.{word}[{number}]")


def from_directory(root: str) -> Iterator[Entry]:
    """The objects of a directory tree: a directory for each kind, a file for each object, dashboards in directories of folders.

    :raises Failure: when a file cannot be read or parsed, or a directory is of no kind.
    """
    if not os.path.isdir(root):
        raise Failure(f"There is no directory {root} on the host that runs this task.")
    for name in visible(root):
        path = os.path.join(root, name)
        if not os.path.isdir(path):
            if name.endswith(ENDINGS):
                yield from from_variables(mapping(parsed(path), path), path)
        elif name == DASHBOARDS:
            yield from dashboards_below(path, "")
        else:
            kind = kind_called(name, root)
            for file in visible(path):
                yield from objects_in(os.path.join(path, file), kind)


def dashboards_below(root: str, inside: str) -> Iterator[Entry]:
    """Folders and dashboards: a directory is a folder, ``_folder.yml`` in it says more, every other file is a dashboard."""
    here = os.path.join(root, inside) if inside else root
    for name in visible(here):
        path, below = os.path.join(here, name), os.path.join(inside, name)
        if os.path.isdir(path):
            about = os.path.join(path, FOLDER_FILE)
            told = mapping(parsed(about), about) if os.path.exists(about) else {}
            yield Entry("folder", {"title": name, **told}, about if told else path + os.sep, below)
            yield from dashboards_below(root, below)
        elif name.endswith(ENDINGS) and name != FOLDER_FILE:
            yield Entry("dashboard", {"dashboard": mapping(parsed(path), path)}, path, inside)


def objects_in(path: str, kind: str) -> Iterator[Entry]:
    """The object of a file, or several in a list."""
    if os.path.isdir(path):
        raise Failure(f"{path} is a directory; only those of dashboards have directories in them.")
    if path.endswith(ENDINGS):
        content = parsed(path)
        for number, one in enumerate(rows(content if isinstance(content, list) else [content], path), 1):
            yield Entry(kind, one, f"{path}[{number}]" if isinstance(content, list) else path)


def visible(path: str) -> list[str]:
    """What is in a directory, without hidden files, in an order of its own."""
    return sorted(name for name in os.listdir(path) if not name.startswith("."))


def parsed(path: str) -> Any:
    """The content of a YAML or JSON file.

    :raises Failure: with the place of the error.
    """
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
        if path.endswith(".json"):
            return json.loads(text)
        if not HAS_YAML and not text.lstrip().startswith(("{", "[")):
            raise Failure(f"{path} is YAML, and the Python library PyYAML is missing on the host that runs this task; install it there, or write JSON.")
        return yaml_load(text) if HAS_YAML else json.loads(text)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}.") from None
    except Failure:
        raise
    except Exception as error:  # PyYAML's errors have no class here when it is missing
        raise Failure(f"{path} cannot be parsed: {' '.join(str(error).split())}.") from None


def kind_called(word: str, source: str) -> str:
    """The kind of this name.

    :raises Failure: when there is none, with those there are.
    """
    if word not in NAMES:
        raise Failure(f"{source}: {word!r} is no kind of object. These are: {', '.join(plural(name) for name in KINDS)}.")
    return NAMES[word]


def rows(objects: Any, source: str) -> list[dict[str, Any]]:
    """A list of mappings.

    :raises Failure: when it is something else.
    """
    if not isinstance(objects, list):
        raise Failure(f"{source} is no list of objects.")
    return [mapping(one, f"{source}[{number}]") for number, one in enumerate(objects, 1)]


def mapping(value: Any, source: str) -> dict[str, Any]:
    """A mapping.

    :raises Failure: when it is something else.
    """
    if not isinstance(value, dict):
        raise Failure(f"{source} holds no mapping.")
    return dict(value)
