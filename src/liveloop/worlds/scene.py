"""What happens in one range of accounts, from sittings to warnings to who stays away?

A scene needs nothing from any other range: what is shared (people, numbering) is in the census, and what couples ranges
(the review queue) is settled later from the cases alone. So ranges can be drawn in any order and any process.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints, choices, exponentials, flips, integers, normals
from liveloop.worlds.drift import level
from liveloop.worlds.harm import ALLOW, WARN, Danger, Moderation, endanger, moderate
from liveloop.worlds.review import Cases, hand_over
from liveloop.worlds.setup import Setup
from liveloop.worlds.support import Letters, absences, answer_delays, contact, correspond, stay_away
from liveloop.worlds.traffic import Census, Sittings, sit
from liveloop.worlds.vocabulary import TOPICS

NEW_LANGUAGE, NEW_TOPIC = 4, 9  # what language and topic drift moves to: Portuguese, news
_SECOND = 1_000_000
_TOPIC_WEIGHTS = (20, 14, 8, 9, 8, 14, 12, 7, 3, 5)
_HARMFUL_TOPICS = ((3, 7), (7, 9), (4, 8), (9, 7), (8, 0))  # by policy
Part = TypeVar("Part")


@dataclass(frozen=True, eq=False)
class Messages:
    """The messages that were written, in order of number; `sitting` is an index into the scene's sittings."""

    ids: Ints
    sitting: Ints
    user: Ints
    at: Ints
    known: Ints
    decided: Ints
    decision_known: Ints
    language: Ints
    topic: Ints
    tokens: Ints


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that happened in accounts `first` to `last` - 1, as arrays."""

    first: int
    last: int
    sittings: Sittings
    away: Flags  # by sitting: a warning or a block before keeps the user away
    messages: Messages
    danger: Danger
    made: Moderation
    warned: Ints  # index into messages
    letters: tuple[Letters, Letters]
    cases: Cases

    @property
    def present(self) -> Flags:
        """Which sittings took place."""
        return self.sittings.kept & ~self.away


def enact(census: Census, first: int, last: int) -> Scene:
    """Draw everything that happens in accounts `first` to `last` - 1."""
    sittings, times = sit(census, first, last)
    counts = sittings.counts
    in_kept = np.repeat(sittings.kept, counts)
    base = int(census.first_message[first])
    ids = base + np.flatnonzero(in_kept)
    sitting = np.repeat(np.flatnonzero(sittings.kept), counts[sittings.kept])
    user, at = sittings.user[sitting], times[in_kept]
    language = _languages(census, ids, user, at)
    danger = endanger(census, ids, user, at)
    made = moderate(census, ids, user, at, language, danger)
    gone = _gone(census, sittings, ids, sitting, at, made.action)
    known = at + sittings.lag[sitting] + _micros(exponentials(census.seed, "message lag", ids, 2.0))
    seen = ~gone[sitting] & (known <= census.setup.end)
    ids, sitting, user, at, known = ids[seen], sitting[seen], user[seen], at[seen], known[seen]
    danger, made = _take(danger, seen), _take(made, seen)
    latency = _micros(0.08 + exponentials(census.seed, "latency", ids, 0.15))
    decided = at + latency
    messages = Messages(
        ids=ids,
        sitting=sitting,
        user=user,
        at=at,
        known=known,
        decided=decided,
        decision_known=np.maximum(decided, known) + _micros(exponentials(census.seed, "decision lag", ids, 1.0)),
        language=language[seen],
        topic=_topics(census, ids, user, at, danger),
        tokens=_lengths(census, ids, user, at),
    )
    warned = np.flatnonzero(made.action == WARN)
    letters = correspond(census, ids[warned], user[warned], decided[warned])
    low, high = int(census.people.first_user[first]), int(census.people.first_user[last])
    cases = hand_over(census.setup, census.seed, ids, messages.decision_known, danger, made)
    both = (letters, contact(census, low, high))
    return Scene(first, last, sittings, gone, messages, danger, made, warned, both, cases)


def _micros(seconds: Floats) -> Ints:
    return (seconds * _SECOND).astype(np.int64)


def _take(part: Part, which: Flags | Ints) -> Part:
    whole: Any = part
    taken: Part = replace(whole, **{item.name: getattr(part, item.name)[which] for item in fields(whole)})
    return taken


def _gone(census: Census, sittings: Sittings, ids: Ints, sitting: Ints, at: Ints, action: Ints) -> Flags:
    """Say which sittings do not take place because a warning or a block before keeps the user away."""
    gone = np.zeros(len(sittings.ids), dtype=np.bool_)
    met = np.flatnonzero(action != ALLOW)
    if not len(met):
        return gone
    delay = np.where(action[met] == WARN, answer_delays(census.setup, census.seed, ids[met]), np.inf)
    until = absences(census.setup, census.seed, ids[met], at[met], delay)
    of = sitting[met]
    _, away = stay_away(sittings.user[of], sittings.at[of], until)
    before = np.searchsorted(of, np.arange(len(gone)), side="left") - 1
    there = (before >= 0) & (sittings.user[of[before]] == sittings.user)
    return np.asarray(there & (away[before] > sittings.at))


def _languages(census: Census, ids: Ints, user: Ints, at: Ints) -> Ints:
    spoken = census.people.language[user]
    language = np.where(flips(census.seed, "in English", ids, 0.06), 0, spoken)
    strength = level(census.setup.drift, "language", at, census.setup.start)
    return np.where(flips(census.seed, "language drift", ids, strength), NEW_LANGUAGE, language)


def _topics(census: Census, ids: Ints, user: Ints, at: Ints, danger: Danger) -> Ints:
    topic = choices(census.seed, "topic", ids, _TOPIC_WEIGHTS)
    topic = np.where(flips(census.seed, "own topic", ids, 0.4), census.people.topic[user], topic)
    strength = level(census.setup.drift, "topic", at, census.setup.start)
    topic = np.where(flips(census.seed, "topic drift", ids, strength), NEW_TOPIC, topic)
    bad = np.flatnonzero(danger.harmful)
    which = integers(census.seed, "harmful topic", ids[bad], 2)
    topic[bad] = np.array(_HARMFUL_TOPICS)[danger.policy[bad], which]
    return np.asarray(topic)


def _lengths(census: Census, ids: Ints, user: Ints, at: Ints) -> Ints:
    people, traffic = census.setup.people, census.setup.traffic
    rest = np.sqrt(1.0 - people.icc_account - people.icc_user)
    z = census.people.length_effect[user] + rest * normals(census.seed, "length", ids)
    growth = 1.0 + level(census.setup.drift, "length", at, census.setup.start)
    tokens = np.exp(np.log(traffic.length_median) + traffic.length_sigma * z) * growth
    return np.asarray(np.maximum(np.rint(tokens), 1).astype(np.int64))


def measured_topics(census: Census, ids: Ints, topic: Ints) -> Ints:
    """Give the topic by the product's own classifier: sometimes wrong, -1 where it abstained."""
    wrong = flips(census.seed, "topic wrong", ids, 0.07)
    seen = np.where(wrong, integers(census.seed, "topic instead", ids, len(TOPICS)), topic)
    return np.asarray(np.where(flips(census.seed, "topic missing", ids, 0.05), -1, seen))


def share_templates(setup: Setup, census: Census, ids: Ints, user: Ints) -> Ints:
    """Give the template each message was made from, -1 for none."""
    made = flips(census.seed, "from template", ids, setup.traffic.template_share)
    return np.where(made, census.people.template[user], -1)
