# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waiting until a service has proven itself, and knowing early that it will not."""
from __future__ import annotations

import time

from .errors import ServiceError
from .health import Probe
from .ports import holds
from .systemd import Unit

_PAUSE = 0.1
_MOMENT = 0.5


def settle(unit: Unit, probe: dict, started: float) -> float:
    """Wait until a started service answers its probe, by its own process.

    :param probe: the generation's probe: {health, reload}.
    :param started: epoch second of the start, for the journal.
    :returns: seconds waited.
    :raises ServiceError: when it failed or did not answer in time, with its last journal lines.
    """
    health = probe["health"]
    began, why = time.monotonic(), "it did not answer"
    deadline = began + health["timeout"]
    restarts = None
    while time.monotonic() < deadline:
        show = unit.show()
        pid = int(show.get("MainPID") or 0)
        restarts = show["NRestarts"] if restarts is None else restarts
        if show["ActiveState"] == "failed" or show["NRestarts"] != restarts or show["SubState"] == "auto-restart":
            raise ServiceError("%s failed at its start (%s)." % (unit.unit, show.get("Result")),
                               journal=unit.journal(started))
        if show["ActiveState"] == "active" and pid:
            why = _why_not(health, pid)
            if not why and _stays(unit, show, health):
                return time.monotonic() - began
        time.sleep(_PAUSE)
    raise ServiceError("%s did not become healthy within %d s: %s." % (unit.unit, health["timeout"], why),
                       journal=unit.journal(started))


def _why_not(health: dict, pid: int) -> str:
    if not health.get("port"):
        return ""
    if not holds(pid, int(health["port"])):
        return "its process %d does not listen on port %s" % (pid, health["port"])
    return Probe(health).answer()


def _stays(unit: Unit, before: dict, health: dict) -> bool:
    """Tell whether the same process still answers a moment later (a program may answer once and die)."""
    time.sleep(_MOMENT)
    after = unit.show()
    return after["ActiveState"] == "active" and after["MainPID"] == before["MainPID"] and not _why_not(health, int(after["MainPID"]))


def reload(unit: Unit, probe: dict) -> None:
    """Send the reload signal and wait for the success timestamp that is newer than it.

    The gauge "last reload was successful" alone proves nothing: it was 1 before the signal too.

    :raises ServiceError: when the service refuses or ignores the new configuration.
    """
    proof = probe["reload"].get("proof") or {}
    names = [name for name in (proof.get("metric"), proof.get("success")) if name]
    before = Probe(probe["health"]).metrics(names) if names else {}
    pid, sent = unit.show()["MainPID"], time.time()
    unit.signal(probe["reload"].get("signal") or "SIGHUP")
    deadline = time.monotonic() + probe["health"]["timeout"]
    while names and time.monotonic() < deadline:
        now = Probe(probe["health"]).metrics(names)
        if now.get(names[0], 0.0) > before.get(names[0], 0.0):
            break
        if len(names) > 1 and now.get(names[1]) == 0.0 and before.get(names[1]) == 1.0:
            raise ServiceError("%s refused the new configuration at its reload." % unit.unit, journal=unit.journal(sent))
        if unit.show()["MainPID"] != pid:
            raise ServiceError("%s died at its reload." % unit.unit, journal=unit.journal(sent))
        time.sleep(_PAUSE)
    else:
        if names:
            raise ServiceError("%s did not confirm its reload within %d s (%s did not change)." % (
                unit.unit, probe["health"]["timeout"], names[0]), journal=unit.journal(sent))
    settle(unit, probe, sent)
