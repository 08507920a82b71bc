# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a change and a failure read."""
from __future__ import annotations


def diffs(before: dict, texts: dict, name: str) -> list:
    """Return Ansible's diff list for the files that change.

    :param before: {path: {text | secret, kind}} as the host has them.
    :param texts: {path: new text} of what may be shown.
    """
    rows = []
    for path, had in sorted(before.items()):
        label = "%s: %s" % (name, path[len("config/"):] if path.startswith("config/") else path)
        if had.get("secret"):
            rows.append({"before_header": label, "after_header": label, "before": "(a secret file)\n",
                         "after": "(a secret file, %s)\n" % had["kind"]})
            continue
        after = "" if had["kind"] == "removed" else texts.get(path, "")
        rows.append({"before_header": label, "after_header": "%s (%s)" % (label, had["kind"]), "before": had["text"], "after": after})
    return rows


def failure(result: dict) -> dict:
    """Say what happened when the module itself could not; put the service's own last journal lines under the sentence."""
    if "module_stdout" in result:
        how = "killed" if result.get("rc") in (137, -9) else "status %s" % result.get("rc")
        last = (str(result.get("module_stderr") or "").strip().splitlines() or [""])[-1]
        result["msg"] = ("The run was cut off on the host (%s). The service still has one whole generation: "
                         "run again, and the change is finished or taken back. The last words were: %s" % (how, last))
    lines = result.get("journal") or []
    if lines:
        result["msg"] = "%s\nThe service's last journal lines:\n  %s" % (result["msg"], "\n  ".join(lines))
    return result
