# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one exception of the host engine: a sentence for the person who reads it, and what to do next."""
from __future__ import annotations

import errno
import os
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
    where = getattr(exc, "filename", None) or "the host"
    if exc.errno == errno.ENOSPC:
        return ServiceError("There is no space left for %s%s." % (where, _free(where)),
                            "Free some space there, then run again; what was staged has been removed.")
    return ServiceError("%s: %s." % (where, exc.strerror or exc), "Mend that and run again; what was staged has been removed.")


def _free(path: str) -> str:
    while path.startswith("/") and not os.path.exists(path):
        path = os.path.dirname(path)
    if not path.startswith("/"):
        return ""
    info = os.statvfs(path)
    return " (%d MiB and %d files are free)" % (info.f_bavail * info.f_frsize >> 20, info.f_favail)
