# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What apt needs inside a host, derived from this machine: its mirrors, its proxy and trust settings, its extra CAs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tests.lab.core import run

_ONE_LINE = re.compile(r"^deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)$")
_DUMP = re.compile(r'^(?P<key>Acquire::(?:http|https|Check-[^:]*|Retries)\S*) "(?P<value>[^"]+)";$')
_CAS = Path("/usr/local/share/ca-certificates")


@dataclass(frozen=True)
class Source:
    """One line of apt sources."""

    uri: str
    suite: str
    components: str

    def __str__(self) -> str:
        return f"deb {self.uri} {self.suite} {self.components}"


def parse_deb822(text: str) -> list[Source]:
    """Read a .sources file. Stanzas switched off are left out."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    found = []
    for stanza in re.split(r"\n\s*\n", plain):
        fields = {key.lower(): value.strip() for key, value in re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE)}
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
            continue
        for uri in fields.get("uris", "").split():
            found += [Source(uri, suite, fields.get("components", "")) for suite in fields.get("suites", "").split()]
    return found


def parse_list(text: str) -> list[Source]:
    """Read a classic sources.list."""
    matches = (_ONE_LINE.match(line.split("#")[0].strip()) for line in text.splitlines())
    return [Source(m["uri"], m["suite"], m["components"].strip()) for m in matches if m]


def machine_sources(etc: Path = Path("/etc/apt")) -> list[Source]:
    """Return every source that this machine's apt uses."""
    found: list[Source] = []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.is_file() and path.suffix == ".sources":
            found += parse_deb822(path.read_text())
        elif path.is_file() and path.suffix == ".list":
            found += parse_list(path.read_text())
    return found


def derive(release: str, own_codename: str, sources: list[Source]) -> list[Source]:
    """Return this machine's Debian sources turned to another Debian release.

    Only Debian's own suites (CODENAME, CODENAME-updates, CODENAME-security) count: other vendors' are not for the hosts.
    An empty list (a machine that is not Debian) leaves the choice of a mirror to debootstrap.
    """
    suites = {own_codename, f"{own_codename}-updates", f"{own_codename}-security"}
    debian = [source for source in sources if source.suite in suites and "main" in source.components.split()]
    if not any(source.suite == own_codename for source in debian):
        return []
    return [Source(source.uri, source.suite.replace(own_codename, release, 1), "main") for source in debian]


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """Return the fields of os-release."""
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {key: value.strip('"') for key, _sep, value in pairs}


def sources_for(release: str) -> list[Source]:
    """Return the sources for hosts of a Debian release; OBSERVABILITY_LAB_DEBIAN_MIRROR overrules this machine's."""
    chosen = os.environ.get("OBSERVABILITY_LAB_DEBIAN_MIRROR")
    if chosen:
        return [Source(chosen, release, "main")]
    about = os_release()
    if about.get("ID") != "debian":
        return []
    return derive(release, about.get("VERSION_CODENAME", ""), machine_sources())


def settings() -> str:
    """Return the apt settings of this machine that decide whether downloads work, plus those that keep hosts quick."""
    lines = [line for line in run(["apt-config", "dump"]).stdout.decode().splitlines() if _DUMP.match(line)]
    proxy = os.environ.get("http_proxy", "")
    if proxy and "127.0.0.1" not in proxy and "localhost" not in proxy:
        lines.append(f'Acquire::http::Proxy "{proxy}";')
    return "\n".join([*lines, 'Acquire::Languages "none";', 'APT::Periodic::Enable "0";', ""])


def authorities() -> dict[str, str]:
    """Return the certificate authorities that were added to this machine: file name -> PEM."""
    return {path.name: path.read_text() for path in sorted(_CAS.glob("*.crt"))}
