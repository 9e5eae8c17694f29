"""How does a result look in a terminal, and how as JSON?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.panel import Panel
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from liveloop.base.errors import BadInput
from liveloop.base.tables import Cell, Sheet
from liveloop.debrief import Debrief
from liveloop.finding import (
    CallEvidence,
    ContainmentEvidence,
    CoverageEvidence,
    DatabaseEvidence,
    Evidence,
    Finding,
    LinesEvidence,
    Place,
    TimingEvidence,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # all but tab and end of line
MOST_TURNED = 3  # rows of a sheet that is laid on its side where the terminal is too narrow for its columns
FRAME = 8  # what the panel around a sheet and the column of marks take
SIGNAL_STYLE = {
    "strong no": "bold red",
    "no": "red",
    "lean no": "yellow",
    "lean yes": "green",
    "yes": "green",
    "strong yes": "bold green",
}


class Terminal(Console):
    """A terminal that prints no control character of a text: names and texts may come from anybody's files."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render without control characters; what this program itself tells the terminal stays."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=CONTROLS.sub("", segment.text))


def console() -> Console:
    """Open the terminal's standard output, as wide as it is."""
    return Terminal(highlight=False)


def print_text(text: str) -> None:
    """Print a text as it stands, without control characters where a terminal would obey them."""
    typer.echo(CONTROLS.sub("", text) if sys.stdout.isatty() else text, nl=False)


def show_json(thing: Any) -> None:  # noqa: ANN401 - whatever a command gives
    """Print a noun, or a list or mapping of them, as JSON."""
    typer.echo(TypeAdapter(Any).dump_json(thing, indent=2, fallback=str).decode())


def refuse(refusal: BadInput) -> None:
    """Print a refusal on standard error."""
    Terminal(stderr=True, highlight=False, soft_wrap=True).print(Text(str(refusal), style="red"))


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    whole: Sequence[str] = (),
    cut: Sequence[str] = (),
) -> Table:
    """Lay out rows; a None stands as a dash.

    The columns in `whole` are never broken into lines; those in `cut` end in dots where the terminal is too narrow.
    """
    laid = laid_table(title)
    for column in columns:
        laid.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        laid.add_row(*(laid_cell(cell, cut=name in cut) for name, cell in zip(columns, row, strict=True)))
    return laid


def laid_cell(cell: object, *, cut: bool) -> Text:
    """Lay out one cell, on one line when it may be cut."""
    if isinstance(cell, Text):
        return cell
    return Text(
        "-" if cell is None else " ".join(str(cell).splitlines()), no_wrap=cut, overflow="ellipsis" if cut else "fold"
    )


def laid_table(title: str) -> Table:
    """Open a table as all of them look."""
    return Table(
        title=title or None,
        title_justify="left",
        header_style="bold",
        border_style="dim",
        box=SIMPLE,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )


def sheet_table(sheet: Sheet | None, title: str) -> RenderableType:
    """Lay out a sheet; rows that differ carry a mark as well as a colour."""
    if sheet is None:
        return Text(f"{title}: none")
    marked = set(sheet.marked)
    laid = laid_table(title)
    if sheet.rows and len(sheet.rows) <= MOST_TURNED and width_of(sheet) > console().width - FRAME:
        return turned(sheet, laid, marked)
    laid.add_column("")
    for column in sheet.columns:
        laid.add_column(column, overflow="fold")
    for index, row in enumerate(sheet.rows):
        style = "yellow" if index in marked else ""
        laid.add_row(Text("*" if index in marked else "", style=style), *(sheet_cell(cell, style) for cell in row))
    if sheet.cut:
        laid.caption = f"and {sheet.cut} more rows"
    return laid if sheet.rows else Group(laid, Text("  (no rows)", style="dim"))


def width_of(sheet: Sheet) -> int:
    """Say how many letters wide a sheet is when nothing in it is broken."""
    columns = zip(sheet.columns, zip(*sheet.rows, strict=True), strict=True)
    return sum(2 + max(len(name), *(len(brief(cell)) for cell in cells)) for name, cells in columns)


def sheet_cell(cell: Cell, style: str = "") -> Text:
    """Lay out one cell of a sheet."""
    return Text("NULL", style="dim") if cell is None else Text(brief(cell), style=style)


