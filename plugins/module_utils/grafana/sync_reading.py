# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server that is asked each question once, as long as nothing is written."""

from __future__ import annotations

import copy
import json
from typing import Any


class Remembering:
    """An API whose answers to reads are kept until the first write: kinds that look at the same list share it.

    Whole dashboards are not kept; nobody asks for them twice, and they are long.
    """

    def __init__(self, api: Any) -> None:
        self._api = api
        self._answers: dict[tuple[str, str], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def get(self, path: str, params: Any = None) -> Any:
        """The parsed answer of a GET."""
        if "/dashboards" in path:
            return self._api.get(path, params)
        question = (path, json.dumps(params, sort_keys=True))
        if question not in self._answers:
            self._answers[question] = self._api.get(path, params)
        return copy.deepcopy(self._answers[question])

    def json(self, verb: str, path: str, **options: Any) -> Any:
        """The parsed answer of any request."""
        if verb != "GET":
            self._answers.clear()
        return self._api.json(verb, path, **options)
