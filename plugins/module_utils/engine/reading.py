# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects as an API gives them: one, all, and whether two names mean the same."""

from __future__ import annotations

from typing import Any

from .errors import ClientError
from .resource import Resource


def same_name(had: Any, wanted: Any) -> bool:
    """Whether two identities are the same; a number may be given as text."""
    return had == wanted or (had is not None and str(had) == str(wanted))


def get_or_none(api: Any, path: str) -> Any:
    """The object at a path; None when there is none."""
    try:
        return api.get(path)
    except ClientError as error:
        if error.status == 404:
            return None
        raise


def list_all(api: Any, resource: Resource) -> list[dict[str, Any]]:
    """Every object of a kind, page by page where the API has pages."""
    listing, page = resource.listing, resource.listing.first_page
    found: list[dict[str, Any]] = []
    while True:
        params = dict(listing.params)
        if listing.paged:
            params.update({"page": page, listing.size_word: listing.page_size})
        answer = api.get(listing.path, params or None)
        rows = (answer.get(listing.rows) if listing.rows else answer) or []
        found += rows
        if not listing.paged or len(rows) < listing.page_size:
            return found
        page += 1
