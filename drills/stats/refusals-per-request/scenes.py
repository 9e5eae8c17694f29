"""What did the policy do to the rate of refusals, when users send the requests and some send far more than others?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

Floats = NDArray[np.float64]


class Kinds(NamedTuple):
    """What kinds of users there are: [kind] each, without treatment and under it.

    A user comes at all with chance `comes`, then sends one request and a Poisson number more, `more` in the mean;
    `rate` of them are refused, in the mean over users of the kind; own rates differ by up to `spread` of it.
    """

    share: Floats
    comes: tuple[Floats, Floats]
    more: tuple[Floats, Floats]
    rate: Floats
    change: Floats
    spread: float


def ratio(comes: Floats, more: Floats, share: Floats, rate: Floats) -> Floats:
    """Give all refusals over all requests in the long run; `rate` is [replicate, kind]."""
    requests = share * comes * (1.0 + more)
    return np.asarray((rate * requests).sum(axis=1) / requests.sum())


def draw(chance: Generator, replicates: int, users: int, kinds: Kinds) -> Replicates:
    """Draw experiments on users who are a sample of all users; half of them are treated."""
    shape = (replicates, users)
    arm = np.argsort(chance.random(shape), axis=1) < users // 2
    kind = np.searchsorted(np.cumsum(kinds.share), chance.random(shape) * 0.999999)
    rates = kinds.rate + chance.uniform(-1.0, 1.0, replicates)[:, None] * kinds.rate / 4.0
    under = rates + chance.uniform(-0.04, 0.04, replicates)[:, None] + kinds.change
    comes = chance.random(shape) < np.where(arm, kinds.comes[1][kind], kinds.comes[0][kind])
    more = chance.poisson(np.where(arm, kinds.more[1][kind], kinds.more[0][kind]))
    requests = np.where(comes, 1 + more, 0)
    each = np.arange(replicates)[:, None]
    own = np.where(arm, under[each, kind], rates[each, kind]) * chance.uniform(
        1.0 - kinds.spread, 1.0 + kinds.spread, shape
    )
    columns = {"treated": arm.astype(np.int64), "requests": requests, "refused": chance.binomial(requests, own)}
    truth = ratio(kinds.comes[1], kinds.more[1], kinds.share, under)
    return Replicates(columns, truth - ratio(kinds.comes[0], kinds.more[0], kinds.share, rates))


def heavy(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users of whom one in eight sends most of the requests, and reacts in another way."""
    always, more = np.ones(2), np.array([2.0, 60.0])
    share, rate, change = np.array([0.875, 0.125]), np.array([0.10, 0.25]), np.array([0.0, 0.14])
    return draw(chance, replicates, size, Kinds(share, (always, always), (more, more), rate, change, 0.6))


def moving(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users of whom those that are refused the most send fewer requests under the policy."""
    always, more = np.ones(2), (np.array([4.0, 19.0]), np.array([4.0, 6.0]))
    share, rate, change = np.array([0.6, 0.4]), np.array([0.10, 0.36]), np.zeros(2)
    return draw(chance, replicates, size, Kinds(share, (always, always), more, rate, change, 1.0))


def absent(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users of whom many send nothing, the more so under the policy."""
    comes, more = (np.array([0.8]), np.array([0.3])), np.array([10.0])
    kinds = Kinds(np.ones(1), comes, (more, more), np.array([0.35]), np.zeros(1), 1.0)
    return draw(chance, replicates, size, kinds)


SCENES = (
    Scene(
        code="heavy-users",
        asks="Is it the rate of all requests that is estimated when few users send most of them?",
        says="one user in eight sends most of the requests, and reacts in another way",
        principle="A mean of users' own rates is not the rate of all requests: divide sums, with the error of users.",
        dimension="correctness",
        skill="stats.rates",
        sizes=(500, 240),
        draw=heavy,
    ),
    Scene(
        code="requests-move",
        asks="Does the estimate hold when the policy changes how many requests are sent, and by whom?",
        says="users who are refused the most send fewer requests under the policy",
        principle="Requests come after treatment: each arm has a denominator of its own, and it is no covariate.",
        dimension="correctness",
        skill="stats.ab-tests",
        sizes=(400, 160, 60),
        draw=moving,
    ),
    Scene(
        code="no-requests",
        asks="Does the estimate hold when many users send no request at all?",
        says="many users send no request at all, more of them under the policy",
        principle="A user with no request adds 0 to both sums: no rate of 0, no request made up, and no NaN.",
        dimension="edge cases",
        skill="stats.rates",
        sizes=(480, 160, 60),
        draw=absent,
    ),
)
