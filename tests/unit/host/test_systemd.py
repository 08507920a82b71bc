# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of systemd's and the journal's answers."""

from __future__ import annotations

import json

from ansible_collections.observability.stack.plugins.module_utils.host import systemd


def test_the_journal_of_a_start_has_every_line_but_those_of_the_process_before_it(monkeypatch):
    entries = [
        {"MESSAGE": "told to end", "_SYSTEMD_INVOCATION_ID": "old"},
        {"MESSAGE": "Stopped demo", "INVOCATION_ID": "old"},
        {"MESSAGE": "Started demo", "INVOCATION_ID": "new"},
        {"MESSAGE": "the process was gone before journald could ask whose it was"},
        {"MESSAGE": [99, 97, 102, 233], "_SYSTEMD_INVOCATION_ID": "new"},
        {"MESSAGE": None, "_SYSTEMD_INVOCATION_ID": "new"},
        {"MESSAGE": "failed", "INVOCATION_ID": "new"},
    ]
    monkeypatch.setattr(systemd, "_run", lambda *argv: [json.dumps(one) for one in entries] if "json" in argv else [])
    unit = systemd.Unit("demo")
    unit.replaced = "old"
    assert unit.journal(0) == ["Started demo", "the process was gone before journald could ask whose it was", "caf\ufffd", "failed"]
    assert unit.journal(0, lines=1) == ["failed"]
