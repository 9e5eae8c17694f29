"""How does an estimate look, in a notebook and as a picture?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from liveloop.base.errors import BadInput
from liveloop.estimate.words import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Told(Protocol):
    """An `Estimate`, as far as it is shown."""

    @property
    def what(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def level(self) -> float: ...  # noqa: D102
    @property
    def standard_error(self) -> float | None: ...  # noqa: D102
    @property
    def p_value(self) -> float | None: ...  # noqa: D102
    @property
    def df(self) -> float | None: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def correction(self) -> str: ...  # noqa: D102
    @property
    def warnings(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def assumes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def diagnostics(self) -> tuple[Any, ...]: ...  # noqa: D102
    @property
    def conventions(self) -> tuple[Any, ...]: ...  # noqa: D102


_STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums"
_CELL = "padding:2px 10px;text-align:{};border-bottom:1px solid #8884"


def html_of(*estimates: Told, title: str = "", names: Sequence[str] = ()) -> str:
    """Write estimates as HTML: the table, then what it rests on and what could show that it is wrong."""
    if not estimates:
        return f"<p>{escape(title)}: none</p>"
    first = estimates[0]
    head = ("", "value", f"{first.level:.0%} interval", "standard error", "p", "by")
    rows = [_row(one, name) for one, name in zip(estimates, names or [""] * len(estimates), strict=True)]
    if len(estimates) == 1:
        rows += [
            (one.name, short(first.value), f"{short(one.low)} to {short(one.high)}", short(one.standard_error),
             "" if one.p_value is None else f"{one.p_value:.3g}", _df(one.df))
            for one in first.conventions
        ]  # fmt: skip
    parts = [f"<p><b>{escape(title or first.what)}</b></p>", _table(head, rows)]
    for name, said in (("Warnings", first.warnings), ("Assumes", first.assumes)):
        if said:
            parts.append(f"<p>{name}:</p><ul>{''.join(f'<li>{escape(one)}</li>' for one in said)}</ul>")
    if first.diagnostics:
        marks = {True: "holds", False: "does not hold", None: ""}
        listed = [(one.name, short(one.value), one.says, marks[one.holds]) for one in first.diagnostics]
        parts.append(_table(("diagnostic", "value", "", ""), listed))
    return "".join(parts)


def _row(one: Told, name: str) -> tuple[str, ...]:
    error = "" if one.standard_error is None else short(one.standard_error)
    p_value = "" if one.p_value is None else f"{one.p_value:.3g}"
    by = ", ".join(part for part in (one.method, one.correction, _df(one.df)) if part)
    return (
        name or one.correction or one.method,
        short(one.value),
        f"{short(one.low)} to {short(one.high)}",
        error,
        p_value,
        by,
    )


def _df(df: float | None) -> str:
    return "" if df is None or math.isinf(df) else f"df {df:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        sides = ("left" if at == 0 else "right" for at in range(len(cells)))
        return "".join(
            f'<{tag} style="{_CELL.format(side)}">{escape(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f'<table style="{_STYLE}"><tr>{line(head, "th")}</tr>{body}</table>'


def draw(estimates: Sequence[Told], axes: Axes | None = None, names: Sequence[str] = ()) -> Axes:
    """Draw values with their intervals, the first on top; a single estimate with its other conventions below it.

    Raises
    ------
    BadInput
        When matplotlib is not there.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and asked for only here
    except ImportError as missing:
        raise BadInput(
            "matplotlib is not installed", where="plot", allowed="pip install 'liveloop[plots]'"
        ) from missing
    lines = [(name or one.correction or one.method, one.value, one.low, one.high)
             for one, name in zip(estimates, names or [""] * len(estimates), strict=True)]  # fmt: skip
    if len(estimates) == 1:
        lines += [(one.name, estimates[0].value, one.low, one.high) for one in estimates[0].conventions]
    if axes is None:
        axes = Figure(figsize=(7.0, 0.9 + 0.36 * len(lines)), layout="constrained").subplots()
    finite = [end for _, value, low, high in lines for end in (value, low, high) if math.isfinite(end)]
    room = 0.1 * (max(finite) - min(finite) or 1.0)
    ends = min(finite) - room, max(finite) + room
    for at, (_, value, low, high) in enumerate(lines):
        colour = "#0b5c6e" if at < len(estimates) else "#7d8f89"
        axes.plot([max(low, ends[0]), min(high, ends[1])], [at, at], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot([value], [at], "o", color=colour, markersize=5)
    axes.axvline(0, color="#9c3510", linewidth=1, linestyle="--")
    axes.set_yticks(range(len(lines)), [name for name, *_ in lines])
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlabel(estimates[0].what if len(estimates) == 1 else "effect")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return axes
