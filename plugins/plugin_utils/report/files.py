# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs as JSON and as JUnit XML, for other programs."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from .table import count, title

# What XML 1.0 cannot hold even escaped.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(proofs: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """``facts`` (run, started, seconds) come first; ``format`` grows when a key changes its meaning."""
    body = {"format": 1, **facts, "summary": count(proofs), "proofs": proofs}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def to_junit(proofs: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """One suite for each service, one case for each proof."""
    root = ElementTree.Element("testsuites", _numbers(proofs), name="observability.stack.verify", time=f"{facts['seconds']:.3f}")
    for service in dict.fromkeys(proof["service"] for proof in proofs):
        own = [proof for proof in proofs if proof["service"] == service]
        time = f"{sum(proof['seconds'] or 0 for proof in own):.3f}"
        suite = ElementTree.SubElement(root, "testsuite", _numbers(own), name=service, timestamp=facts["started"], time=time)
        for proof in own:
            suite.append(_case(proof))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _case(proof: dict[str, Any]) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=_text(f"{proof['service']}.{proof['host']}"), name=_text(title(proof)), time=f"{proof['seconds'] or 0:.3f}"
    )
    if proof["ok"] is None:
        ElementTree.SubElement(case, "skipped", message=_text(proof["detail"]))
    elif not proof["ok"]:
        ElementTree.SubElement(case, "failure", message=_text(proof["detail"])).text = _text(proof["hint"])
    return case


def _numbers(proofs: list[dict[str, Any]]) -> dict[str, str]:
    counts = count(proofs)
    return {"tests": str(counts["total"]), "failures": str(counts["failed"]), "skipped": str(counts["not_tried"])}


def _text(text: str) -> str:
    return UNPRINTABLE.sub("?", text)
