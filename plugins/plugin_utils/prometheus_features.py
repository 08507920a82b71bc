# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus can do in which version, and by which flag, feature flag or key of the file.

Facts from upstream's CHANGELOG, read for 2.32 to 3.15.
"""

from __future__ import annotations

from dataclasses import dataclass

from .versions import version_key

# The retention in the file exists since 3.8, but 3.8 to 3.10 read its time as a million times longer (fixed in 3.11).
RETENTION_IN_FILE = "3.11.0"
SCRAPE_CONFIG_FILES = "2.43.0"

# Versions of the distributions' packages, by code name: asked only when the version is not given.
PACKAGE_VERSIONS = {
    "bookworm": "2.42.0",
    "trixie": "2.53.3",
    "jammy": "2.31.2",
    "noble": "2.45.3",
}


@dataclass(frozen=True)
class Row:
    """One way to switch an option on: a flag or a feature flag, in versions from ``since`` to before ``until``."""

    option: str
    since: str
    until: str | None = None
    flag: str | None = None
    feature: str | None = None


ROWS = (
    Row("agent_mode", since="2.32.0", until="3.0.0", feature="agent"),
    Row("agent_mode", since="3.0.0", flag="agent"),
    Row("exemplars_max", since="2.25.0", feature="exemplar-storage"),
    Row("native_histograms", since="2.40.0", until="3.8.0", feature="native-histograms"),
    Row("native_histograms", since="3.8.0"),  # the key scrape_native_histograms of the file
    Row("otlp_receiver", since="2.47.0", until="3.0.0", feature="otlp-write-receiver"),
    Row("otlp_receiver", since="3.0.0", flag="web.enable-otlp-receiver"),
    Row("remote_write_receiver", since="2.25.0", until="2.33.0", feature="remote-write-receiver"),
    Row("remote_write_receiver", since="2.33.0", flag="web.enable-remote-write-receiver"),
)


def at_least(version: str, floor: str) -> bool:
    """Whether ``version`` is known and not older than ``floor``."""
    return bool(version) and version_key(version) >= version_key(floor)


def row_for(option: str, version: str) -> Row:
    """Return how ``option`` is switched on in ``version`` ('' = unknown). Raises ValueError."""
    rows = [row for row in ROWS if row.option == option]
    if not version:
        if len(rows) == 1:
            return rows[0]
        raise ValueError(
            f"prometheus_{option} is switched on differently from version to version. Say in prometheus_version which version the distribution's package has."
        )
    for row in rows:
        if at_least(version, row.since) and not (row.until and at_least(version, row.until)):
            return row
    raise ValueError(f"prometheus_{option} needs Prometheus {rows[0].since} or newer; the version here is {version}.")
