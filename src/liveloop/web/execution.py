"""How does the web have texts executed? By the exam, in one sandbox, started in the background."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from liveloop.attempt import Attempt
from liveloop.base.clock import Clock
from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.base.tables import Sheet
from liveloop.coach.examiner import Stage
from liveloop.coach.mark import Examined
from liveloop.drill import Argument, Drill
from liveloop.finding import Finding, Place
from liveloop.web.engine import Standing
from liveloop.web.shapes import ColumnCard, RunOut, TableCard
from liveloop.worlds.schema import table

if TYPE_CHECKING:
    from liveloop.exam.sandbox import Sandbox

SAMPLE_ROWS = 5
KEPT_PLACES = 200

log = logging.getLogger(__name__)


class Execution:
    """The exam as the web uses it; nothing heavy is imported or started before it is needed."""

    def __init__(self, settings: Settings, *, clock: Clock, sandbox: Sandbox | None = None) -> None:
        self._settings, self._clock, self._given = settings, clock, sandbox
        self._own: Sandbox | None = None
        self._standing = Standing("", "starting")
        self._tables: dict[str, tuple[TableCard, ...]] = {}
        self._places: OrderedDict[tuple[str, str], Future[Place | None]] = OrderedDict()
        self._placer = ThreadPoolExecutor(1, thread_name_prefix="place")
        self._prepared: dict[str, Future[None] | None] = {}
        self._preparer = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._lock = threading.Lock()

    def examine(self, drill: Drill, attempt: Attempt, tell: Callable[[Stage], None]) -> Examined:
        """Examine an attempt, once the drill's preparation is over or never began: both at once would do it twice."""
        with self._lock:
            preparation = self._prepared.setdefault(drill.slug, None)
        if preparation is not None and not preparation.cancel():
            wait([preparation])
        return self._examine(drill, attempt, tell)

    def _examine(self, drill: Drill, attempt: Attempt, tell: Callable[[Stage], None]) -> Examined:
        from liveloop.exam.examine import examine  # noqa: PLC0415 - heavy: data frames and engines

        return examine(drill, attempt, sandbox=self.sandbox(), clock=self._clock, tell=tell)

    def prepare(self, drill: Drill) -> None:
        """Examine the drill's own reference in the background, once: the exam keeps what it works out for a drill.

        The candidate reads and writes for minutes; the first hand-in should not pay for what could be done meanwhile.
        """
        with self._lock:
            if drill.slug not in self._prepared:
                with suppress(RuntimeError):  # the app is closing
                    self._prepared[drill.slug] = self._preparer.submit(self._prepare, drill)

    def _prepare(self, drill: Drill) -> None:
        reference = Attempt("reference", drill.id, drill.kind, drill.reference, self._clock())
        try:
            self._examine(drill, reference, lambda _: None)
        except Exception:  # nobody waits for it; the examination of an attempt will say what is wrong
            log.warning("%s could not be prepared", drill.slug, exc_info=True)

    def place(self, drill: Drill, attempt: Attempt, findings: Sequence[Finding]) -> Place | None:
        """Look for the one change, one attempt at a time; what was found is kept, what was stopped is not."""
        key = (attempt.id, drill.reference)
        with self._lock:
            looking = self._places.get(key)
            if looking is None or (looking.done() and looking.exception() is not None):
                looking = self._placer.submit(self._place, drill, attempt, findings)
                self._places[key] = looking
            while len(self._places) > KEPT_PLACES:
                self._places.popitem(last=False)
        return looking.result()

    def _place(self, drill: Drill, attempt: Attempt, findings: Sequence[Finding]) -> Place | None:
        from liveloop.exam.sql_place import place  # noqa: PLC0415 - heavy: engines

        return place(drill, attempt, findings, self.sandbox(), clock=self._clock)

    def run(self, drill: Drill, text: str) -> RunOut:
        """Run a text on the visible data."""
        from liveloop.exam import estimator, python, sql, views  # noqa: PLC0415 - heavy: data frames and engines

        forms = ((drill.sql, sql), (drill.python, python), (drill.features, views))
        kind = next((module for form, module in forms if form is not None), estimator)
        return RunOut(**vars(kind.run_visible(drill, text, self.sandbox())))

    def tables(self, drill: Drill) -> tuple[TableCard, ...]:
        """Show the tables or frames that the candidate sees; asked of the exam once."""
        known = self._tables.get(drill.slug)
        if known is None:
            known = self._show_tables(drill)
            self._tables[drill.slug] = known
        return known

    def _show_tables(self, drill: Drill) -> tuple[TableCard, ...]:
        if drill.sql is not None:
            return tuple(self._show_table(drill, name) for name in drill.sql.tables)
        if drill.estimator is not None:
            from liveloop.exam.estimator import example, sheet_of  # noqa: PLC0415 - heavy

            return (show_frame(drill.estimator.columns, sheet_of(example(drill), 0)),)
        if drill.features is not None:
            from liveloop.exam.views import example_sheets as example_facts  # noqa: PLC0415 - heavy

            return tuple(show_frame({}, shown, name) for name, shown in example_facts(drill).items())
        arguments = drill.python.arguments if drill.python is not None else ()
        if not arguments:
            return ()
        from liveloop.exam.python import example_sheets  # noqa: PLC0415 - heavy

        sheets = example_sheets(drill)
        return tuple(show_argument(argument, sheets.get(argument.name)) for argument in arguments)

    def _show_table(self, drill: Drill, name: str) -> TableCard:
        declared = table(name)
        form = drill.sql
        nullable = {} if form is None else dict.fromkeys(form.nullable, True) | dict.fromkeys(form.not_null, False)
        columns = tuple(
            ColumnCard(c.name, c.type, nullable.get(f"{name}.{c.name}", c.nullable), c.says, c.refers_to)
            for c in declared.columns
        )
        sample = self.run(drill, f"SELECT * FROM {name} LIMIT {SAMPLE_ROWS}").sheet  # noqa: S608 - the schema's name
        return TableCard(declared.name, declared.says, declared.key, columns, sample)

    def sandbox(self) -> Sandbox:
        """Give the sandbox, started when this is the first time."""
        if self._given is not None:
            return self._given
        from liveloop.exam.sandbox import Sandbox  # noqa: PLC0415 - heavy

        with self._lock:
            if self._own is None:
                self._own = Sandbox(None, minimum=self._settings.sandbox or "process")
                self._own.start()
            return self._own

    def standing(self) -> Standing:
        """Say which sandbox level there is, as far as it is known."""
        return self._standing

    def warm(self) -> None:
        """Start the sandbox and import what an examination needs."""
        from liveloop.exam.sandbox import doctor  # noqa: PLC0415 - heavy

        try:
            level = self.sandbox().level
            self._standing = Standing(level, doctor().state(level).why)
        except BadInput as refusal:
            self._standing = Standing("none", str(refusal))
        from liveloop.exam import examine, python, sql  # noqa: F401, PLC0415 - imported before anyone waits for them
        from liveloop.exam.prose import find  # noqa: PLC0415 - heavy

        find("warm")

    def close(self) -> None:
        """End the sandbox that was started here, and with it what is being prepared."""
        self._preparer.shutdown(wait=False, cancel_futures=True)
        self._placer.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None
        self._preparer.shutdown(wait=True)
        self._placer.shutdown(wait=True)


