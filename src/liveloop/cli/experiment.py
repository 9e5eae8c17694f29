"""How is an experiment planned before it begins, analysed when it is over, and checked?"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, show_json, table

if TYPE_CHECKING:
    from liveloop.estimate import Estimate, Estimates
    from liveloop.estimate.whole.analysis import Analysis
    from liveloop.estimate.whole.register import Registration

LEVEL = 0.95
DATABASES = (".duckdb", ".db", ".ddb")
app = typer.Typer(help="Plan, analyse and check an experiment.", no_args_is_help=True)
ROWS = Annotated[Path, typer.Argument(help="Rows: a Parquet, CSV, JSONL or DuckDB file.")]
TABLE = Annotated[str, typer.Option("--table", help="Of a DuckDB file: which table or view.")]
DESIGN = Annotated[Path | None, typer.Option("--design", help="The file that was registered.")]
UNIT = Annotated[str, typer.Option("--unit", "--clusters", help="The column whose values were randomised.")]
TREATMENT = Annotated[str, typer.Option("--treatment", help="The column of the arm.")]
COVARIATE = Annotated[list[str] | None, typer.Option("--covariate", help="A column known before.")]
STRATA = Annotated[str, typer.Option("--strata", help="The column within which units were randomised.")]
UPTAKE = Annotated[str, typer.Option("--uptake", help="The treatment that was taken in fact.")]
EXPOSURE = Annotated[str, typer.Option("--exposure", help="Groups whose members touch one another, such as teams.")]
ASSIGNED = Annotated[str, typer.Option("--assigned-at", help="When a unit was assigned; x_at is when x was known.")]
LOOKS = Annotated[int, typer.Option("--looks", min=0, help="Planned looks; 0 for any number.")]
DEVIATION = Annotated[float, typer.Option("--deviation", min=0, help="Standard deviation of a row.")]
SHARE = Annotated[float, typer.Option("--share", min=0, max=1, help="For a rate: its mean without treatment.")]
ICC = Annotated[float, typer.Option("--icc", min=0, max=1, help="Share of the variance that lies between units.")]
VARIATION = Annotated[float, typer.Option("--size-variation", min=0, help="Deviation of sizes over their mean.")]
CORRELATION = Annotated[float, typer.Option("--correlation", min=-1, max=1, help="With what is adjusted for.")]
GUARD = Annotated[list[str] | None, typer.Option("--guard", help="METRIC:MARGIN:higher|lower, must not get worse.")]
OUTCOME = Annotated[str, typer.Option("--outcome", help="A column of numbers; by default the registered metric.")]


@app.command("design")
def design_experiment(  # noqa: PLR0913 - the options of a command
    metric: Annotated[str, typer.Option("--metric", help="The outcome that decides.")],
    effect: Annotated[float, typer.Option("--effect", help="The smallest effect that matters, in its units.")],
    deviation: DEVIATION = 0.0,
    share: SHARE = 0.0,
    unit: UNIT = "user_id",
    treatment: TREATMENT = "treatment",
    size: Annotated[float, typer.Option("--size", min=1, help="Rows of a unit, on average.")] = 1.0,
    icc: ICC = 0.0,
    variation: VARIATION = 0.0,
    correlation: CORRELATION = 0.0,
    covariate: COVARIATE = None,
    strata: STRATA = "",
    uptake: UPTAKE = "",
    exposure: EXPOSURE = "",
    assigned_at: ASSIGNED = "",
    treated: Annotated[float, typer.Option("--treated", min=0, max=1, help="Share that is treated.")] = 0.5,
    power: Annotated[float, typer.Option("--power", min=0, max=1, help="Chance to see the effect.")] = 0.8,
    per_day: Annotated[float, typer.Option("--per-day", min=0, help="New units a day.")] = 0.0,
    looks: LOOKS = 1,
    guard: GUARD = None,
    write: Annotated[Path | None, typer.Option("--write", help="Register all that in this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how many units, how many days, and register what was decided."""
    from liveloop.estimate.randomised.power import Trial, minimum_detectable_effect, units_needed
    from liveloop.estimate.whole.design import Design
    from liveloop.estimate.whole.looking import inflation
    from liveloop.estimate.whole.register import Registration, write_registration

    if (deviation > 0) == (share > 0):
        raise BadInput(
            "how much a row varies is not said", where="--deviation", allowed="--deviation, or --share of a rate"
        )
    trial = Trial(
        size=size, icc=icc, size_variation=variation, correlation=correlation, treated=treated,
        deviation=deviation or 1.0, share=share or None,
    )  # fmt: skip
    needed = units_needed(trial, effect, power)
    shares = {"0": 1 - treated, "1": treated}
    more = inflation(looks, power=power)
    units = ceil(needed.units * more)
    design = Design(
        unit=unit, treatment=treatment, shares=shares, covariates=tuple(covariate or ()), looks=looks, strata=strata,
        uptake=uptake, exposure=exposure, assigned_at=assigned_at,
    )  # fmt: skip
    guards = tuple(read_guard(one) for one in guard or ())
    days = units / per_day if per_day else 0.0
    made = Registration(design, metric, effect, power, units, round(days, 1), guards)
    if write is not None:
        if write.exists():
            raise BadInput("it is there already", where=str(write), allowed="a file that does not exist yet")
        write_file(write, write_registration(made), "--write")
    half = minimum_detectable_effect(needed.trial, 0.5).effect
    if as_json:
        show_json({"planned": needed.to_dict(), "days": days, "registration": made})
        return
    console().print(design_view(made, ceil(needed.rows * more), half, write))


