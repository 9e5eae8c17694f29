"""Who examines what was handed in, and how does an examination survive a crash?

The order is what keeps an attempt safe: it is written to the journal, then claimed, then examined, then its debrief
is written together with the end of the claim. A crash between any two steps leaves an attempt without a debrief, which
the next start takes up.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from liveloop.attempt import Attempt, refuse_text
from liveloop.base.clock import Clock
from liveloop.base.errors import BadInput
from liveloop.coach.journal import Journal, JournalShut, own
from liveloop.coach.mark import Examined, Shelf, mark
from liveloop.coach.signal import SIGNALS
from liveloop.debrief import Debrief, Signal
from liveloop.drill import Drill

MOST_TRIES = 3  # an examination that ends the app itself must not end it at every start
GIVEN_UP = "the app ended {tries} times while it was examined, so it is not taken up at the start any more"

log = logging.getLogger(__name__)


class Stage(Protocol):
    """How far an examination is: `exam.examine.Progress`."""

    @property
    def stage(self) -> str:
        """What is being done."""

    @property
    def done(self) -> int:
        """How much of it is done."""

    @property
    def total(self) -> int:
        """How much of it there is."""


Examine = Callable[[Drill, Attempt, Callable[[Stage], None]], Examined]


@dataclass(frozen=True)
class Progress:
    """What is being done for an attempt, and how far it is."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Done:
    """An attempt has its debrief."""

    attempt_id: str
    signal: Signal


@dataclass(frozen=True)
class Failed:
    """An examination stopped; the attempt is kept and tried again at the next start."""

    message: str


News = Progress | Done | Failed
Listener = Callable[[News], None]