FRAME = "the frame that the function is given, anew for each experiment"


def show_frame(says: Mapping[str, str], shown: Sheet, source: str = "") -> TableCard:
    """Show the frame that an estimator is given, or the facts of a source, with its first rows."""
    types = dict(zip(shown.columns, shown.types, strict=True))
    named = says or dict.fromkeys(shown.columns, "")
    columns = tuple(ColumnCard(name, types.get(name, ""), False, said, None) for name, said in named.items())  # noqa: FBT003
    cut = shown.cut + max(0, len(shown.rows) - SAMPLE_ROWS)
    sample = replace(shown, rows=shown.rows[:SAMPLE_ROWS], cut=cut)
    return TableCard(source or "df", "facts that a view may read" if source else FRAME, (), columns, sample)


def show_argument(argument: Argument, example: Sheet | str | None) -> TableCard:
    """Show an argument of a function: a frame with its first rows, or a literal with the values it may have."""
    columns = tuple(ColumnCard(c.name, c.type, c.nullable, c.role, None) for c in argument.columns)
    key = tuple(column.name for column in argument.columns if column.role == "key")
    if argument.kind == "literal":
        values = ", ".join(repr(value) for value in argument.values)
        return TableCard(argument.name, f"a value such as {values}", (), (), None)
    sample = example if isinstance(example, Sheet) else None
    if sample is not None and len(sample.rows) > SAMPLE_ROWS:
        sample = replace(sample, rows=sample.rows[:SAMPLE_ROWS], cut=sample.cut + len(sample.rows) - SAMPLE_ROWS)
    return TableCard(argument.name, "a frame that the function is given", key, columns, sample)