def read_guard(said: str) -> Any:  # noqa: ANN401 - a Guard
    """Read METRIC:MARGIN:higher|lower."""
    from liveloop.estimate.whole.register import Guard

    parts = said.split(":")
    allowed = "METRIC:MARGIN:higher or METRIC:MARGIN:lower, a margin above 0"
    try:
        metric, margin, better = parts[0], float(parts[1]), parts[2]
    except (IndexError, ValueError):
        raise BadInput(f"{said!r} is no guard", where="--guard", allowed=allowed) from None
    if better not in ("higher", "lower") or not margin > 0 or len(parts) != 3:
        raise BadInput(f"{said!r} is no guard", where="--guard", allowed=allowed)
    return Guard(metric, margin, better)


def design_view(made: Registration, rows: int, half: float, file: Path | None) -> RenderableType:
    """Lay out a plan, what is needed first."""
    from liveloop.estimate.whole.looking import inflation
    from liveloop.estimate.words import short

    lines: list[RenderableType] = [
        Text(f"{made.units:,} {made.design.unit or 'rows'} in both arms together ({rows:,} rows)", style="bold"),
        Text(f"find an effect of {short(made.effect)} on {made.metric} with power {made.power:.0%};"),
        Text(f"an effect of {short(abs(half))} is found half of the time."),
    ]
    if made.days:
        lines.append(Text(f"At that rate of arrival: {made.days:.0f} days; whole weeks are better than parts of one."))
    if made.design.looks != 1:
        often = "any number of looks" if made.design.looks == 0 else f"{made.design.looks} looks"
        cost = 100 * (inflation(made.design.looks, power=made.power) - 1)
        lines.append(Text(f"That allows for {often}, which costs {cost:.0f} % more units than one look would."))
    for one in made.guards:
        lines.append(Text(f"guardrail {one.metric}: {one.better} is better, at most {short(one.margin)} worse"))
    lines.append(
        Text(f"Registered in {file}." if file else "Nothing is registered yet: add --write FILE.", style="dim")
    )
    return Group(*lines)