def turned(sheet: Sheet, laid: Table, marked: set[int]) -> Table:
    """Lay out a sheet of few rows on its side: a line for each column."""
    laid.add_column("", no_wrap=True)
    for index in range(len(sheet.rows)):
        laid.add_column(f"row {index + 1}{' *' if index in marked else ''}", overflow="fold")
    for name, *cells in zip(sheet.columns, *sheet.rows, strict=True):
        laid.add_row(name, *map(sheet_cell, cells))
    return laid


def brief(cell: Cell) -> str:
    """Write a cell in few letters: an instant as SQL writes it, without a fraction that is zero.

    Examples
    --------
    >>> brief("2026-01-29T14:03:40+00:00"), brief("T-shirt")
    ('2026-01-29 14:03:40+00', 'T-shirt')
    """
    instant = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(:00|:\d\d)", str(cell))
    if instant is None:
        return str(cell)
    day, time, fraction, hours, minutes = instant.groups(default="")
    return f"{day} {time}{fraction.rstrip('0').rstrip('.')}{hours}{'' if minutes == ':00' else minutes}"


def evidence_view(evidence: Evidence) -> RenderableType:
    """Lay out the evidence of a finding, whatever its kind."""
    if isinstance(evidence, DatabaseEvidence):
        return database_view(evidence)
    if isinstance(evidence, CallEvidence):
        return call_view(evidence)
    if isinstance(evidence, LinesEvidence):
        rows = ((remark.line, remark.text, remark.why) for remark in evidence.remarks)
        return table(("line", "text", "why"), rows)
    if isinstance(evidence, TimingEvidence):
        return Text(
            f"{evidence.rows:,} rows: attempt {evidence.attempt_seconds:.3f} s, reference "
            f"{evidence.reference_seconds:.3f} s; allowed {evidence.allowed_ratio:g} times as long"
            + (f"; stopped: {evidence.stopped}" if evidence.stopped else "")
        )
    if isinstance(evidence, CoverageEvidence):
        return coverage_view(evidence)
    return contained_view(evidence)


def coverage_view(evidence: CoverageEvidence) -> RenderableType:
    """Lay out how an estimator did over many draws, and the draw that shows it."""
    between = f"{100 * evidence.low_share:.0f} to {100 * evidence.high_share:.0f} %"
    held = f"{evidence.held} of {evidence.draws} intervals hold the truth"
    said = [f"{held} ({between}; promised {100 * evidence.level:.0f} %)"]
    if evidence.bias is not None:
        said.append(f"off by {evidence.bias:+.3g} on average")
    if evidence.typical is not None:
        said.append(f"half of the time by more than {evidence.typical:.3g}")
    if evidence.width is not None:
        said.append(f"{evidence.width:.2f} times as wide as the reference's")
    ends = ["∞" if end is None else f"{end:.4g}" for end in (evidence.low, evidence.high)]
    got = evidence.error or f"{evidence.value or 0.0:.4g} ({ends[0]} to {ends[1]})"
    if evidence.reference_low is not None and evidence.reference_high is not None:
        got += f"; the reference says {evidence.reference_low:.4g} to {evidence.reference_high:.4g}"
    return Group(
        Text("; ".join(said)),
        Text.assemble(("remember: ", "bold"), evidence.principle),
        sheet_table(evidence.world, "a draw that shows it"),
        Text(f"the truth there is {evidence.truth:.4g}; the attempt says {got}"),
    )


def contained_view(evidence: ContainmentEvidence) -> RenderableType:
    """Lay out what the sandbox stopped."""
    return Text(f"the sandbox stopped it ({evidence.limit}): {evidence.detail}")


def database_view(evidence: DatabaseEvidence) -> RenderableType:
    """Lay out a database with both results."""
    parts = [sheet_table(sheet, name) for name, sheet in evidence.database.items()]
    if evidence.time_zone != "UTC":
        parts.append(Text(f"session time zone: {evidence.time_zone}"))
    parts.append(sheet_table(evidence.expected, "expected"))
    parts.append(Text(f"error: {evidence.error}", style="red") if evidence.error else sheet_table(evidence.got, "got"))
    return Group(*parts)


