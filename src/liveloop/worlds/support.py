"""Who writes to whom when somebody was warned, and who stays away?

The support team answers some warnings after minutes to days, many close to its 24 hour deadline. A warned or blocked
user may stay away for a while or for good; a support message brings some of them back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints, choices, exponentials, flips, normals, poissons, uniforms
from liveloop.worlds.setup import DAY, Setup
from liveloop.worlds.traffic import Census

DIRECTIONS = ("to_user", "from_user")
CHANNELS = ("email", "chat", "in_app")
FOREVER = 100_000 * DAY
_HOUR = 3_600_000_000
_KINDS = 4  # support messages that one warning can cause, at most
_CONTACTS = 6  # other contacts of one user, at most


@dataclass(frozen=True, eq=False)
class Letters:
    """Support messages: number (an identity that every policy shares), user, direction, channel, moment."""

    number: Ints
    user: Ints
    direction: Ints
    channel: Ints
    at: Ints


def answer_delays(setup: Setup, seed: int, messages: Ints) -> Floats:
    """Draw how long after a warning the team writes to the user, in microseconds; infinite where it does not."""
    usual = np.log(setup.support.median_hours) + setup.support.sigma * normals(seed, "answer", messages)
    # The deadline draws answers to just before and just after 24 hours.
    rushed = np.log(23.8) + 0.045 * normals(seed, "answer rushed", messages)
    hours = np.exp(np.where(flips(seed, "rushed", messages, setup.support.deadline_share), rushed, usual))
    answered = flips(seed, "answered", messages, setup.support.after_warning)
    return np.where(answered, np.minimum(hours, 2000.0) * _HOUR, np.inf)


def absences(setup: Setup, seed: int, messages: Ints, at: Ints, answered_after: Floats) -> Ints:
    """Draw until when each warning or block keeps its user away (`at` itself: not at all)."""
    reaction = setup.reaction
    away = flips(seed, "away", messages, reaction.lapse_share)
    forever = flips(seed, "forever", messages, reaction.forever_share)
    length = np.where(forever, FOREVER, exponentials(seed, "away for", messages, reaction.lapse_days * DAY))
    back = answered_after + exponentials(seed, "back after", messages, reaction.relief_days * DAY)
    relieved = (answered_after < length) & flips(seed, "relief", messages, reaction.relief)
    length = np.where(relieved, np.minimum(length, np.where(np.isfinite(back), back, FOREVER)), length)
    return at + np.where(away, length, 0.0).astype(np.int64)


def stay_away(user: Ints, sat_at: Ints, until: Ints) -> tuple[Flags, Ints]:
    """Work out which of these warnings happen at all, given in order of (user, sitting).

    An earlier one may keep its user away; `until` is when each would let its user come back. Returns whether each
    warning's sitting takes place, and until when its user is away after it, all earlier ones counted.

    Examples
    --------
    >>> alive, away = stay_away(np.array([1, 1, 1]), np.array([10, 20, 40]), np.array([30, 99, 40]))
    >>> alive.tolist(), away.tolist()
    ([True, False, True], [30, 30, 40])
    """
    alive, away = np.ones(len(user), dtype=np.bool_), until.copy()
    if not len(user):
        return alive, away
    first = np.flatnonzero(np.r_[True, user[1:] != user[:-1]])
    sizes = np.diff(np.r_[first, len(user)])
    for rank in range(1, int(sizes.max())):
        here = first[sizes > rank] + rank
        # A warning in the same sitting as the one before happens although the user then stays away.
        same = sat_at[here] == sat_at[here - 1]
        alive[here] = np.where(same, alive[here - 1], sat_at[here] >= away[here - 1])
        away[here] = np.where(alive[here], np.maximum(until[here], away[here - 1]), away[here - 1])
    return alive, away


def correspond(census: Census, messages: Ints, user: Ints, at: Ints) -> Letters:
    """Write the support messages that warnings cause: the team's answer, the user's appeal, the answer to that."""
    setup, seed = census.setup, census.seed
    delay = answer_delays(setup, seed, messages)
    answered = np.flatnonzero(np.isfinite(delay))
    appealed = np.flatnonzero(flips(seed, "appeal", messages, setup.support.appeal_share))
    appeal_at = at[appealed] + (60e6 + exponentials(seed, "appeal after", messages[appealed], 5.0 * _HOUR)).astype(
        np.int64
    )
    replied = flips(seed, "appeal answered", messages[appealed], 0.7)
    hours = np.exp(np.log(14.0) + 0.9 * normals(seed, "appeal answered after", messages[appealed]))
    reply_at = (appeal_at + hours * _HOUR).astype(np.int64)[replied]
    who = np.concatenate([answered, appealed, appealed[replied]])
    kind = np.repeat([0, 1, 2], [len(answered), len(appealed), int(replied.sum())])
    when = np.concatenate([at[answered] + delay[answered].astype(np.int64), appeal_at, reply_at])
    number = messages[who] * _KINDS + kind
    order = np.lexsort((kind, who))
    channel = choices(seed, "channel", number, [5, 2, 3])
    return _ordered(Letters(number, user[who], (kind == 1).astype(np.int64), channel, when), order)


def contact(census: Census, low: int, high: int) -> Letters:
    """Write the support messages that have nothing to do with a warning, for users `low` to `high` - 1."""
    setup, seed, people = census.setup, census.seed, census.people
    users = np.arange(low, high)
    active = np.clip(
        np.minimum(people.leaves[users], setup.end) - np.maximum(people.joined[users], setup.start), 0, None
    )
    mean = setup.support.contacts_per_month * active / (30.0 * DAY)
    counts = np.minimum(poissons(seed, "contacts", users, mean), _CONTACTS)
    user = np.repeat(users, counts)
    nth = np.arange(len(user)) - np.repeat(np.cumsum(counts) - counts, counts)
    key = user * _CONTACTS + nth
    since = np.maximum(people.joined[user], setup.start)
    asked = since + (uniforms(seed, "contact at", key) * active[user - low]).astype(np.int64)
    theirs = flips(seed, "contact from user", key, 0.6)
    hours = np.exp(np.log(11.0) + 1.0 * normals(seed, "contact answered after", key))
    answered = theirs & flips(seed, "contact answered", key, 0.85)
    room = census.messages * _KINDS  # numbers of letters about warnings lie below
    both = np.concatenate([key, key[answered]])
    reply = np.repeat([0, 1], [len(key), int(answered.sum())])
    when = np.concatenate([asked, (asked + hours * _HOUR).astype(np.int64)[answered]])
    direction = np.concatenate([theirs.astype(np.int64), np.zeros(int(answered.sum()), dtype=np.int64)])
    number = room + both * 2 + reply
    letters = Letters(number, both // _CONTACTS, direction, choices(seed, "channel", number, [5, 2, 3]), when)
    return _ordered(letters, np.argsort(number))


def _ordered(letters: Letters, order: Ints) -> Letters:
    return Letters(
        letters.number[order], letters.user[order], letters.direction[order], letters.channel[order], letters.at[order]
    )