@app.command("analyze")
def analyze_experiment(  # noqa: PLR0913 - the options of a command
    file: ROWS,
    outcome: OUTCOME = "",
    treatment: TREATMENT = "",
    unit: UNIT = "",
    covariate: COVARIATE = None,
    denominator: Annotated[str, typer.Option("--denominator", help="What a ratio metric divides by.")] = "",
    assigned_at: ASSIGNED = "",
    uptake: UPTAKE = "",
    strata: STRATA = "",
    exposure: EXPOSURE = "",
    arm: Annotated[str, typer.Option("--arm", help="The arm to hold against the control, of several.")] = "",
    looks: LOOKS = 1,
    look: Annotated[int, typer.Option("--look", min=0, help="Which of them this is; 0 for the last.")] = 0,
    level: Annotated[float, typer.Option("--level", min=0.5, max=0.9999, help="Nominal coverage.")] = LEVEL,
    design: DESIGN = None,
    rows_in: TABLE = "",
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with plots.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the experiment shows, and what would overturn that."""
    from liveloop.estimate.whole.analysis import analyse
    from liveloop.estimate.whole.design import Design
    from liveloop.estimate.whole.guards import guarded
    from liveloop.estimate.whole.register import load_registration

    registered = load_registration(design) if design is not None else None
    changed = (treatment, unit, covariate, uptake, strata, exposure, assigned_at, looks != 1, level != LEVEL)
    refuse_change(registered is not None and any(changed))
    fixed = registered.design if registered else Design(
        unit=unit, treatment=treatment or "treatment", covariates=tuple(covariate or ()), uptake=uptake, strata=strata,
        assigned_at=assigned_at, exposure=exposure, looks=looks, level=level,
    )  # fmt: skip
    outcome = outcome or (registered.metric if registered else "")
    if not outcome:
        raise BadInput("no outcome is said", where="--outcome", allowed="a column of numbers")
    rows = table_in(file, rows_in)
    made = analyse(
        fixed, rows, outcome=outcome, denominator=denominator, arm=arm or None, look=look,
        planned=registered.units if registered else 0,
    )  # fmt: skip
    guards = [
        guarded(fixed, rows, metric=one.metric, margin=one.margin, better=one.better, arm=arm or None, look=look,
                planned=registered.units)
        for one in registered.guards
    ] if registered else []  # fmt: skip
    if html is not None:
        from liveloop.estimate.whole.report import report

        write_file(html, report(made, guards), "--html")
    if as_json:
        takers = made.on_takers.to_dict() if made.on_takers else None
        show_json({"decision": made.decision, "effect": made.effect.to_dict(), "on_takers": takers,
                   "through_others": made.through_others.to_dict() if made.through_others else None,
                   "arms": made.arms.to_dict(), "guardrails": [one.to_dict() for one in guards]})  # fmt: skip
        return
    console().print(analysis_view(made, guards))


def table_in(file: Path, name: str) -> Any:  # noqa: ANN401 - a file, or a relation of DuckDB
    """Give what is read: the file itself, or of a DuckDB file its table of that name, or its only one."""
    if file.suffix.lower() not in DATABASES:
        if name:
            raise BadInput(f"{file.name} holds no tables", where="--table", allowed=f"a file {', '.join(DATABASES)}")
        return file
    import duckdb

    if not file.is_file():
        raise BadInput("there is no such file", where=str(file), allowed="a DuckDB file")
    try:
        opened = duckdb.connect(str(file), read_only=True)
        there = [row[0] for row in opened.execute("SHOW TABLES").fetchall()]
    except duckdb.Error as error:
        raise BadInput(f"cannot be opened: {error}", where=str(file), allowed="a DuckDB file") from error
    if not name and len(there) == 1:
        name = there[0]
    if name not in there:
        wrong = f"there is no table {name!r}" if name else f"{len(there)} tables, and none is chosen"
        raise BadInput(wrong, where="--table", allowed=", ".join(sorted(there)) or "a file with a table in it")
    return opened.table(name)


def refuse_change(changed: bool) -> None:
    """Refuse to change here what was registered."""
    if changed:
        raise BadInput("a design was registered, and is changed here", where="--design", allowed="one or the other")


def write_file(file: Path, text: str, option: str) -> None:
    """Write a file, or say why it cannot be."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}", where=option, allowed="a file in a folder that "
                       "is there") from error  # fmt: skip


