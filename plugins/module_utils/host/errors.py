# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one exception of the host engine: a sentence for the person who reads it, and what to do next."""
from __future__ import annotations

import traceback


class ServiceError(Exception):
    """Something went wrong in a way that we can explain.

    :param message: what failed, where.
    :param hint: what to do next.
    :param details: more keys for the module's result (never secrets).
    """

    def __init__(self, message: str, hint: str = "", **details):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def __str__(self) -> str:
        return "%s %s" % (self.message, self.hint) if self.hint else self.message


def explain(exc: Exception) -> ServiceError:
    """Turn any error into a sentence."""
    if isinstance(exc, ServiceError):
        return exc
    if not isinstance(exc, OSError):
        trace = traceback.format_exception(type(exc), exc, exc.__traceback__)
        return ServiceError("An unexpected %s: %s." % (type(exc).__name__, exc),
                            "Please report it with the text under 'exception'.", exception="".join(trace))
    return ServiceError("%s: %s." % (getattr(exc, "filename", None) or "The host", getattr(exc, "strerror", None) or exc),
                        "Mend that and run again; what was staged has been removed.")
