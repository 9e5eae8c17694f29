"""Does the suite let every honest method pass, and catch every liar?"""

from dataclasses import replace

import numpy as np
import pytest

from liveloop.base.seeds import normals
from liveloop.estimate import difference
from liveloop.estimate.checks import check
from liveloop.estimate.ledger import Rule
from liveloop.estimate.regime import Regime
from liveloop.estimate.regimes.randomised import REGIMES, clustered
from liveloop.estimate.result import normal_estimate

RULE = Rule(most=300)
HONEST = {regime.name: regime for regime in REGIMES}
HOME = HONEST["clustered, equal"]


def weighted(seed):
    """Rows are drawn the more often the larger their effect; weights undo that."""
    data, _ = clustered(seed, [4] * 100, 0.0)
    kind = normals(seed, "kind", range(400)) > 0
    y = data["y"] + data["t"] * np.where(kind, 1.0, -1.0)
    return {**data, "y": y, "w": np.where(kind, 1.0, 3.0)}, 0.2 + (0.5 - 1.5) / 2.0


def ignoring_clusters(data):
    return difference(data, outcome="y", treatment="t")


def ignoring_weights(data):
    return difference(data, outcome="y", treatment="t", clusters="cluster")


def peeking(data):
    """Look after every tenth of the clusters and stop at the first interval that excludes 0."""
    for share in range(2, 11):
        kept = data["cluster"] < 6 * share
        made = difference(
            {name: column[kept] for name, column in data.items()}, outcome="y", treatment="t", clusters="cluster"
        )
        if made.excludes_zero:
            return made
    return made


class KnowsTheTruth:
    """Returns the truth with noise, whatever the data say."""

    draws = 0

    def __call__(self, data):
        self.draws += 1
        return normal_estimate("truth", 0.2 + 0.1 * float(normals(self.draws, "noise", [0])[0]), 0.1)


def constant(data):
    return normal_estimate("constant", 0.0, 1e6)


LIARS = {
    "ignores clusters": (HOME, ignoring_clusters, "the interval covers"),
    "ignores weights": (Regime("weighted", "", weighted, ignoring_weights), ignoring_weights, "the interval covers"),
    "peeks": (replace(HOME, draw=lambda seed: clustered(seed, [15] * 60, 0.3, 0.0)), peeking, "the interval covers"),
    "returns the truth plus noise": (HOME, KnowsTheTruth(), "a larger effect shows"),
    "is constant": (HOME, constant, "a larger effect shows"),
}


@pytest.mark.parametrize("name", LIARS)
def test_every_liar_is_caught(name):
    world, lie, promise = LIARS[name]
    broken = check(replace(world, estimate=lie), clusters="cluster", rule=Rule(most=1_000))
    assert promise in {one.promise for one in broken}, broken


@pytest.mark.parametrize("name", HONEST)
def test_every_honest_method_passes(name):
    clusters = "cluster" if "cluster" in name else None
    assert check(HONEST[name], clusters=clusters, rule=RULE) == []


def honouring_weights(data):
    return difference(data, outcome="y", treatment="t", clusters="cluster", weights="w")


def test_weights_are_honoured_where_they_are_given():
    assert check(Regime("weighted", "", weighted, honouring_weights), clusters="cluster", rule=RULE) == []
