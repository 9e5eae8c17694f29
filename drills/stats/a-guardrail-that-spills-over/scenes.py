"""In which teams must the interval hold: members reach each other, do so from a point on, or teams differ in size?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

Design = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def design(chance: Generator, replicates: int, sizes: NDArray[np.int64], shares: NDArray[np.float64]) -> Design:
    """Deal shares out to teams, and the guardrail to members: each row's team, its team's share and its arm."""
    team = np.repeat(np.arange(len(sizes)), sizes)
    dealt = shares[np.argsort(chance.random((replicates, len(sizes))), axis=1)][:, team]
    place = np.arange(len(team)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order = np.argsort(team + chance.random((replicates, len(team))), axis=1)
    half = np.zeros((replicates, len(team)), bool)
    np.put_along_axis(half, order, np.broadcast_to(place < (sizes // 2)[team], order.shape), axis=1)
    return team, dealt, ((dealt == 1.0) | ((dealt == 0.5) & half)).astype(np.int64)


def mostly_half(teams: int) -> NDArray[np.float64]:
    """Give three teams in ten to nobody, six to half of the members, one to all."""
    return np.repeat([0.0, 0.5, 1.0], [3 * teams // 10, teams - 3 * teams // 10 - teams // 10, teams // 10])


def reached(chance: Generator, replicates: int, teams: int, others_needed: float) -> Replicates:
    """Draw teams of four whose members feel what the others have; with `others_needed`, only from that share on."""
    team, share, treated = design(chance, replicates, np.full(teams, 4), mostly_half(teams))
    others = (treated.reshape(replicates, teams, 4).sum(axis=2)[:, team] - treated) / 3.0
    felt = others if others_needed == 0 else (others >= others_needed).astype(float)
    direct = chance.uniform(-2.0, 2.0, replicates)
    spill = chance.choice([-1.0, 1.0], replicates) * chance.uniform(3.0, 5.0, replicates)
    noise = 2.0 * chance.standard_normal(treated.shape)
    minutes = 20.0 + direct[:, None] * treated + spill[:, None] * felt + noise
    columns = {"team_id": team, "share": share, "treated": treated, "minutes": minutes}
    return Replicates(columns, direct + spill)


def spillover(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw teams in which each treated member adds as much to the others, for better or worse."""
    return reached(chance, replicates, size, 0.0)


def tipping(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw teams in which nothing is felt until three in four of the others have it."""
    return reached(chance, replicates, size, 0.75)


def unequal(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw teams of two to twenty without spillover, who share a mood; the large ones react the most."""
    sizes = np.round(2 + 18 * (np.arange(size) / size) ** 2).astype(np.int64)
    team, share, treated = design(chance, replicates, sizes, np.resize([0.0, 0.5, 1.0], size))
    mood = 2.0 * chance.standard_normal((replicates, size))
    own = chance.uniform(-2.0, 2.0, replicates)[:, None] + 3.0 * (sizes / sizes.mean() - 1.0)
    noise = 2.0 * chance.standard_normal(treated.shape)
    minutes = 20.0 + mood[:, team] + own[:, team] * treated + noise
    columns = {"team_id": team, "share": share, "treated": treated, "minutes": minutes}
    return Replicates(columns, (own * sizes).sum(axis=1) / sizes.sum())


SCENES = (
    Scene(
        code="spillover",
        asks="Is it the total effect that is estimated when members feel what the others have?",
        says="what one member has reaches the others, with the same sign or the opposite",
        principle="Untreated members beside treated ones are no control: compare teams with all and with none.",
        dimension="correctness",
        skill="stats.interference",
        sizes=(120, 60, 30),
        draw=spillover,
    ),
    Scene(
        code="tipping-point",
        asks="Does the interval hold when the spillover is not in proportion to the share?",
        says="the spillover begins where three in four of the others are treated",
        principle="Half-treated teams say what happens at one half: a line through them is an assumption.",
        dimension="correctness",
        skill="stats.interference",
        sizes=(120, 60, 30),
        draw=tipping,
    ),
    Scene(
        code="unequal-teams",
        asks="Does the interval hold for the mean member when teams differ in size and share a mood?",
        says="teams differ in size, share a mood, and large ones react the most",
        principle="Shares were dealt to teams: a team is one draw of chance, and counts by its members.",
        dimension="edge cases",
        skill="stats.clustering",
        sizes=(90, 60, 30),
        draw=unequal,
    ),
)
