"""Which messages do people look at, when do they get to them, and what do they say?

The team has a fixed number of slots a day, spread over its working hours. Cases are taken up first come, first served,
each in the next free slot. A lower threshold hands over more cases, so the queue grows and every label comes later:
the delay is a consequence of the policy, not a setting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Flags, Ints, exponentials, flips, integers, normals
from liveloop.worlds.harm import ALLOW, Danger, Moderation
from liveloop.worlds.setup import DAY, Setup

REASONS = ("score", "user_report", "audit")
SCORE, REPORT, AUDIT = 0, 1, 2
_OPENS, _CLOSES = 6.0, 22.0  # working hours, UTC
_MINUTE = 60_000_000
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Cases:
    """Messages handed over, in order of message: why, when, known when, how severe, and the sealed truth."""

    message: Ints
    reason: Ints
    severity: Ints
    happened: Ints
    known: Ints
    harmful: Flags


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Labels, in order of (message, revision): `says` is 1 harmful, 0 harmless, -1 could not tell."""

    case: Ints  # index into the cases
    reviewer: Ints
    says: Ints
    revision: Ints
    happened: Ints
    known: Ints


def hand_over(setup: Setup, seed: int, messages: Ints, decided: Ints, danger: Danger, made: Moderation) -> Cases:
    """Choose the messages that people look at; `decided` is when the product knew each decision."""
    review = setup.review
    audit = flips(seed, "audit", messages, review.audit_share)
    chance = np.where(made.action == ALLOW, 0.0, review.score_share)
    # A near miss is worth a look as well.
    chance = np.where((made.action == ALLOW) & (made.score >= 0.8 * made.threshold), review.score_share / 2, chance)
    score = flips(seed, "score review", messages, chance)
    spotted = np.where(danger.harmful, review.report_share, review.report_share / 100.0)
    report = flips(seed, "report", messages, spotted)
    at = np.flatnonzero(audit | score | report)
    # The audit comes first: its cases are a random sample of all messages only if nothing else takes them away.
    reason = np.where(audit[at], AUDIT, np.where(score[at], SCORE, REPORT))
    wait = np.where(reason == REPORT, 6 * 60.0, np.where(reason == AUDIT, 60.0, 0.5))
    known = decided[at] + 1 + (exponentials(seed, "handed over", messages[at], wait) * _MINUTE).astype(np.int64)
    lag = (exponentials(seed, "hand-over lag", messages[at], 0.2) * _MINUTE).astype(np.int64)
    severe = 1.2 + 1.3 * danger.harmful[at] + 0.8 * normals(seed, "severity", messages[at])
    severity = np.clip(severe, 1, 4).astype(np.int64)
    return Cases(messages[at], reason, severity, known, known + lag, danger.harmful[at])


def slots(setup: Setup, messages_per_day: float) -> Ints:
    """Lay out the team's slots from the first to the last day, in order of time.

    `messages_per_day` are those that users have time for: the team's size must not depend on the policy.
    """
    per_day = setup.review.capacity_per_1000_messages * messages_per_day / 1000.0
    days = np.arange(setup.days + 1)
    weekday = (setup.start // DAY + 3 + days) % 7  # the first of January 1970 was a Thursday; Monday is 0
    share = np.where(weekday >= 5, setup.review.weekend, 1.0)
    open_slots = np.maximum(
        np.diff(np.r_[0, np.rint(np.cumsum(per_day * share * 7 / (5 + 2 * setup.review.weekend)))]), 0
    )
    counts = open_slots.astype(np.int64)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    hours = _OPENS + (_CLOSES - _OPENS) * (nth + 0.5) / np.repeat(np.maximum(counts, 1), counts)
    midnight = setup.start - (setup.start % DAY)
    return np.asarray(midnight + np.repeat(days, counts) * DAY + (hours * 3_600_000_000).astype(np.int64))


def queue(slot_times: Ints, known: Ints, tie: Ints) -> Ints:
    """Give each case the index of its slot, first come first served; -1 where none is left.

    Examples
    --------
    >>> queue(np.array([10, 20, 30]), np.array([5, 1, 1, 1]), np.array([0, 1, 2, 3])).tolist()
    [-1, 0, 1, 2]
    """
    order = np.lexsort((tie, known))
    ready = np.searchsorted(slot_times, known[order], side="left")
    nth = np.arange(len(order))
    # Case i takes the later of its first possible slot and the slot after case i - 1's, which unrolls to this.
    taken = nth + np.maximum.accumulate(ready - nth) if len(order) else nth
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.where(taken < len(slot_times), taken, -1)
    return places


def close(setup: Setup, seed: int, cases: Cases, slot_times: Ints) -> tuple[Ints, Verdicts]:
    """Work the queue: when each case is closed (a moment past every end where it never is), and all verdicts."""
    place = queue(slot_times, cases.known, cases.message)
    taken = np.where(place >= 0, slot_times[np.maximum(place, 0)] if len(slot_times) else 0, 0)
    minutes = exponentials(seed, "handling", cases.message, setup.review.handling_minutes)
    resolved = np.where(place >= 0, taken + 1 + (minutes * _MINUTE).astype(np.int64), _NEVER)
    resolved = np.where(resolved > setup.end, _NEVER, resolved)
    judged = np.flatnonzero((resolved < _NEVER) & ~flips(seed, "no verdict", cases.message, setup.review.unlabelled))
    first = _judge(setup, seed, cases, judged, 1, resolved[judged])
    reviewer = place[judged] % setup.review.reviewers
    first = Verdicts(judged, reviewer, first.says, first.revision, first.happened, first.known)
    return resolved, _merge([first, *_revise(setup, seed, cases, first)])


def _judge(setup: Setup, seed: int, cases: Cases, case: Ints, revision: int, at: Ints) -> Verdicts:
    message, review = cases.message[case], setup.review
    key = message * 4 + revision
    noise = review.noise / revision  # a second look is better
    wrong = flips(seed, "wrong", key, noise)
    unsure = flips(seed, "unsure", key, review.unsure)
    says = np.where(unsure, -1, (cases.harmful[case] ^ wrong).astype(np.int64))
    reviewer = review.reviewers + integers(seed, "second reviewer", key, max(1, review.reviewers // 2))
    lag = exponentials(seed, "recording", key, review.recording_minutes) * _MINUTE
    return Verdicts(case, reviewer, says, np.full(len(case), revision), at, at + lag.astype(np.int64))


def _revise(setup: Setup, seed: int, cases: Cases, verdicts: Verdicts) -> list[Verdicts]:
    later = []
    for revision in (2, 3):
        key = cases.message[verdicts.case] * 4 + revision
        again = flips(seed, "revised", key, setup.review.revised_share)
        wait = 1 + (exponentials(seed, "revised after", key, setup.review.revision_days) * DAY).astype(np.int64)
        # A revision is written when the verdict before is on record.
        at = (verdicts.known + wait)[again]
        verdicts = _judge(setup, seed, cases, verdicts.case[again], revision, at)
        later.append(verdicts)
    return later


def _merge(parts: list[Verdicts]) -> Verdicts:
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Verdicts.__annotations__}
    order = np.lexsort((joined["revision"], joined["case"]))
    return Verdicts(**{name: values[order] for name, values in joined.items()})
