"""How does an analysis read as one page that needs nothing else?"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import StringIO

from liveloop.estimate.result import Estimate
from liveloop.estimate.show import draw, html_of
from liveloop.estimate.whole.analysis import Analysis

STYLE = """
:root { color-scheme: light dark; --paper: light-dark(#fcfdfc, #161e1c); --ink: light-dark(#16211f, #e4ebe8);
  --soft: light-dark(#495a56, #a4b4ae); --line: light-dark(#d3dcd7, #2b3733); --mark: light-dark(#9c3510, #f2a07e); }
body { max-width: 54rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.decision { padding: .9rem 1.1rem; border: 1px solid var(--line); border-left: 4px solid var(--mark);
  border-radius: 6px; }
.decision p { margin: 0; font-size: 1.1rem; } .soft { color: var(--soft); } table { max-width: 100%; }
.wide { overflow-x: auto; } figure { margin: 1rem 0; padding: .5rem; background: #fff; border-radius: 6px; }
figure svg { max-width: 100%; height: auto; display: block; } li { margin: .25rem 0; }
"""


def report(analysis: Analysis, guards: Sequence[Estimate] = ()) -> str:
    """Write an analysis as one HTML page: the decision, what would overturn it, the figures, what they rest on.

    Raises
    ------
    BadInput
        When matplotlib is not there for the picture.
    """
    effects = [one for one in (analysis.effect, analysis.on_takers) if one is not None]
    decision = analysis.decision
    parts = [
        f"<h1>{escape(analysis.outcome)}: {escape(analysis.effect.what)}</h1>",
        f'<div class="decision"><p>{escape(decision.says)}</p></div>',
        "<h2>What would overturn it</h2>",
        _list(decision.overturned_by) or '<p class="soft">Nothing that was looked at.</p>',
        f"<h2>The effect</h2><figure>{picture(analysis.effect)}</figure>",
        *(f'<div class="wide">{html_of(one)}</div>' for one in effects),
        *_through_others(analysis),
        "<h2>The arms</h2>",
        f'<div class="wide">{analysis.arms._repr_html_()}</div>',
    ]
    if guards:
        parts += ["<h2>Guardrails</h2>", *(f'<div class="wide">{html_of(one)}</div>' for one in guards)]
    parts += ["<h2>Counts</h2>", _list([f"{name}: {count:,}" for name, count in analysis.effect.counts.items()])]
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"<head>{meta}<title>{escape(analysis.outcome)}</title><style>{STYLE}</style></head>"
    return f"<!doctype html><html lang=en>{head}<body>{''.join(parts)}</body></html>\n"


def _through_others(analysis: Analysis) -> list[str]:
    if analysis.through_others is None:
        return []
    return ["<h2>Through others</h2>", f'<div class="wide">{analysis.through_others._repr_html_()}</div>']


def picture(estimate: Estimate) -> str:
    """Draw an estimate with its other conventions, as SVG."""
    axes = draw([estimate])
    figure = axes.get_figure()
    assert figure is not None
    sink = StringIO()
    figure.savefig(sink, format="svg", metadata={"Date": None})  # type: ignore[union-attr]
    drawn = sink.getvalue()
    return drawn[drawn.index("<svg") :]


def _list(said: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in said)}</ul>" if said else ""
