"""What do all pages stand on? The journal, the drills, the examiner, the engine: one of each for an app."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import Annotated

from fastapi import Depends, Request

from liveloop.base.clock import Clock
from liveloop.base.settings import Settings
from liveloop.coach.agenda import Agenda
from liveloop.coach.catalogue import read_catalogue
from liveloop.coach.examiner import Examiner
from liveloop.coach.journal import Journal, NotThere, open_journal
from liveloop.drill import Drill
from liveloop.web.engine import Engine
from liveloop.web.shelf import Shelf
from liveloop.web.token import read_secret

log = logging.getLogger(__name__)
RUNS_AT_ONCE = 2
Drills = Callable[[], Shelf]


@dataclass
class Desk:
    """Everything an app holds while it runs."""

    settings: Settings
    clock: Clock
    engine: Engine
    journal: Journal
    read_drills: Drills
    secret: bytes
    leaving: threading.Event = field(default_factory=threading.Event)
    planning: threading.RLock = field(default_factory=threading.RLock)  # one change of the plan at a time
    _door: threading.Lock = field(default_factory=threading.Lock)
    _shelf: Shelf | None = None

    @cached_property
    def version(self) -> str:
        """Say which liveloop this is."""
        return version("liveloop")

    @cached_property
    def examiner(self) -> Examiner:
        """Start the examiner."""
        return Examiner(
            self.journal,
            self.drills,
            self.engine.examine,
            clock=self.clock,
            threads=self.settings.examiners,
            lease_seconds=self.settings.lease_seconds,
        )

    @cached_property
    def agenda(self) -> Agenda:
        """Read the content and stand by with the plan."""
        catalogue = read_catalogue(*self.settings.content)
        return Agenda(self.journal, catalogue, self.drills, clock=self.clock, zone=self.settings.zone)

    @cached_property
    def runners(self) -> ThreadPoolExecutor:
        """Start the threads that wait for runs on visible data: few, so that a hostile text cannot take them all."""
        return ThreadPoolExecutor(RUNS_AT_ONCE, thread_name_prefix="run")

    def shelf(self) -> Shelf:
        """Give the drills, and the folders that are none; read once."""
        with self._door:
            if self._shelf is None:
                self._shelf = self.read_drills()
            return self._shelf

    def drills(self) -> Mapping[str, Drill]:
        """Give every drill by slug."""
        return self.shelf().drills

    def drill(self, slug: str) -> Drill:
        """Give one drill; NotThere when there is none of that slug."""
        drill = self.drills().get(slug)
        if drill is None:
            raise NotThere(f"there is no drill {slug[:80]!r}")
        return drill

    def slugs(self) -> dict[str, Drill]:
        """Give every drill by id."""
        return {drill.id: drill for drill in self.drills().values()}

    def warm(self) -> None:
        """Start what is slow, take up what was left unexamined, read what the first pages show."""
        try:
            self.engine.warm()
            self.examiner.resume()
            for drill in self.drills().values():
                if self.leaving.is_set():
                    return
                self.engine.tables(drill)
        except Exception:  # the app is up already: pages that need it will say what is wrong
            log.exception("warming up stopped")

    def close(self) -> None:
        """Finish what is under way and end every process and connection."""
        self.leaving.set()
        self.runners.shutdown(wait=False, cancel_futures=True)
        self.examiner.close()
        self.runners.shutdown(wait=True)
        self.engine.close()
        self.journal.close()


def open_desk(settings: Settings, *, clock: Clock, engine: Engine, drills: Drills) -> Desk:
    """Open the journal and set up the desk; BadInput when the home cannot be used."""
    journal = open_journal(settings.journal)
    desk = Desk(settings, clock, engine, journal, drills, read_secret(settings.home))
    desk.examiner, desk.runners  # noqa: B018 - made here, by one thread
    return desk


def desk_of(request: Request) -> Desk:
    """Find the desk of the app that was asked."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
