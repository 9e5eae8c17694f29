"""When do users sit down, and how many messages do they write?

Every sitting that a user has time for gets an identity, whether or not it takes place under the policy: so identities
and dice are the same in every twin, and a sitting that a policy prevents is a gap in the identities.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints, choices, exponentials, flips, normals, poissons, uniforms
from liveloop.worlds.people import Population, populate
from liveloop.worlds.season import Season, season
from liveloop.worlds.setup import Setup, Traffic
from liveloop.worlds.treatment import keep_chance
from liveloop.worlds.vocabulary import TOPICS

CLIENTS = ("web", "mobile", "api")
SECOND = 1_000_000
_MOST_MESSAGES = 80  # in one sitting
_BLOCK = 1 << 20  # sittings counted at once


@dataclass(frozen=True, eq=False)
class Census:
    """The population, and where each user's sittings and each account's messages start in the world's numbering."""

    setup: Setup
    seed: int
    people: Population
    season: Season
    from_day: Floats  # each user's active days at the first and the last possible moment
    to_day: Floats
    first_session: Ints  # by user
    first_message: Ints  # by account

    @property
    def messages(self) -> int:
        """How many messages there are at most: the room that every policy shares."""
        return int(self.first_message[-1])


@dataclass(frozen=True, eq=False)
class Sittings:
    """The sittings of a range of users, in order of (user, start)."""

    ids: Ints
    user: Ints
    at: Ints
    ended: Ints
    counts: Ints
    first_message: Ints
    client: Ints
    lag: Ints
    chance: Floats  # that it takes place
    free: Flags  # no earlier sitting of the user is still going on
    kept: Flags  # takes place, as far as nothing keeps the user away


@lru_cache(maxsize=4)
def take_census(setup: Setup, seed: int) -> Census:
    """Count who does how much, cheaply, so that any range of accounts can then be drawn alone."""
    people = populate(setup, seed, len(TOPICS))
    shape = season(setup.starts_at, setup.days, setup.traffic.weekend, setup.traffic.night)
    users = np.arange(len(people.account))
    from_day = shape.elapsed(people.zone, np.maximum(people.joined, setup.start))
    to_day = shape.elapsed(people.zone, np.minimum(people.leaves, setup.end))
    sessions = poissons(seed, "sessions", users, people.rate * np.maximum(to_day - from_day, 0.0))
    first_session = np.concatenate([[0], np.cumsum(sessions)])
    messages = np.zeros(setup.accounts + 1, dtype=np.int64)
    for low in range(0, int(first_session[-1]), _BLOCK):
        ids = np.arange(low, min(low + _BLOCK, int(first_session[-1])))
        account = people.account[np.searchsorted(first_session, ids, side="right") - 1]
        counts = message_counts(setup.traffic, seed, ids)
        messages[1:] += np.bincount(account, weights=counts, minlength=setup.accounts).astype(np.int64)
    return Census(setup, seed, people, shape, from_day, to_day, first_session, np.cumsum(messages))


def message_counts(traffic: Traffic, seed: int, sessions: Ints) -> Ints:
    """Draw how many messages each sitting has: at least one, log-normal tail, at most 80."""
    sigma = traffic.messages_sigma
    middle = np.log(traffic.messages_per_session) - sigma**2 / 2
    size = np.exp(middle + sigma * normals(seed, "messages", sessions)) + 0.5
    return np.asarray(np.clip(size, 1, _MOST_MESSAGES).astype(np.int64))


def sit(census: Census, first: int, last: int) -> tuple[Sittings, Ints]:
    """Draw the sittings of accounts `first` to `last` - 1, and the moments of all their messages."""
    setup, seed, people = census.setup, census.seed, census.people
    low, high = int(people.first_user[first]), int(people.first_user[last])
    per_user = np.diff(census.first_session[low : high + 1])
    ids = np.arange(census.first_session[low], census.first_session[high])
    user = np.repeat(np.arange(low, high), per_user)
    at = _starts(census, ids, user)
    counts = message_counts(setup.traffic, seed, ids)
    own = np.cumsum(counts) - counts
    first_message = int(census.first_message[first]) + own
    times = _message_times(seed, first_message, counts, at, own)
    ended = np.zeros(len(ids), dtype=np.int64)
    if len(ids):
        ended = times[own + counts - 1] + (exponentials(seed, "leaves", ids, 40.0) * SECOND).astype(np.int64)
    client, lag = _clients(setup.traffic, seed, ids, user)
    lag = np.maximum(lag, people.known[user] - at)  # a session of an unknown user would refer to nothing
    chance = keep_chance(people.experiments, setup.traffic.keep, user, at, setup.start)
    free = ~_overlaps(user - low, at, ended)
    kept = flips(seed, "kept", ids, chance) & free
    return Sittings(ids, user, at, ended, counts, first_message, client, lag, chance, free, kept), times


def _starts(census: Census, ids: Ints, user: Ints) -> Ints:
    span = census.to_day[user] - census.from_day[user]
    days = census.from_day[user] + uniforms(census.seed, "session at", ids) * span
    at = census.season.moments(census.people.zone[user], days)
    return at[np.lexsort((at, user))]  # numbered in the user's order of time


def _message_times(seed: int, first_message: Ints, counts: Ints, at: Ints, own: Ints) -> Ints:
    if not len(counts):
        return np.zeros(0, dtype=np.int64)
    ids = np.arange(first_message[0], first_message[0] + counts.sum())
    gaps = exponentials(seed, "gap", ids, 75.0)
    gaps[own] *= 0.1
    # Whole microseconds before summing: sums of integers do not depend on where a chunk begins.
    steps = np.minimum(gaps * SECOND, 3600.0 * SECOND).astype(np.int64)
    total = np.cumsum(steps)
    before = np.repeat(total[own] - steps[own] - at, counts)
    return np.asarray(total - before)


def _clients(traffic: Traffic, seed: int, ids: Ints, user: Ints) -> tuple[Ints, Ints]:
    share = traffic.mobile_share
    client = choices(seed, "client", ids, [0.9 * (1 - share), share, 0.1 * (1 - share)])
    # Half of the sittings are on the client that the user prefers.
    preferred = choices(seed, "client of user", user, [0.9 * (1 - share), share, 0.1 * (1 - share)])
    client = np.where(flips(seed, "prefers", ids, 0.5), preferred, client)
    late = (client == 1) & flips(seed, "offline", ids, traffic.offline_share)
    lag = exponentials(seed, "lag", ids, np.where(late, traffic.offline_hours * 3600.0, traffic.lag_seconds))
    return client, (lag * SECOND).astype(np.int64)


def _overlaps(user: Ints, at: Ints, ended: Ints) -> Flags:
    """Say which sittings start before an earlier one of the same user ends."""
    overlaps = np.zeros(len(at), dtype=np.bool_)
    longest = int((ended - at).max()) if len(at) else 0
    for back in range(1, len(at)):
        reaching = (user[back:] == user[:-back]) & (at[back:] < ended[:-back])
        overlaps[back:] |= reaching
        near = (user[back:] == user[:-back]) & (at[back:] < at[:-back] + longest)
        if not near.any():
            break
    return overlaps