def analysis_view(made: Analysis, guards: list[Any]) -> RenderableType:
    """Lay out an analysis: the decision first, then what would overturn it, then the figures."""
    lines: list[RenderableType] = [
        Text(made.decision.says, style="bold green" if made.decision.shown else "bold yellow")
    ]
    lines += [Text(f"  would overturn it: {one}", style="yellow") for one in made.decision.overturned_by]
    if not made.decision.overturned_by:
        lines.append(Text("  Nothing that was looked at would overturn it.", style="dim"))
    lines += [Text(), Text(made.effect.what), effect_table(made.effect)]
    if made.on_takers is not None:
        lines += [Text(), Text(made.on_takers.what), effect_table(made.on_takers)]
    if made.through_others is not None:
        lines += [Text(), Text(made.through_others.what), *_others(made.through_others)]
    for one in guards:
        style = {"safe": "green", "harmful": "red"}.get(one.verdict, "yellow")
        lines += [Text(), Text(f"guardrail {one.verdict}: {one.what}", style=style)]
    lines += [Text(), Text("; ".join(f"{name} {count:,}" for name, count in made.effect.counts.items()), style="dim")]
    lines += [Text(f"assumes that {one}", style="dim") for one in made.effect.assumes]
    return Group(*lines)


def _others(made: Estimates) -> list[RenderableType]:
    """Lay out what comes of the own arm, of that of the others, and of both."""
    from liveloop.estimate.words import short

    rows = [
        (name, short(one.value), f"{short(one.low)} to {short(one.high)}", _p(one.p_value), one.what)
        for name, one in made.rows.items()
    ]
    return [table(("", "value", "interval", "p", "of what"), rows)]


def effect_table(made: Estimate) -> RenderableType:
    """Lay out an estimate with its other conventions below it."""
    from liveloop.estimate.words import short

    rows = [(f"{made.correction or made.method} *", short(made.value), f"{short(made.low)} to {short(made.high)}",
             _short(made.standard_error), _df(made.df), _p(made.p_value))]  # fmt: skip
    rows += [
        (one.name, short(made.value), f"{short(one.low)} to {short(one.high)}", short(one.standard_error), _df(one.df),
         _p(one.p_value))
        for one in made.conventions
    ]  # fmt: skip
    return table(("by", "value", f"{made.level:.0%} interval", "standard error", "df", "p"), rows)


def _short(number: float | None) -> str:
    from liveloop.estimate.words import short

    return "" if number is None else short(number)


def _df(df: float | None) -> str:
    return "normal" if df is None or df == float("inf") else f"{df:.1f}"


def _p(p_value: float | None) -> str:
    return "" if p_value is None else f"{p_value:.2g}"


@app.command("check")
def check_experiment(  # noqa: PLR0913 - the options of a command
    file: ROWS,
    treatment: TREATMENT = "",
    unit: UNIT = "",
    outcome: Annotated[str, typer.Option("--outcome", help="Is it missing more often in one arm?")] = "",
    before: Annotated[str, typer.Option("--before", help="A column from before: there must be no effect on it.")] = "",
    group: Annotated[str, typer.Option("--group", help="Units of a group may touch one another: does that show?")] = "",
    time: Annotated[str, typer.Option("--time", help="The period, where units are blocks of time: carry-over?")] = "",
    design: DESIGN = None,
    rows_in: TABLE = "",
    as_json: AsJson = False,
) -> None:
    """Check arms' shares, missing outcomes, an A/A test on what was before, spillover in groups, carry-over in time.

    Leaves with 1 where something was found.
    """
    from liveloop.estimate.whole.check import checked
    from liveloop.estimate.whole.design import Design
    from liveloop.estimate.whole.register import load_registration

    refuse_change(design is not None and bool(unit or treatment))
    fixed = load_registration(design).design if design else Design(unit=unit, treatment=treatment or "treatment")
    found = checked(fixed, table_in(file, rows_in), outcome=outcome, before=before, group=group, time=time)
    if as_json:
        show_json(found)
    else:
        rows = (("found" if one.found else "-", one.name, _p(one.p_value), one.says) for one in found)
        console().print(table(("", "check", "p", "says"), rows, whole=("", "check", "p")))
    if any(one.found for one in found):
        raise typer.Exit(1)
