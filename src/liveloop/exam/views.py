"""Does a file of views say what was known of somebody, and nothing that was not?

The text is data and never code: it is parsed, bounded, and computed by `liveloop.features` on facts drawn from the
drill's world. What breaks is shown on the fewest facts that move the feature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from time import perf_counter

import numpy as np
import pyarrow as pa

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.base.tables import Sheet
from liveloop.drill import Drill, FeaturesForm
from liveloop.exam.cases import opened, settings_of
from liveloop.exam.python_values import sheet
from liveloop.exam.sandbox.limits import Stop
from liveloop.exam.shown import Shown
from liveloop.features.facts import Facts, read_facts
from liveloop.features.files import parsed, sources_of, target_of, views_of
from liveloop.features.leaks import Leak, fewest, moved
from liveloop.features.lineage import FeatureSet, Target
from liveloop.features.replay import replay
from liveloop.features.training import training_set
from liveloop.features.view import Source, View, every_view
from liveloop.finding import DatabaseEvidence, LinesEvidence, TimingEvidence
from liveloop.probe import Contrast, Trial

GIVEN = "sources.toml"
MOST_BYTES, MOST_VIEWS = 20_000, 30
CUTS = 3
SHOWN_ROWS = 12
VISIBLE_SEED = 20_260_105  # the visible facts are one fixed draw, never one that is examined
Said = tuple[str, DatabaseEvidence]


@dataclass(frozen=True, eq=False)
class Stage:
    """A drill with one seed, laid out: the sources as given and as they are, facts, rows, what the reference says."""

    sources: tuple[Source, ...]
    true_sources: tuple[Source, ...]
    target: Target | None
    tables: Mapping[str, pa.Table]
    facts: Mapping[str, Facts]
    asked: pa.Table
    reference: Mapping[str, View]
    expected: pa.Table

    def answers(self, views: Sequence[View], tables: Mapping[str, pa.Table], rows: pa.Table) -> pa.Table:
        """Compute views on other tables."""
        read = {view.source for view in every_view(views)}
        facts = {one.name: read_facts(one, tables[one.name]) for one in self.sources if one.name in read}
        return training_set(views, facts, rows)


def stage_of(drill: Drill, seed: int) -> Stage:
    """Lay a drill out, once for each seed."""
    if drill.features is None or GIVEN not in drill.given:
        raise BadInput("not a drill of features", where=drill.slug, allowed=f"a [features] table and given/{GIVEN}")
    form = json.dumps(asdict(drill.features), sort_keys=True)
    return _laid(settings_of(drill), seed, form, drill.given[GIVEN], drill.reference)


@lru_cache(maxsize=16)
def _laid(settings: str, seed: int, form_text: str, given: str, reference: str) -> Stage:
    form = FeaturesForm(**json.loads(form_text))
    said = parsed(given, GIVEN)
    sources, views = sources_of(said), views_of(parsed(reference, "reference.toml"))
    with opened(settings, seed) as database:
        tables = {one.name: database.sql(form.facts[one.name]).to_arrow_table() for one in sources}
        asked = database.sql(form.asked).to_arrow_table()
    facts = {one.name: read_facts(one, tables[one.name]) for one in sources}
    true_sources = tuple(replace(one, filled=_filled(form, one.name)) for one in sources)
    expected = training_set(views, facts, asked)
    by_name = {view.name: view for view in views}
    return Stage(sources, true_sources, target_of(said), tables, facts, asked, by_name, expected)


def _filled(form: FeaturesForm, source: str) -> tuple[tuple[str, str], ...]:
    named = ((name.partition("."), when) for name, when in form.filled.items())
    return tuple((column, when) for (table, _, column), when in named if table == source)


def read_attempt(text: str, stage: Stage) -> tuple[View, ...]:
    """Read what was handed in: views of the given sources, a bounded number of them.

    Raises
    ------
    BadInput
        When it is no TOML, says more than views, or a view reads what is not there.
    """
    if len(text.encode()) > MOST_BYTES:
        raise BadInput(f"{len(text.encode())} bytes of views", where="views", allowed=f"at most {MOST_BYTES}")
    said = parsed(text, "views")
    strange = sorted(set(said) - {"views"})
    if strange:
        raise BadInput(f"it says [{strange[0]}]", where=strange[0], allowed="[views.NAME] alone: the sources are given")
    views = views_of(said)
    if len(views) > MOST_VIEWS:
        raise BadInput(f"{len(views)} views", where="views", allowed=f"at most {MOST_VIEWS}")
    FeatureSet(views, stage.sources)  # sources that are not there; without a target, lineage says nothing yet
    training_set(views, stage.facts, stage.asked.slice(0, 1))  # columns and entities that are not there
    return views


@dataclass
class ViewsExhibit:
    """A file of views laid out for the probes."""

    drill: Drill
    attempt: Attempt
    seed: int = 0
    refused: BadInput | None = field(init=False, default=None)
    views: dict[str, View] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.stage = stage_of(self.drill, self.seed)
        try:
            self.views = {view.name: view for view in read_attempt(self.attempt.text, self.stage)}
        except BadInput as refusal:
            self.refused = refusal

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Give nothing: no job is run."""
        return ()

    def bases(self) -> Sequence[str]:
        """Give nothing: the world is asked as it is."""
        return ()

    def timing(self) -> TimingEvidence | None:
        """Time nothing."""
        return None

    def reading(self) -> LinesEvidence | None:
        """Remark nothing."""
        return None

    def names(self, code: str) -> Sequence[str]:
        """Give the views that a probe is asked of: what the drill wants, or what is there."""
        if self.refused is not None:
            return ()
        return tuple(self.stage.reference if code == "disagrees" else self.views)

    def trials(self, contrasts: Sequence[Contrast]) -> Sequence[Trial]:
        """Ask each view what a probe asks of it."""
        made = []
        for contrast in contrasts:
            said = self.told(*contrast.nasty)
            size = 0 if said is None else sum(len(one.rows) for one in said[1].database.values())
            made.append(Trial(contrast, calm_agrees=True, agrees=said is None, size=size))
        return made

    def smallest(self, trial: Trial) -> Trial:
        """Put what there is to say into the trial: its facts are the fewest already."""
        said = self.told(*trial.contrast.nasty)
        return trial if said is None else replace(trial, contrast=replace(trial.contrast, says=said[0]))

    def evidence(self, trial: Trial) -> DatabaseEvidence:
        """Show the facts that move the feature."""
        said = self.told(*trial.contrast.nasty)
        if said is None:
            raise LookupError(f"nothing broke: {trial}")
        return said[1]

    def told(self, code: str, name: str) -> Said | None:
        """Say what a probe finds in a view, None where it finds nothing."""
        return self.findings[code].get(name)

    @cached_property
    def findings(self) -> dict[str, dict[str, Said]]:
        """Ask every question of every view; what leaks or is unsettled is not told as another value besides."""
        leaks = {name: said for name, view in self.views.items() if (said := self._refusal(view)) is not None}
        left = [view for name, view in self.views.items() if name not in leaks]
        leaks |= self._replayed(left)
        fresh = {view.name: said for view in left if view.name not in leaks and (said := self._fresh(view)) is not None}
        wrong = {
            name: said
            for name in self.stage.reference
            if name not in leaks and name not in fresh and (said := self._another(name)) is not None
        }
        return {"leak": leaks, "unsettled": fresh, "disagrees": wrong}

    def _refusal(self, view: View) -> Said | None:
        """Say what lineage refuses."""
        try:
            FeatureSet((view,), self.stage.sources, self.stage.target)
        except BadInput as refusal:
            target = self.stage.target
            source = next(one for one in self.stage.sources if one.name == view.source)
            apart = target is not None and target.about in source.about and view.through is None
            shown = self._beside(view, replace(view, apart_from=target.about)) if target and apart else None
            words = f"`{view.name}` is defined: {refusal.wrong}"
            return words, shown or DatabaseEvidence({}, None, None, error=str(refusal))
        return None

    def _replayed(self, views: Sequence[View]) -> dict[str, Said]:
        """Scramble what became known later, of each source that is read, and say what moves."""
        if not views:
            return {}
        stage, read = self.stage, {view.source for view in every_view(views)}
        sources = [one for one in stage.true_sources if one.name in read]
        found = replay(lambda tables, rows: stage.answers(views, tables, rows), sources, stage.tables, stage.asked,
                       cuts=CUTS, seed=self.seed)  # fmt: skip
        return {leak.column: self._moved(leak) for leak in found.leaks}

    def _moved(self, leak: Leak) -> Said:
        says = f"`{leak.column}` moves with what became known in {leak.source} after {leak.at.isoformat()}"
        names = tuple(self.stage.tables[leak.source].column_names)
        facts = sheet(names, tuple(tuple(fact[name] for name in names) for fact in leak.facts))
        database = {leak.source: facts, "asked": self._row(leak.row)}
        return says, DatabaseEvidence(database, value(leak.column, leak.after), value(leak.column, leak.before))

    def _fresh(self, view: View) -> Said | None:
        """Say where labels inside their embargo move a view."""
        source = next(one for one in self.stage.sources if one.name == view.source)
        if view.embargo >= source.embargo:
            return None
        shown = self._beside(view, replace(view, embargo=source.embargo))
        days = source.embargo.total_seconds() / 86_400
        says = f"`{view.name}` reads {source.name} that became known less than {days:g} days before"
        return None if shown is None else (says, shown)

    def _another(self, name: str) -> Said | None:
        """Say where a view is another than the reference's."""
        right = self.stage.reference[name]
        if name in self.views:
            shown = self._beside(self.views[name], right)
            return None if shown is None else (f"`{name}` is another than it was known to be", shown)
        asked = {"asked": self._row(0)}
        expected = value(name, self.stage.expected.column(name)[0].as_py())
        return f"there is no view `{name}`", DatabaseEvidence(asked, expected, None, error=f"there is no view {name!r}")

    def _beside(self, view: View, right: View) -> DatabaseEvidence | None:
        """Show the fewest facts on which two views differ; None where they never do."""
        stage = self.stage
        every = np.arange(stage.asked.num_rows)
        mine, due = (training_set([one], stage.facts, stage.asked).column(one.name) for one in (view, right))
        row = moved(mine, due, every)
        if row is None:
            return None
        one_row = stage.asked.slice(row, 1)
        tables = dict(stage.tables)

        def both(tables: Mapping[str, pa.Table]) -> list[pa.ChunkedArray]:
            return [stage.answers([one], tables, one_row).column(one.name) for one in (view, right)]

        read = dict.fromkeys(one.source for one in every_view([view, replace(right, name=f"{right.name} due")]))
        for name in read:
            whole = tables[name]

            def differ(some: np.ndarray, name: str = name, whole: pa.Table = whole) -> bool:
                one, other = both({**tables, name: whole.take(pa.array(some))})
                return moved(one, other, np.array([0])) is not None

            tables[name] = whole.take(pa.array(fewest(np.arange(whole.num_rows), differ)))
        shown = {name: rows_of(tables[name]) for name in read}
        got, expected = (column[0].as_py() for column in both(tables))
        return DatabaseEvidence({**shown, "asked": self._row(row)}, value(view.name, expected), value(view.name, got))

    def _row(self, row: int) -> Sheet:
        return rows_of(self.stage.asked.slice(row, 1))


def rows_of(table: pa.Table) -> Sheet:
    """Show the rows of a table."""
    return sheet(tuple(table.column_names), tuple(tuple(row.values()) for row in table.to_pylist()))


def value(name: str, cell: object) -> Sheet:
    """Show one answer."""
    return sheet((name,), ((cell,),), (0,))


def run_visible(drill: Drill, text: str, sandbox: object) -> Shown:
    """Compute a file of views on the visible facts, as the tool itself would: what leaks by lineage is refused."""
    del sandbox
    began = perf_counter()
    laid, error = None, None
    try:
        stage = stage_of(drill, VISIBLE_SEED)
        views = read_attempt(text, stage)
        FeatureSet(views, stage.sources, stage.target)
        laid = rows_of(training_set(views, stage.facts, stage.asked.slice(0, SHOWN_ROWS)))
    except BadInput as refusal:
        error = str(refusal)
    return Shown(laid, None, "", error, perf_counter() - began, None)


def example_sheets(drill: Drill) -> dict[str, Sheet]:
    """Show the first visible facts of each source, by name."""
    return {name: rows_of(table.slice(0, SHOWN_ROWS)) for name, table in stage_of(drill, VISIBLE_SEED).tables.items()}
