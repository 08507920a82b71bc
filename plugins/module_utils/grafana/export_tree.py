# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An export as a tree of files: a directory for each kind, a file for each object, dashboards in directories of folders."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Iterable, Mapping

from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump

from .order import plural
from .registry import KINDS
from .sync_content import DASHBOARDS, FOLDER_FILE

LONGEST = 120  # bytes of a name, so that it fits together with a uid
UNFIT = re.compile(r"[/\\\x00-\x1f\x7f]+")


def tree(exported: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """{path: text} of all files."""
    files: dict[str, str] = {}
    directories = folders_of(exported.get("folder", []), exported.get("dashboard", []), files)
    for directory, objects in by_directory(exported.get("dashboard", []), directories).items():
        for name, one in named(objects, lambda one: title_of(one["dashboard"]), lambda one: one["uid"]).items():
            files[f"{directory}/{name}.json"] = json_text(model_of(one))
    for kind, objects in exported.items():
        if kind not in ("folder", "dashboard"):
            for name, one in named(objects, lambda one, kind=kind: last_name(kind, one), lambda one, kind=kind: all_names(kind, one)).items():
                files[f"{plural(kind)}/{name}{ENDING}"] = document_text(one)
    return files


def folders_of(folders: Iterable[dict[str, Any]], dashboards: Iterable[dict[str, Any]], files: dict[str, str]) -> dict[str, str]:
    """{uid of a folder: its directory}; each gets a file that says its uid and title."""
    known = {one["uid"]: one for one in folders}
    for one in dashboards:  # a folder that this account may not see
        uid = one.get("folder_uid")
        if uid:
            known.setdefault(uid, {"uid": uid, "title": uid})
    directories = {"": DASHBOARDS}
    waiting = {uid: parent if (parent := one.get("parent_uid") or "") in known else "" for uid, one in known.items()}
    while waiting:
        ready = [uid for uid, parent in waiting.items() if parent in directories] or list(waiting)
        for parent in sorted({waiting[uid] for uid in ready}):
            siblings = [known[uid] for uid in ready if waiting[uid] == parent]
            for name, one in named(siblings, directory_name, lambda one: one["uid"]).items():
                directories[one["uid"]] = f"{directories.get(parent, DASHBOARDS)}/{name}"
                plain = {key: value for key, value in one.items() if key != "parent_uid"}
                files[f"{directories[one['uid']]}/{FOLDER_FILE}"] = document_text(plain, yaml=True)
        waiting = {uid: parent for uid, parent in waiting.items() if uid not in ready}
    return directories


def directory_name(folder: Mapping[str, Any]) -> str:
    """What the directory of a folder is called; never as a dashboard's file beside it might be."""
    title = str(folder["title"])
    return title + "-" if title.lower().endswith(".json") else title


def by_directory(dashboards: Iterable[dict[str, Any]], directories: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The dashboards of each directory."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in dashboards:
        found.setdefault(directories[one.get("folder_uid") or ""], []).append(one)
    return found


def model_of(one: dict[str, Any]) -> dict[str, Any]:
    """A dashboard as it stands in a file: with its uid, without its folder, which the directory says."""
    model = one["dashboard"]
    return model if "apiVersion" in model else {"uid": one["uid"], **model}


def title_of(model: Mapping[str, Any]) -> str:
    """The title of a dashboard of any form."""
    return str((model.get("spec") or model).get("title") or "") if "apiVersion" in model else str(model.get("title") or "")


def last_name(kind: str, one: Mapping[str, Any]) -> str:
    """What people call an object: the last of the names that it goes by."""
    found = [one[name] for identity in KINDS[kind].resource.identities for name in identity if one.get(name)]
    return str(found[-1]) if found else kind


def all_names(kind: str, one: Mapping[str, Any]) -> str:
    """Everything that tells an object from others of its kind."""
    identity = KINDS[kind].resource.identity_of(one)
    return "-".join(str(one[name]) for name in identity)


def named(objects: Iterable[dict[str, Any]], name: Any, besides: Any) -> dict[str, dict[str, Any]]:
    """Objects by the names of their files, each its own also where upper and lower case are the same."""
    objects = list(objects)
    plain = [fit(name(one)) for one in objects]
    often = Counter(word.casefold() for word in plain)
    found: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for one, word in zip(objects, plain):
        own = word if often[word.casefold()] == 1 else f"{word}-{fit(besides(one))}"
        while own.casefold() in taken:
            own += "-"
        taken.add(own.casefold())
        found[own] = one
    return found


def fit(text: Any) -> str:
    """A text as the name of a file: neither hidden, nor a path, nor too long."""
    word = UNFIT.sub("-", str(text)).strip()
    word = word.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").strip()
    return "-" + word[1:] if word.startswith((".", "_")) else word or "-"


def json_text(value: Any) -> str:
    """JSON that people read, the same for the same value; characters as they are where they can be written."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2, sort_keys=True)
    return text + "\n"


def document_text(value: Any, yaml: bool = HAS_YAML) -> str:
    """YAML; JSON where there is no library for YAML, which reads it as well."""
    if not (yaml and HAS_YAML):
        return json_text(value)
    return str(yaml_dump(value, default_flow_style=False, sort_keys=False, allow_unicode=True, width=120))


ENDING = ".yml" if HAS_YAML else ".json"