class Examiner:
    """Take attempts in, examine them a few at a time, and tell whoever listens.

    Parameters
    ----------
    drills
        Gives the drills by slug; called when they are needed, so that starting does not wait for them.
    examine
        Executes an attempt; it must be safe to call from several threads.
    """

    def __init__(
        self,
        journal: Journal,
        drills: Callable[[], Mapping[str, Drill]],
        examine: Examine,
        *,
        clock: Clock,
        threads: int = 2,
        lease_seconds: float = 20.0,
    ) -> None:
        self._journal, self._drills, self._examine, self._clock = journal, drills, examine, clock
        self._lease = timedelta(seconds=lease_seconds)
        self._owner = own(owners(journal.path))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="examine")
        self._listeners: dict[str, list[Listener]] = {}
        self._latest: dict[str, Progress] = {}
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="examiner-pulse", daemon=True)
        self._pulse.start()

    def hand_in(
        self, drill: Drill, text: str, *, confidence: float | None = None, started_at: datetime | None = None
    ) -> Attempt:
        """Write an attempt to the journal, then have it examined; when this returns the attempt is safe.

        Raises
        ------
        BadInput
            For a text that is empty, too long or holds what no editor types; nothing is written then.
        """
        refuse_text(text)
        if confidence is not None and not 0 <= confidence <= 1:
            raise BadInput(f"the confidence is {confidence}", where="confidence", allowed="0 to 1, or none")
        attempt = Attempt(
            id=f"att_{secrets.token_hex(8)}",
            drill_id=drill.id,
            kind=drill.kind,
            text=text,
            handed_in_at=self._clock(),
            confidence=confidence,
            started_at=started_at,
        )
        self._journal.write_attempt(attempt)
        self.queue(attempt.id)
        return attempt

    def resume(self) -> int:
        """Take up every attempt that has no debrief yet, but for those tried too often; say how many there are."""
        why = GIVEN_UP.format(tries=MOST_TRIES)
        self._journal.give_up(self._owner, why, most_tries=MOST_TRIES, now=self._clock())
        return self._take_up(claimed=False)

    def _take_up(self, *, claimed: bool) -> int:
        with self._lock:
            mine = set(self._latest)
        waiting = self._journal.unexamined(most_tries=MOST_TRIES, claimed=claimed)
        for attempt_id in waiting:
            if attempt_id not in mine:
                self.queue(attempt_id)
        return len(waiting)

    def queue(self, attempt_id: str) -> Future[None] | None:
        """Have an attempt examined when its turn comes; None when this examiner is leaving, or has it already."""
        waiting = Progress("waiting", 0, 1)
        with self._lock:
            if self._leaving.is_set() or attempt_id in self._latest:
                return None
            self._latest[attempt_id] = waiting
        self._tell(attempt_id, waiting)
        try:
            return self._pool.submit(self._examine_one, attempt_id)
        except RuntimeError:  # it began to leave in between; the next start takes the attempt up
            return None

    def listen(self, attempt_id: str, listener: Listener) -> Callable[[], None]:
        """Tell the listener what happens to an attempt, beginning with where it is; call what is given to stop.

        The listener is called from the examining thread and must not block.
        """
        with self._lock:
            self._listeners.setdefault(attempt_id, []).append(listener)
            latest = self._latest.get(attempt_id)
        news = self.outcome(attempt_id) or latest
        if news is not None:
            listener(news)

        def stop() -> None:
            with self._lock:
                mine = self._listeners.get(attempt_id, [])
                if listener in mine:
                    mine.remove(listener)
                if not mine:
                    self._listeners.pop(attempt_id, None)

        return stop

    def outcome(self, attempt_id: str) -> Done | Failed | None:
        """Say how an examination ended, by the journal, whoever did it; None while it has not."""
        entry = self._journal.entry(attempt_id)
        if entry.signal is not None:
            return Done(attempt_id, entry.signal)
        with self._lock:
            under_way = attempt_id in self._latest
        return Failed(entry.failed) if entry.failed is not None and not under_way else None

    def under_way(self) -> int:
        """Say how many attempts wait here or are being examined."""
        with self._lock:
            return len(self._latest)

    def wait(self, attempt_id: str, tell: Listener | None = None) -> Debrief:
        """Wait for the debrief of an attempt, telling of progress; BadInput when the examination stops."""
        ended = threading.Event()

        def hear(news: News) -> None:
            if tell is not None:
                tell(news)
            if not isinstance(news, Progress):
                ended.set()

        stop = self.listen(attempt_id, hear)
        try:
            while not ended.wait(self._lease.total_seconds() / 4):
                if self.outcome(attempt_id) is not None:  # another process may have done it
                    break
        finally:
            stop()
        debrief = self._journal.debrief(attempt_id)
        if debrief is None:
            why = self._journal.entry(attempt_id).failed or "the app is closing"
            raise BadInput(f"the examination stopped: {why}; the attempt is kept", where=attempt_id)
        return debrief

    def close(self) -> None:
        """Finish what is being examined, leave what waits to the next start, and let go of the claims."""
        self._leaving.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pulse.join()
        self._owner.leave()

    def _beat(self) -> None:
        while not self._leaving.wait(self._lease.total_seconds() / 4):
            try:
                self._journal.renew(self._owner, now=self._clock(), lease=self._lease)
                self._take_up(claimed=True)  # those of another process, should it have died
            except JournalShut:
                log.exception("the claims could not be renewed")

    def _examine_one(self, attempt_id: str) -> None:
        try:
            if self._journal.claim(attempt_id, self._owner, now=self._clock(), lease=self._lease):
                self._examine_claimed(attempt_id)
            self._forget(attempt_id)
            outcome = self.outcome(attempt_id)
        except Exception:  # a thread of the pool would swallow it
            log.exception("the journal refused while %s was examined", attempt_id)
            self._forget(attempt_id)
            outcome = Failed("the journal could not be written; the attempt is kept and tried again at the next start")
        if outcome is not None:
            self._tell(attempt_id, outcome)

    def _examine_claimed(self, attempt_id: str) -> None:
        attempt = self._journal.attempt(attempt_id)
        try:
            debrief = self._debrief(attempt)
        except Exception as refusal:  # whatever stopped it, the candidate must be told and the claim let go
            log.exception("the examination of %s stopped", attempt_id)
            words = str(refusal) if isinstance(refusal, BadInput) else f"{type(refusal).__name__}: {refusal}"
            self._journal.write_failure(attempt_id, self._owner, words)
        else:
            self._journal.write_debrief(debrief, self._owner)

    def _forget(self, attempt_id: str) -> None:
        with self._lock:
            self._latest.pop(attempt_id, None)

    def _debrief(self, attempt: Attempt) -> Debrief:
        drills = self._drills()
        drill = next((drill for drill in drills.values() if drill.id == attempt.drill_id), None)
        if drill is None:
            raise BadInput(f"the drill {attempt.drill_id} is not here any more", allowed="the folder it came from")

        def tell(stage: Stage) -> None:
            self._tell(attempt.id, Progress(stage.stage, stage.done, stage.total))

        examination = self._examine(drill, attempt, tell)
        slugs = {other.id: other.slug for other in drills.values()}
        shelf = Shelf(tuple(drills.values()), best_signals(self._journal.signals(), slugs))
        return mark(drill, attempt, examination, examined_at=self._clock(), shelf=shelf)

    def _tell(self, attempt_id: str, news: News) -> None:
        with self._lock:
            if isinstance(news, Progress):
                self._latest[attempt_id] = news
            listeners = list(self._listeners.get(attempt_id, ()))
        for listener in listeners:
            listener(news)


def owners(journal: Path) -> Path:
    """Say where the examining processes of a journal keep their locks."""
    return journal.parent / "examiners"


def best_signals(signals: Iterable[tuple[str, Signal]], slugs: Mapping[str, str]) -> dict[str, Signal]:
    """Give the best signal of each drill so far, by slug.

    Examples
    --------
    >>> best_signals([("drl_1", "no"), ("drl_1", "yes"), ("drl_2", "no")], {"drl_1": "retention"})
    {'retention': 'yes'}
    """
    best: dict[str, Signal] = {}
    for drill_id, signal in signals:
        slug = slugs.get(drill_id)
        if slug is not None and SIGNALS.index(signal) >= SIGNALS.index(best.get(slug, SIGNALS[0])):
            best[slug] = signal
    return best
