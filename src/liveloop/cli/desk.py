"""What does a command need to have an attempt examined? Settings, the journal, the sandbox, an examiner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.base.settings import read_settings
from liveloop.cli.shelf import known_drills
from liveloop.coach.examiner import Examiner, Stage
from liveloop.coach.journal import Journal, open_journal
from liveloop.coach.mark import Examined
from liveloop.drill import Drill
from liveloop.exam.examine import examine
from liveloop.exam.sandbox import Sandbox


@contextmanager
def open_own_journal(*, read_only: bool = False) -> Iterator[Journal]:
    """Open the person's journal where the settings say."""
    with open_journal(read_settings().journal, read_only=read_only) as journal:
        yield journal


@contextmanager
def open_desk(beside: Drill | None = None) -> Iterator[tuple[Examiner, Sandbox]]:
    """Open the journal, warm a sandbox, and give an examiner with it; all is closed at the end.

    `beside` is a drill that lies outside the shelves and is to be known all the same.
    """
    settings = read_settings()
    with open_journal(settings.journal) as journal, Sandbox(minimum=settings.sandbox or "process") as sandbox:

        def run(drill: Drill, attempt: Attempt, tell: Callable[[Stage], None]) -> Examined:
            return examine(drill, attempt, sandbox=sandbox, clock=system_clock, tell=tell)

        examiner = Examiner(journal, lambda: known_drills(beside), run, clock=system_clock)
        try:
            yield examiner, sandbox
        finally:
            examiner.close()
