"""In which experiments must the interval hold: looked at every evening, nested in accounts, rolled out bit by bit?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

DAYS, SIGNIFICANT = 20, 1.96
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Plan(NamedTuple):
    """What is fixed before the start.

    Parameters
    ----------
    accounts, treated, looked
        [day]: how many accounts arrive, how many of them are treated, whether the dashboard is read in the evening.
    users
        Of an account.
    """

    accounts: Ints
    treated: Ints
    looked: Ints
    users: int = 1


def draw(chance: Generator, truth: Floats, plan: Plan, *, shared: float, drift: float) -> Replicates:
    """Draw experiments that were stopped at the first look that was significant.

    Parameters
    ----------
    truth
        The effect in each, in standard deviations of a user's own score.
    shared
        The standard deviation of what the users of an account have in common.
    drift
        How far the score may move from the first day to the last.
    """
    accounts, users = plan.accounts, plan.users
    replicates, count = len(truth), int(accounts.sum())
    day = np.repeat(np.arange(len(accounts)), accounts)
    place = np.arange(count) - np.repeat(accounts.cumsum() - accounts, accounts)
    order = np.argsort(day + chance.random((replicates, count)), axis=1)  # shuffled within each day
    arm = np.zeros((replicates, count), np.int64)
    arm[np.arange(replicates)[:, None], order[:, place < plan.treated[day]]] = 1
    slope = chance.uniform(0.5, 1.0, replicates) * chance.choice([-drift, drift], replicates)
    scale = 10.0 * np.exp(chance.uniform(-0.7, 0.7, replicates))
    level = truth[:, None] * arm + slope[:, None] * day / len(accounts)
    level += shared * chance.standard_normal((replicates, count))
    score = np.repeat(level, users, axis=1) + chance.standard_normal((replicates, count * users))
    stop = stops(arm.astype(np.float64), score.reshape(replicates, count, users).mean(axis=2), plan)
    score = 50.0 + scale[:, None] * score
    rows = np.repeat(day, users)
    score[rows > stop[:, None]] = np.nan
    columns = {
        "day": rows + 1, "looked": plan.looked[rows], "account_id": np.repeat(np.arange(count), users),
        "treated": np.repeat(arm, users, axis=1), "score": score,
    }  # fmt: skip
    return Replicates(columns, scale * truth)


def stops(arm: Floats, score: Floats, plan: Plan) -> Ints:
    """Find the day of the stop: arms are compared within days, an account is one observation."""
    accounts = plan.accounts
    starts = accounts.cumsum() - accounts

    def within(one: Floats, other: Floats) -> Floats:
        """Sum products of deviations from the day's means, up to each day."""
        sums = [np.add.reduceat(part, starts, axis=1) for part in (one * other, one, other)]
        return np.asarray((sums[0] - sums[1] * sums[2] / accounts).cumsum(axis=1))

    varied = within(arm, arm)
    effect = within(arm, score) / varied
    left = within(score, score) - effect**2 * varied
    df = accounts.cumsum() - np.arange(1, len(accounts) + 1) - 1
    z = effect / np.sqrt(left / df / varied)
    significant = (np.abs(z) > SIGNIFICANT) & (plan.looked == 1)
    day: Ints = np.where(significant.any(axis=1), significant.argmax(axis=1), len(accounts) - 1)
    return day


def last_only(days: int) -> Ints:
    """Look on the evening of the last day."""
    looked = np.zeros(days, np.int64)
    looked[-1] = 1
    return looked


def no_effect(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw experiments without an effect, looked at every evening; traffic grows."""
    accounts = 2 * np.round(4 * 1.13 ** np.arange(size)).astype(np.int64)
    plan = Plan(accounts, accounts // 2, np.ones(size, np.int64))
    return draw(chance, np.zeros(replicates), plan, shared=0.0, drift=1.0)


def nested(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of six users who have much in common."""
    accounts = np.full(DAYS, size)
    plan = Plan(accounts, accounts // 2, last_only(DAYS), users=6)
    return draw(chance, chance.uniform(-1.0, 1.0, replicates), plan, shared=1.2, drift=1.0)


def ramped(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw roll-outs: every day a larger share of the accounts is treated, while the score drifts."""
    accounts = np.full(DAYS, size)
    treated = np.maximum(1, np.round(size * np.linspace(0.1, 0.7, DAYS))).astype(np.int64)
    plan = Plan(accounts, treated, last_only(DAYS))
    return draw(chance, chance.uniform(-1.0, 1.0, replicates), plan, shared=0.0, drift=1.5)


SCENES = (
    Scene(
        code="no-effect",
        asks="Do the intervals hold when the dashboard was read every evening and there is no effect?",
        says="the dashboard was read every evening and stopped the experiment when it was significant",
        principle="Who may stop at any of twenty looks has twenty chances: the interval must count the looks that were "
        "planned, whichever of them it was stopped at.",
        dimension="correctness",
        skill="stats.multiple-looks",
        sizes=(20, 12, 8),
        draw=no_effect,
    ),
    Scene(
        code="nested",
        asks="Do the intervals hold when the users of an account have much in common?",
        says="the users of an account have much in common",
        principle="What was randomised counts as one draw: six users of an account are hardly more than one.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(6, 4),
        draw=nested,
    ),
    Scene(
        code="ramped",
        asks="Do the intervals hold when the share treated grew from day to day and the score drifted?",
        says="the share treated grew from day to day while the score drifted",
        principle="When the share treated changes, arms differ in their days: compare within days, then average.",
        dimension="edge cases",
        skill="causal.confounding",
        sizes=(30, 16, 8),
        draw=ramped,
    ),
)