def call_view(evidence: CallEvidence) -> RenderableType:
    """Lay out a call with both results."""
    parts: list[RenderableType] = [Text(evidence.call)]
    for name, value in evidence.arguments.items():
        parts.append(value_view(value, name))
    parts.append(value_view(evidence.expected, "expected"))
    parts.append(Text(f"error: {evidence.error}", style="red") if evidence.error else value_view(evidence.got, "got"))
    return Group(*parts)


def value_view(value: Sheet | str | None, title: str) -> RenderableType:
    """Lay out a frame or a literal."""
    return Text(f"{title} = {value}") if isinstance(value, str) else sheet_table(value, title)


def claim_sentence(claim: str) -> str:
    """Make a sentence of a claim: most complete "it breaks when", some are whole already.

    Examples
    --------
    >>> claim_sentence("two rows have the same day"), claim_sentence("it does not run: Parser Error.")
    ('It breaks when two rows have the same day.', 'It does not run: Parser Error.')
    """
    said = claim.strip().removesuffix(".")
    whole = re.match(r"(it|the sandbox)\b", said, re.IGNORECASE)
    return (said[:1].upper() + said[1:] if whole else f"It breaks when {said}") + ("" if said[-1:] in "!?:" else ".")


def finding_view(finding: Finding) -> Panel:
    """Lay out a finding: the claim, then its evidence."""
    body = Group(Text(claim_sentence(finding.claim), style="bold"), evidence_view(finding.evidence))
    return Panel(body, title=f"{finding.probe} ({finding.skill})", title_align="left", border_style="yellow")


def debrief_view(debrief: Debrief) -> Group:
    """Lay out a debrief: signal and rule, scores, findings, the one next thing."""
    scores = (
        (score.dimension, f"{score.score:.0%}", f"{score.weight:.0%}", f"{score.found} of {score.asked}")
        for score in debrief.scores
    )
    signal = Text.assemble(
        ("signal: ", "bold"), (debrief.signal, SIGNAL_STYLE[debrief.signal]), f"  ({debrief.signal_rule})"
    )
    parts: list[RenderableType] = [signal, table(("dimension", "score", "weight", "probes that found"), scores)]
    parts += [finding_view(finding) for finding in debrief.findings]
    parts += [Text(f"could not be asked: {reason}", style="yellow") for reason in debrief.unknown]
    if debrief.pushback:
        parts.append(Text.assemble(("the interviewer asks next: ", "bold"), debrief.pushback))
    parts.append(Text.assemble(("do next: ", "bold"), debrief.next_thing.do))
    asked = f"{len(debrief.asked)} probes, {debrief.worlds:,} inputs, {debrief.seconds:.2f} s"
    return Group(*parts, Text(asked, style="dim"))


def place_view(place: Place | None, text: str) -> Group:
    """Lay out the part of an attempt that one change would mend."""
    if place is None:
        return Group(Text("No single change was found with which nothing breaks any more.", style="dim"))
    of = f", a matter of {place.matter}" if place.matter else ""
    said = Text.assemble(("where: ", "bold"), f"there is one change here with which nothing breaks any more{of}")
    return Group(said, *marked_line(text, place.start, place.end))


def marked_line(text: str, start: int, end: int) -> list[Text]:
    """Show the line of a text on which a part begins, with a mark under the part."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : last if last >= 0 else None].replace("\t", " ").rstrip()
    number = text.count("\n", 0, start) + 1
    width = len(str(number))
    start, end = start - first, max(start - first + 1, min(end - first, len(line)))
    room = console().width - width - 6
    left = max(0, min(start - room // 4, len(line) - room))  # a long line is shown around the place
    mark = " " * cell_len(line[left:start]) + "^" * max(1, cell_len(line[start:end]))
    return [Text(f"  {number} | {line[left : left + room]}"), Text(f"  {' ' * width} | {mark[:room]}", style="yellow")]


def code_view(text: str, kind: str) -> Syntax:
    """Lay out code in its own colours, wrapped."""
    return Syntax(text, {"features": "toml"}.get(kind, kind), word_wrap=True, background_color="default")
