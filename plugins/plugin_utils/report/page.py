# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs as one HTML page that needs nothing else: no script, no font, no request."""

from __future__ import annotations

from html import escape
from typing import Any

from .table import sentence, title

WORDS = {True: ("ok", "holds"), False: ("failed", "failed"), None: ("skipped", "not tried")}
STYLE = """
:root { color-scheme: light dark; --line: #8884; --ok: #1a7f37; --failed: #cf222e; --skipped: #7a7a7a; }
@media (prefers-color-scheme: dark) { :root { --ok: #4ac26b; --failed: #ff7b72; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; }
p.facts { margin-top: 0; opacity: .8; } p.verdict { font-size: 1.2rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; }
th { font-weight: 600; border-bottom: 2px solid var(--line); } td { border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.state { white-space: nowrap; font-weight: 600; } .detail { overflow-wrap: anywhere; }
.ok { color: var(--ok); } .failed { color: var(--failed); } .skipped { color: var(--skipped); }
.hint { display: block; opacity: .85; margin-top: .2rem; }
"""


def to_html(proofs: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """What failed comes first, then every service with its proofs."""
    failed = [proof for proof in proofs if proof["ok"] is False]
    parts = [_section("What failed", failed)] if failed else []
    for service in dict.fromkeys(proof["service"] for proof in proofs):
        parts.append(_section(service, [proof for proof in proofs if proof["service"] == service]))
    verdict = "failed" if failed else "ok"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(sentence(proofs))}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Proof of the observability stack</h1>
<p class="facts">{escape(facts["started"])}, took {facts["seconds"]:.0f} s, run {escape(facts["run"])}</p>
<p class="verdict {verdict}">{escape(sentence(proofs))}.</p>
{"".join(parts)}</body>
</html>
"""


def _section(heading: str, proofs: list[dict[str, Any]]) -> str:
    rows = "".join(_row(proof) for proof in proofs)
    head = "<tr><th>Result<th>Host<th>Proof<th>What was seen<th>Seconds</tr>"
    return f"<h2>{escape(heading)}</h2>\n<table>\n{head}\n{rows}</table>\n"


def _row(proof: dict[str, Any]) -> str:
    kind, word = WORDS[proof["ok"]]
    seconds = "" if proof["seconds"] is None else f"{proof['seconds']:.1f}"
    hint = f'<span class="hint">{escape(proof["hint"])}</span>' if proof["hint"] else ""
    return (
        f'<tr><td class="state {kind}">{word}<td>{escape(proof["host"])}<td>{escape(title(proof))}'
        f'<td class="detail">{escape(proof["detail"])}{hint}<td class="number">{seconds}</tr>\n'
    )
