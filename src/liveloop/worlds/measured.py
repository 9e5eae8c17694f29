"""Does a draw measure up to its settings?

Every expectation and every standard error is worked out under the settings, not estimated from the draw, so that a
world that lies about its spread cannot widen its own bounds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from scipy.special import ndtr, ndtri

from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.worlds.draw import Draw
from liveloop.worlds.drift import level
from liveloop.worlds.reading import Reading, counted, flags, look_up, measured, numbers, proportion, same, unknown
from liveloop.worlds.review import queue
from liveloop.worlds.truth import Truth

_HOUR, _DAY = 3_600_000_000, 86_400_000_000


def read_measures(draw: Draw, truth: Truth) -> Iterator[Reading]:
    """Read every setting that a draw lets one measure, but for drift and experiments."""
    yield from _read_icc(draw, truth)
    yield from _read_harm(draw, truth)
    yield from _read_lateness(draw)
    yield from _read_review(draw, truth)
    yield from _read_labels(draw, truth)
    yield _read_answers(draw)


def _read_icc(draw: Draw, truth: Truth) -> Iterator[Reading]:
    people, users = draw.world.people, draw.tables["users"]
    account, user_id = numbers(users, "account_id"), numbers(users, "user_id")
    says = "correlation of {} between {} is as set"
    if draw.world.traffic.corpus is None:
        mean, count = _mean_lengths(draw, user_id)
        written = count > 0
        noise = (1 - people.icc_account - people.icc_user) / np.maximum(count, 1)
        parts = account[written], mean[written], noise[written]
        yield _between("icc account", says.format("length", "users of an account"), draw, *parts)
        yield _within("icc user", says.format("length", "messages of a user"), draw, *parts)
    known = np.isin(truth.users["user_id"].to_numpy(), user_id)
    effect = truth.users["harm_effect"].to_numpy()[known]
    nothing = np.zeros(len(effect))
    yield _between("harm icc account", says.format("harm", "users of an account"), draw, account, effect, nothing)
    yield _within("harm icc user", says.format("harm", "messages of a user"), draw, account, effect, nothing)


def _mean_lengths(draw: Draw, user_id: Ints) -> tuple[Floats, Floats]:
    messages, traffic = draw.tables["messages"], draw.world.traffic
    growth = 1.0 + level(draw.world.drift, "length", numbers(messages, "happened_at"), draw.world.start)
    tokens = np.maximum(numbers(messages, "tokens"), 1)
    z = np.log(tokens / growth / traffic.length_median) / max(traffic.length_sigma, 1e-9)
    place = np.searchsorted(user_id, numbers(messages, "user_id"))
    count = np.bincount(place, minlength=len(user_id)).astype(np.float64)
    return np.bincount(place, weights=z, minlength=len(user_id)) / np.maximum(count, 1), count


def _between(name: str, says: str, draw: Draw, account: Ints, mean: Floats, noise: Floats) -> Reading:
    """Average the products of two users of one account: their mean is the account's part of the variance."""
    people = draw.world.people
    _, group = np.unique(account, return_inverse=True)
    size = np.bincount(group).astype(np.float64)
    own = people.icc_user + noise
    total, square = np.bincount(group, weights=mean), np.bincount(group, weights=mean**2)
    spread, spread2 = np.bincount(group, weights=own), np.bincount(group, weights=own**2)
    several = size > 1
    if several.sum() < 8:
        return unknown(name, says)
    k, a = size[several], people.icc_account * (size[several] - 1)
    product = (total[several] ** 2 - square[several]) / (k * (k - 1))
    # The variance of a quadratic form z'Az of normals is 2 tr(A S A S), here with A = J - I and S = icc J + D.
    d, d2 = spread[several], spread2[several]
    variance = 2 * ((a * k) ** 2 + d**2 - d2 + 2 * a * (k - 1) * d) / (k * (k - 1)) ** 2
    weight = 1 / variance
    value = float((product * weight).sum() / weight.sum())
    return measured(name, says, value, people.icc_account, float(weight.sum() ** -0.5))


def _within(name: str, says: str, draw: Draw, account: Ints, mean: Floats, noise: Floats) -> Reading:
    """Square the differences of disjoint pairs of users of one account: the account's part cancels."""
    people = draw.world.people
    nth = np.arange(len(account)) - np.searchsorted(account, account)
    first = np.flatnonzero((nth[:-1] % 2 == 0) & (account[1:] == account[:-1])) if len(account) else nth
    if len(first) < 15:
        return unknown(name, says)
    extra = noise[first] + noise[first + 1]
    square = (mean[first] - mean[first + 1]) ** 2
    weight = (2 * people.icc_user + extra) ** -2.0
    value = float((weight * (square - extra) / 2).sum() / weight.sum())
    return measured(name, says, value, people.icc_user, float((2 * weight.sum()) ** -0.5))


def _read_harm(draw: Draw, truth: Truth) -> Iterator[Reading]:
    harm, people = draw.world.harm, draw.world.people
    yield proportion(
        "adversary share", "as many adversaries as set", flags(truth.users, "adversary"), harm.adversary_share
    )
    messages = draw.tables["messages"]
    writers = numbers(messages, "message_id"), numbers(messages, "user_id")
    user = look_up(*writers, numbers(truth.messages, "message_id"))
    place = np.searchsorted(numbers(truth.users, "user_id"), user)
    rest = np.sqrt(1 - people.icc_account - people.icc_user)
    # Given the user, messages are independent: so the warnings that keep harmful users away do not bias this.
    chance = ndtr((truth.users["harm_effect"].to_numpy()[place] + ndtri(max(harm.base_rate, 1e-12))) / rest)
    chance = np.where(flags(truth.users, "adversary")[place], harm.adversary_rate, chance)
    excess = float((flags(truth.messages, "harmful") - chance).sum())
    error = float(np.sqrt((chance * (1 - chance)).sum()))
    says = "harmful messages are as frequent as set"
    if not len(chance):
        yield unknown("harm rate", says)
        return
    expected = float(chance.mean())
    yield measured("harm rate", says, expected + excess / len(chance), expected, error / len(chance))


