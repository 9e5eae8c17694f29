"""Who is treated, who complies, and how far does a treatment reach beyond the treated?

An experiment moves the chance that a sitting takes place. For user i of account a who favours template t, in week w of
the experiment, the chance moves by

    effect * exp(trend_per_week * w) * (own_i + within_account * share_a + across_templates * share_t)

own_i is 1 for a treated user who complies; share_a is the share of such users among the *others* of the account,
share_t among the *others* who favour the template. All of it is linear, so that the truth is known in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints, flips
from liveloop.worlds.bounds import check_bounds, number, one_of

DAY = 86_400_000_000


@dataclass(frozen=True)
class Experiment:
    """One experiment on the chance that a user's sittings take place.

    `policy` is what a twin changes: "assigned" runs the experiment, "nobody" and "everybody" run its counterfactuals
    (the assignments on record stay the same).
    """

    name: str
    unit: str = one_of("user", ("user", "account"), "what is randomised")
    share_treated: float = number(0.5, 0.0, 1.0, "chance that a unit is treated")
    compliance: float = number(0.8, 0.0, 1.0, "chance that a treated user takes the treatment up")
    effect: float = number(0.06, -0.9, 0.9, "change of the chance that a sitting takes place")
    within_account: float = number(0.3, -2.0, 2.0, "spillover from the treated others of the account, times effect")
    across_templates: float = number(0.0, -2.0, 2.0, "spillover from the treated others of the template, times effect")
    trend_per_week: float = number(0.0, -5.0, 0.5, "growth of the log effect in a week; negative fades")
    start_day: float = number(10.0, 0.0, 100_000.0, "day on which it starts")
    end_day: float = number(38.0, 0.0, 100_000.0, "day on which it ends")
    policy: str = one_of("assigned", ("assigned", "nobody", "everybody"), "who is treated in fact")

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise BadInput(f"experiment name = {self.name!r}", where="world", allowed="a name")
        check_bounds(self, f"experiments.{self.name}")
        if self.end_day < self.start_day:
            raise BadInput(
                f"experiment {self.name} ends before it starts", where="world", allowed="start_day <= end_day"
            )


@dataclass(frozen=True, eq=False)
class Doses:
    """For each user: the arm on record, and what reaches the user from whom."""

    treated: Flags
    complies: Flags
    own: Floats
    from_account: Floats
    from_template: Floats


def assign(experiment: Experiment, seed: int, account: Ints, template: Ints) -> Doses:
    """Assign every user, and count what reaches each through the account and through the template.

    `account` and `template` hold the index of each user's account and favourite template.
    """
    users = np.arange(len(account))
    units = account if experiment.unit == "account" else users
    treated = flips(seed, f"arm:{experiment.name}", units, experiment.share_treated)
    complies = flips(seed, f"complies:{experiment.name}", users, experiment.compliance)
    in_fact = {"assigned": treated, "nobody": np.zeros_like(treated), "everybody": np.ones_like(treated)}
    own = (in_fact[experiment.policy] & complies).astype(np.float64)
    return Doses(treated, complies, own, _share_of_others(own, account), _share_of_others(own, template))


def _share_of_others(own: Floats, group: Ints) -> Floats:
    size = np.bincount(group) if len(group) else np.zeros(1, dtype=np.int64)
    total = np.bincount(group, weights=own) if len(group) else np.zeros(1)
    others: Floats = (total[group] - own) / np.maximum(size[group] - 1, 1)
    return others


def shift(experiment: Experiment, reach: Floats, at: Ints, start: int) -> Floats:
    """Give the change of the chance that a sitting takes place, for each sitting's `reach` and moment."""
    since = (at - start - experiment.start_day * DAY) / (7.0 * DAY)
    running = (at >= start + experiment.start_day * DAY) & (at < start + experiment.end_day * DAY)
    size = experiment.effect * np.exp(experiment.trend_per_week * np.where(running, since, 0.0))
    return np.asarray(np.where(running, size * reach, 0.0))


def total_reach(experiment: Experiment, doses: Doses) -> Floats:
    """Add up what reaches each user: own treatment, the account's, the template's.

    Examples
    --------
    >>> doses = assign(Experiment("x", share_treated=1.0, compliance=1.0), 1, np.array([0, 0]), np.array([0, 1]))
    >>> total_reach(Experiment("x"), doses).tolist()
    [1.3, 1.3]
    """
    reach: Floats = (
        doses.own + experiment.within_account * doses.from_account + experiment.across_templates * doses.from_template
    )
    return reach


def keep_chance(
    experiments: Sequence[tuple[Experiment, Doses]], keep: float, user: Ints, at: Ints, start: int
) -> Floats:
    """Give the chance that each sitting takes place; `user` indexes the doses, `at` is the sitting's start."""
    chance = np.full(len(at), keep)
    for experiment, doses in experiments:
        chance += shift(experiment, total_reach(experiment, doses)[user], at, start)
    return np.asarray(np.clip(chance, 0.0, 1.0))
