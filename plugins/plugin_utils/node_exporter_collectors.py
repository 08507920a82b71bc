# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""node_exporter's collectors as flags, and what each needs of its sandbox."""

from __future__ import annotations

from .plain import plain

#: Collectors that see nothing inside the strict sandbox unless a door is opened for them. They are off
#: upstream or stay silent without privileges, so a door opens only when the user names the collector.
NEEDS = {
    # Reads counters of the processor through the kernel's performance interface.
    "perf": {"capabilities": ["CAP_PERFMON"], "syscalls": ["perf_event_open"]},
    # /sys/class/powercap/*/energy_uj is readable by root only (it can leak keys, CVE-2020-8694).
    "rapl": {"capabilities": ["CAP_DAC_READ_SEARCH"]},
    # /proc/slabinfo is readable by root only.
    "slabinfo": {"capabilities": ["CAP_DAC_READ_SEARCH"]},
    # Reads supervise/status of each runit service, in directories of root's.
    "runit": {"capabilities": ["CAP_DAC_READ_SEARCH"]},
}


def collectors(enabled: list, disabled: list) -> dict:
    """Return {flags, capabilities, syscalls} for the collectors switched on and off.

    *enabled*: names, or mappings of one name to its options (prometheus.prometheus' form).
    Raises ValueError when an entry has another form or when a collector is in both lists.
    """
    for name, value in (("enabled", enabled), ("disabled", disabled)):
        if isinstance(value, str):
            raise ValueError("node_exporter_%s_collectors must be a list: write [%s]" % (name, value))
    result: dict = {"flags": {}, "capabilities": [], "syscalls": []}
    for entry in plain(enabled):
        for name, options in _named(entry):
            if name in disabled:
                raise ValueError("node_exporter: collector %r is both enabled and disabled; decide for one" % name)
            result["flags"]["collector.%s" % name] = True
            for option, value in (options or {}).items():
                result["flags"]["collector.%s.%s" % (name, option)] = value
            for kind, wanted in NEEDS.get(name, {}).items():
                result[kind] += [item for item in wanted if item not in result[kind]]
    for name in plain(disabled):
        result["flags"]["collector.%s" % name] = False
    return result


def _named(entry: object) -> list:
    if isinstance(entry, str):
        return [(entry, {})]
    if isinstance(entry, dict) and all(isinstance(options, (dict, type(None))) for options in entry.values()):
        return list(entry.items())
    raise ValueError("node_exporter_enabled_collectors: %r is neither a collector's name nor a mapping of a name to its options" % (entry,))
