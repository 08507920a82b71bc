# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A dashboard as people write it down: parsed, taken out of its wrappings, and brought into the one form that is compared. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Mapping

from ..engine.errors import Failure

GROUP = "dashboard.grafana.app"
OLD = "v0alpha1"  # the version of the app platform that leaves a dashboard as it was written
FOLDER_NOTE = "grafana.app/folder"
SERVER_KEYS = ("id", "uid", "version")
LONGEST_UID = 40
# A mark inside the list of tags, where a server has no better place for it.
MARK = "ansible:"


@dataclass
class Document:
    """A dashboard.

    :ivar spec: the dashboard without its identity and number of version; api: the version of the app platform it is written for.
    :ivar folder_uid: the folder that the wrapping names, if it does; overwrite, message: what a wrapping for the API says.
    """

    spec: dict[str, Any]
    uid: str = ""
    api: str = OLD
    folder_uid: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title as the server keeps it."""
        return str(self.spec.get("title") or "").strip()


def parse(text: str | bytes, where: str) -> Any:
    """The value of a JSON text.

    :raises Failure: when it is none, with the place of the mistake.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Failure(f"{where} is not JSON: it is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise Failure(f"{where} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except (ValueError, RecursionError) as error:
        raise Failure(f"{where} is not JSON: {error}.") from None


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number there")


def document(value: Any, where: str) -> Document:
    """The dashboard in a value: bare, exported, as a request of the API, or as an object of the app platform.

    :raises Failure: when there is none in it, or the server would refuse it.
    """
    found = _unwrapped(value, where)
    title = found.spec.get("title")
    if not isinstance(title, str) or not title.strip():
        raise Failure(f"{where} is no dashboard: it has no title.")
    if len(found.uid) > LONGEST_UID:
        raise Failure(f"{where}: the uid {found.uid!r} has {len(found.uid)} characters; Grafana takes {LONGEST_UID}.")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", found.uid):
        raise Failure(f"{where}: the uid {found.uid!r} may have letters of the English alphabet, digits, - and _ only.")
    return found


def _unwrapped(value: Any, where: str) -> Document:
    if not isinstance(value, dict):
        raise Failure(f"{where} is no dashboard: it holds {'a list' if isinstance(value, list) else 'no mapping'}.")
    if str(value.get("apiVersion", "")).startswith(GROUP + "/"):
        return _of_platform(value, where)
    if isinstance(value.get("dashboard"), dict):
        inner = _unwrapped(value["dashboard"], where)
        inner.more = {name: value[name] for name in ("overwrite", "message") if value.get(name)}
        inner.folder_uid = value.get("folderUid", inner.folder_uid)
        return inner
    if "elements" in value and "layout" in value:
        raise Failure(f"{where} is the specification of a dashboard of version 2; give the whole object, with apiVersion and metadata.")
    spec = {key: item for key, item in value.items() if key not in (*SERVER_KEYS, "meta")}
    return Document(spec, str(value.get("uid") or ""))


def _of_platform(value: Mapping[str, Any], where: str) -> Document:
    metadata, spec = value.get("metadata") or {}, value.get("spec")
    if not isinstance(spec, dict):
        raise Failure(f"{where} is no dashboard: it has no spec.")
    version = str(value["apiVersion"]).partition("/")[2]
    plain = {key: item for key, item in spec.items() if key not in SERVER_KEYS}
    folder = (metadata.get("annotations") or {}).get(FOLDER_NOTE)
    return Document(plain, str(metadata.get("name") or spec.get("uid") or ""), version if version.startswith("v2") else OLD, folder)


def owner_of(spec: Mapping[str, Any]) -> str | None:
    """Whose mark a dashboard's tags bear."""
    tags = spec.get("tags")
    marks = [tag for tag in tags if isinstance(tag, str) and tag.startswith(MARK)] if isinstance(tags, list) else []
    return marks[0][len(MARK) :] if marks else None


def with_mark(spec: dict[str, Any], owner: str | None) -> dict[str, Any]:
    """A dashboard with the mark of an owner among its tags, or with none."""
    tags = spec.get("tags")
    if owner is None and owner_of(spec) is None:
        return spec
    own = [tag for tag in tags if not (isinstance(tag, str) and tag.startswith(MARK))] if isinstance(tags, list) else []
    return {**spec, "tags": own if owner is None else [*own, MARK + owner]}