def _read_lateness(draw: Draw) -> Iterator[Reading]:
    traffic, sessions = draw.world.traffic, draw.tables["sessions"]
    happened = numbers(sessions, "happened_at")
    lag = (numbers(sessions, "known_at") - happened) / _HOUR
    # Sessions that could still be on their way when the tables were taken would make the rest look punctual.
    settled = happened < draw.world.end - min(8 * traffic.offline_hours, draw.world.days * 12) * _HOUR
    mobile = same(sessions, "client", "mobile") & settled
    expected = traffic.offline_share * float(np.exp(-1 / max(traffic.offline_hours, 1e-9)))
    expected += (1 - traffic.offline_share) * float(np.exp(-3600 / max(traffic.lag_seconds, 1e-9)))
    yield proportion("late arrival", "mobile sessions known an hour late as often as set", lag[mobile] > 1, expected)


def _read_review(draw: Draw, truth: Truth) -> Iterator[Reading]:
    review, cases = draw.world.review, draw.tables["escalations"]
    slots = numbers(pa.table({"at": truth.slots}), "at")
    place = queue(slots, numbers(cases, "known_at"), numbers(cases, "message_id") - 1)
    resolved = numbers(cases, "resolved_at")
    taken = np.where(place >= 0, slots[np.maximum(place, 0)] if len(slots) else 0, draw.world.end)
    early = (resolved >= 0) & (resolved < taken)
    yield counted("capacity", "no case is closed before the team could take it up", int(early.sum()))
    settled = taken < draw.world.end - review.handling_minutes * 20 * 60_000_000
    minutes = (resolved[settled] - taken[settled]) / 60e6
    says = "cases are closed as long after they are taken up as set"
    yield _mean_wait("label delay", says, minutes, review.handling_minutes)
    labels = draw.tables["labels"]
    happened = numbers(labels, "happened_at")
    settled = happened < draw.world.end - review.recording_minutes * 20 * 60_000_000
    minutes = ((numbers(labels, "known_at") - happened) / 60e6)[settled]
    yield _mean_wait("label recording", "labels are known as late as set", minutes, review.recording_minutes)
    audits = same(cases, "reason", "audit")
    messages = draw.tables["messages"].num_rows
    drawn = np.arange(messages) < audits.sum()
    yield proportion("audit share", "as many messages are audited as set", drawn, review.audit_share)


def _mean_wait(name: str, says: str, minutes: Floats, mean: float) -> Reading:
    if not len(minutes):
        return unknown(name, says)
    return measured(name, says, float(minutes.mean()), mean, mean / float(np.sqrt(len(minutes))))


def _read_labels(draw: Draw, truth: Truth) -> Iterator[Reading]:
    review, labels = draw.world.review, draw.tables["labels"]
    cases = draw.tables["escalations"]
    message, revision = numbers(labels, "message_id"), numbers(labels, "revision")
    asked = np.isin(message, numbers(cases, "message_id"))
    open_cases = numbers(cases, "message_id")[numbers(cases, "resolved_at") < 0]
    strangers = int((~asked).sum() + np.isin(message, open_cases).sum())
    yield counted("selectivity", "only messages whose case is closed have a label", strangers)
    first = (revision == 1) & labels["harmful"].is_valid().to_numpy()
    true = look_up(numbers(truth.messages, "message_id"), flags(truth.messages, "harmful"), message[first])
    wrong = (flags(labels, "harmful")[first] != (true > 0)) & ~np.isnan(true)
    yield proportion("label noise", "first verdicts are as often wrong as set", wrong, review.noise)
    unsure = ~labels["harmful"].is_valid().to_numpy()[revision == 1]
    yield proportion("unsure", "reviewers cannot tell as often as set", unsure, review.unsure)


def _read_answers(draw: Draw) -> Reading:
    """Match each warning with the answer it caused: the share among those old enough to have one."""
    support, warnings = draw.world.support, draw.tables["warnings"]
    letters = draw.tables["support_messages"]
    to_user = same(letters, "direction", "to_user")
    room = 8 * _messages_at_most(draw)
    number = numbers(letters, "support_message_id")[to_user] - 1 - room
    about = number[(number >= 0) & (number % 4 == 0)] // 4 + 1
    settled = numbers(warnings, "happened_at") < draw.world.end - 21 * _DAY
    answered = np.isin(numbers(warnings, "message_id")[settled], about)
    return proportion("answers", "warnings are answered as often as set", answered, support.after_warning)


def _messages_at_most(draw: Draw) -> int:
    decisions = draw.tables["decisions"]
    if not decisions.num_rows:
        return 0
    return int(decisions["decision_id"][0].as_py() - decisions["message_id"][0].as_py())


def clustered(user: Ints, influence: Floats) -> float:
    """Give the standard error of a sum of influences that are correlated within a user."""
    _, group = np.unique(user, return_inverse=True)
    return float(np.sqrt((np.bincount(group, weights=influence) ** 2).sum()))


def within(at: Ints, low: float, high: float) -> Flags:
    """Say which moments lie in an interval."""
    return np.asarray((at >= low) & (at < high))
