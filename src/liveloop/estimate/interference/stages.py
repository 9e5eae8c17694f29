"""Who was treated in which cluster, where clusters were given shares to treat?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import Frame, Groups
from liveloop.estimate.words import listed

SHARES = ("realised", "planned")


@dataclass(frozen=True, eq=False)
class Stages:
    """Who is in which cluster, at which saturation, in which arm; cells are numbered 2 x saturation + arm."""

    arms: Groups
    clusters: Groups
    saturations: Groups

    @property
    def cells(self) -> Ints:
        """Give the cell of each unit."""
        return np.asarray(2 * self.saturations.codes + self.arms.codes, np.int64)

    def clusters_in(self, cell: int) -> int:
        """Count the clusters that have units in a cell."""
        return len(np.unique(self.clusters.codes[self.cells == cell]))

    def has(self, cell: int) -> bool:
        """Say whether a cell has units."""
        return bool((self.cells == cell).any())

    @property
    def planned(self) -> Floats | None:
        """Give the saturations as shares; None where they are labels."""
        labels = self.saturations.labels
        if all(isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 1 for one in labels):
            return np.asarray(labels, np.float64)
        return None


def read_stages(frame: Frame, treatment: str, clusters: str, saturation: str, *, control: object = None) -> Stages:
    """Read a two-stage design, and refuse data that it cannot have made.

    Raises
    ------
    BadInput
        When there is one saturation only, a cluster has several, or one is seen in fewer than two clusters.
    """
    arms = frame.two_arms(treatment, control=control)
    groups, saturations = frame.groups(clusters, "cluster"), frame.groups(saturation, "saturation")
    if saturations.count < 2:
        raise BadInput(f"all {groups.count} clusters have one saturation", where=saturation,
                       allowed="two saturations or more; see cluster_total and difference")  # fmt: skip
    of_cluster = np.zeros(groups.count, np.int64)
    of_cluster[groups.codes] = saturations.codes
    split = len(np.unique(groups.codes[of_cluster[groups.codes] != saturations.codes]))
    if split:
        raise BadInput(f"{split} of {groups.count} clusters have several saturations", where=saturation,
                       allowed="one saturation for each cluster")  # fmt: skip
    made = Stages(arms, groups, saturations)
    for cell in np.unique(made.cells).tolist():
        if made.clusters_in(cell) < 2:
            label = saturations.labels[cell // 2]
            raise BadInput(f"only 1 cluster has units in arm {arms.labels[cell % 2]!r} at saturation {label!r}",
                           where=clusters, allowed="two clusters or more for each arm at each saturation")  # fmt: skip
    return made


def cell_weights(stages: Stages, weight: Floats, *, average: str, shares: str) -> Floats:
    """Weight units such that those in an arm stand for all of their cluster.

    Raises
    ------
    BadInput
        When planned shares are asked for and saturations are no shares.
    """
    clusters, cells = stages.clusters.codes, 2 * stages.clusters.codes + stages.arms.codes
    whole = np.bincount(clusters, weight)[clusters]
    if shares == "realised":
        made = weight * whole / np.bincount(cells, weight)[cells]
    else:
        planned = stages.planned
        if planned is None:
            raise BadInput(f"saturations are {listed(stages.saturations.labels)}", where="shares",
                           allowed="planned shares where saturations are numbers from 0 to 1")  # fmt: skip
        chance = planned[stages.saturations.codes]
        chance = np.where(stages.arms.codes == 1, chance, 1 - chance)
        if (chance <= 0).any():
            raise BadInput(f"{int((chance <= 0).sum())} units are in an arm that their saturation does not have",
                           where="shares", allowed="saturations that are what was planned")  # fmt: skip
        made = weight / chance
    return np.asarray(made if average == "units" else made / whole)


def direct_by_cluster(stages: Stages, outcome: Floats, first: int, second: int) -> tuple[Floats, Floats] | None:
    """Give each cluster's difference of arms and its variance within; None where an arm has fewer than two units."""
    differences, within = np.zeros(stages.clusters.count), np.zeros(stages.clusters.count)
    there = np.zeros(stages.clusters.count, bool)
    for cell, sign in ((first, 1.0), (second, -1.0)):
        kept = stages.cells == cell
        codes, y = stages.clusters.codes[kept], outcome[kept]
        sizes = np.bincount(codes, minlength=stages.clusters.count)
        if cell == first:
            there = sizes > 0
        if (sizes[there] < 2).any() or ((sizes > 0) != there).any():
            return None
        means = np.bincount(codes, y, minlength=len(sizes)) / np.maximum(sizes, 1)
        spread = np.bincount(codes, (y - means[codes]) ** 2, minlength=len(sizes)) / np.maximum(sizes - 1, 1)
        differences += sign * means
        within += spread / np.maximum(sizes, 1)
    return differences[there], within[there]
