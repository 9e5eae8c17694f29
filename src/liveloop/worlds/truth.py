"""What is true in a draw, that no table shows?

The truth of a draw is sealed: nothing reachable from the draw holds it. `unseal` gives it to the parts that judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import uniforms
from liveloop.worlds.review import slots
from liveloop.worlds.scene import Scene
from liveloop.worlds.tabulate import moments, named
from liveloop.worlds.traffic import Census
from liveloop.worlds.treatment import total_reach
from liveloop.worlds.vocabulary import POLICIES, TOPICS


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true in a draw.

    Attributes
    ----------
    messages
        For each message of the draw: `harmful`, its `liability` (standard normal; missing for adversaries), the
        `policy` it breaks, its true `topic`, its `slang` (0 none, 1 known, 2 new), and how far evasion
        `eased` its log-odds.
    users
        For each user: `adversary`, the account's and user's parts of harm and length (`harm_effect`,
        `length_effect`), and when the user leaves for good whatever happens (`leaves_at`).
    sessions
        For each sitting a user had time for: `chance` that it takes place, the `die` thrown for it (below the chance it
        takes place: this gives every potential outcome), `free` (no earlier one still going on), `kept`, `away` (a
        warning before keeps the user away), `present` (kept and not away).
    effects
        For each user and experiment: `complies`, `own`, `from_account`, `from_template` and `reach`, their weighted
        sum: the chance of a sitting moves by effect times reach.
    onsets
        For each drift: kind, onset, strength.
    icc
        The intra-class correlations of accounts and of users, as set.
    slots
        When the review team could take up a case, in order.
    """

    messages: pa.Table
    users: pa.Table
    sessions: pa.Table
    effects: pa.Table
    onsets: tuple[tuple[str, datetime, float], ...]
    icc: Mapping[str, float]
    slots: pa.Array


_sealed: WeakKeyDictionary[Any, Truth] = WeakKeyDictionary()


def seal(draw: object, truth: Truth) -> None:
    """Keep a draw's truth where only `unseal` finds it."""
    _sealed[draw] = truth


def unseal(draw: object) -> Truth:
    """Give the truth of a draw; only probes, the exam, authors and the world itself may ask.

    Raises
    ------
    KeyError
        When the draw was not made by `World.draw` in this process: a copy carries no truth.
    """
    try:
        return _sealed[draw]
    except KeyError:
        raise KeyError("this draw has no truth: it was not made by World.draw in this process") from None


def tell(census: Census, scene: Scene) -> Truth:
    """Write down the truth of a scene that covers the whole world."""
    setup = census.setup
    return Truth(
        messages=_messages(scene),
        users=_users(census),
        sessions=_sessions(census, scene),
        effects=_effects(census),
        onsets=tuple((d.kind, _day(census, d.onset_day), d.strength) for d in setup.drift),
        icc={"account": setup.people.icc_account, "user": setup.people.icc_user},
        slots=moments(slots(setup, census.messages / setup.days)),
    )


def _day(census: Census, day: float) -> datetime:
    at: datetime = moments(np.array([census.setup.start + int(day * 86_400_000_000)]))[0].as_py()
    return at


def _messages(scene: Scene) -> pa.Table:
    said, danger = scene.messages, scene.danger
    columns = {
        "message_id": pa.array(1 + said.ids),
        "harmful": pa.array(danger.harmful),
        "liability": pa.array(danger.liability, mask=np.isnan(danger.liability)),
        "policy": named(POLICIES, np.maximum(danger.policy, 0), danger.policy < 0).cast(pa.string()),
        "topic": named(TOPICS, said.topic).cast(pa.string()),
        "slang": pa.array(danger.slang),
        "eased": pa.array(scene.made.eased),
    }
    return pa.table(columns)


def _users(census: Census) -> pa.Table:
    people = census.people
    columns = {
        "user_id": 1 + np.arange(len(people.account)),
        "adversary": people.adversary,
        "harm_effect": people.harm_effect,
        "length_effect": people.length_effect,
        "leaves_at": moments(people.leaves),
    }
    return pa.table(columns)


def _sessions(census: Census, scene: Scene) -> pa.Table:
    sat = scene.sittings
    columns = {
        "session_id": pa.array(1 + sat.ids),
        "user_id": pa.array(1 + sat.user),
        "starts_at": moments(sat.at),
        "known_at": moments(sat.at + sat.lag),
        "chance": pa.array(sat.chance),
        "die": pa.array(uniforms(census.seed, "kept", sat.ids)),
        "free": pa.array(sat.free),
        "kept": pa.array(sat.kept),
        "away": pa.array(scene.away),
        "present": pa.array(scene.present),
    }
    return pa.table(columns)


def _effects(census: Census) -> pa.Table:
    rows = []
    for experiment, doses in census.people.experiments:
        users = np.arange(len(doses.own))
        columns = {
            "user_id": pa.array(1 + users),
            "experiment": pa.array([experiment.name]).take(pa.array(np.zeros(len(users), dtype=np.int64))),
            "treated": pa.array(doses.treated),
            "complies": pa.array(doses.complies),
            "own": pa.array(doses.own),
            "from_account": pa.array(doses.from_account),
            "from_template": pa.array(doses.from_template),
            "reach": pa.array(total_reach(experiment, doses)),
        }
        rows.append(pa.table(columns))
    return pa.concat_tables(rows) if rows else pa.table({"user_id": pa.array([], pa.int64())})
