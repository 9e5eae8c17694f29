"""Do drift and experiments do in a draw what the settings say: at their onset, with their reach?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.worlds.draw import Draw
from liveloop.worlds.drift import Drift
from liveloop.worlds.measured import clustered, within
from liveloop.worlds.reading import Reading, flags, measured, numbers, proportion, same, unknown
from liveloop.worlds.treatment import Experiment, shift
from liveloop.worlds.truth import Truth
from liveloop.worlds.vocabulary import NEW_SLANG

_DAY = 86_400_000_000
_HALF = 7.0  # days on either side of the onset in which it is looked for


def read_drift(draw: Draw, truth: Truth) -> Iterator[Reading]:
    """Read the onset of every drift off the messages."""
    for drift in draw.world.drift:
        name, says = f"onset {drift.kind}", f"drift of {drift.kind} starts on day {drift.onset_day:g}"
        alone = sum(other.kind == drift.kind for other in draw.world.drift) == 1
        values = _signal(draw, truth, drift) if alone else None
        yield unknown(name, says) if values is None else _onset(name, says, draw, drift, values)


def _signal(draw: Draw, truth: Truth, drift: Drift) -> tuple[Ints, Ints, Floats] | None:
    """Give user, moment and the value that drifts, for the messages that can show it; None if nothing can."""
    messages, traffic = draw.tables["messages"], draw.world.traffic
    user, at = numbers(messages, "user_id"), numbers(messages, "happened_at")
    if drift.kind == "topic":
        able = ~flags(truth.messages, "harmful")
        return user[able], at[able], same(messages, "topic", "news")[able].astype(np.float64)
    if drift.kind == "length":
        if traffic.corpus is not None:
            return None
        # Without the writers' own part, who happens to write when does not blur the onset.
        own = truth.users["length_effect"].to_numpy()[user - 1] * traffic.length_sigma
        return user, at, np.log(np.maximum(numbers(messages, "tokens"), 1)) - own
    if drift.kind == "language":
        able = ~np.isin(user, _speakers(draw, "pt"))
        return user[able], at[able], same(messages, "language", "pt")[able].astype(np.float64)
    able = flags(truth.messages, "harmful")
    return user[able], at[able], _fresh(draw, truth)[able].astype(np.float64)


def _speakers(draw: Draw, language: str) -> Ints:
    """Give the users who prefer a language, or who never said which."""
    users = draw.tables["users"]
    unsaid = ~users["language"].is_valid().to_numpy()
    return np.asarray(numbers(users, "user_id")[same(users, "language", language) | unsaid])


def _fresh(draw: Draw, truth: Truth) -> Flags:
    if draw.world.traffic.text == "off" or draw.world.traffic.corpus is not None:
        return np.asarray(truth.messages["slang"].to_numpy() == 2)
    pattern = "|".join(word for words in NEW_SLANG for word in words)
    return np.asarray(pc.match_substring_regex(draw.tables["messages"]["text"], pattern).to_numpy())


def _onset(name: str, says: str, draw: Draw, drift: Drift, signal: tuple[Ints, Ints, Floats]) -> Reading:
    """Estimate the onset from how far the mean around it has moved from the mean before to the mean after."""
    user, at, value = signal
    onset = draw.world.start + drift.onset_day * _DAY
    half = min(_HALF, drift.onset_day / 2, (draw.world.days - drift.onset_day) / 2) * _DAY
    before, after = at < onset - half, at >= onset + half
    middle = within(at, onset - half, onset + half)
    if half < _DAY or min(before.sum(), after.sum(), middle.sum()) < 30:
        return unknown(name, says)
    low, high, mean = value[before].mean(), value[after].mean(), value[middle].mean()
    step = high - low
    moved = (mean - low) / step
    influence = middle * (value - mean) / middle.sum() - (1 - moved) * before * (value - low) / before.sum()
    influence = (influence - moved * after * (value - high) / after.sum()) / step
    error = clustered(user, influence)
    apart = abs(step) / max(
        clustered(user, after * (value - high) / after.sum() - before * (value - low) / before.sum()), 1e-12
    )
    if apart < 6:  # the ratio is only near normal when the step itself is clear
        return unknown(name, says)
    expected = float((at[middle] >= onset).mean())
    days = 2 * half / _DAY
    day = drift.onset_day - (moved - expected) * days
    return measured(name, says, float(day), drift.onset_day, error * days)


def read_experiments(draw: Draw, truth: Truth) -> Iterator[Reading]:
    """Read assignment, compliance, effect and spillover of every experiment."""
    for experiment in draw.world.experiments:
        effects = truth.effects.filter(pc.equal(truth.effects["experiment"], experiment.name))
        yield from _read_assignment(draw, experiment)
        yield from _read_effects(draw, truth, experiment, effects)


def _read_assignment(draw: Draw, experiment: Experiment) -> Iterator[Reading]:
    rows = draw.tables["assignments"]
    rows = rows.filter(pc.equal(rows["experiment"], experiment.name))
    user, treated = numbers(rows, "user_id"), same(rows, "arm", "treatment")
    says = f"{experiment.name}: units are treated as often as set"
    units = treated
    if experiment.unit == "account":
        users = draw.tables["users"]
        account = numbers(users, "account_id")[np.searchsorted(numbers(users, "user_id"), user)]
        _, first = np.unique(account, return_index=True)
        units = treated[first]
    yield proportion(f"treated {experiment.name}", says, units, experiment.share_treated)
    says = f"{experiment.name}: treated users who came were exposed as often as they comply"
    if experiment.policy != "assigned":
        yield unknown(f"compliance {experiment.name}", says)
        return
    exposed = rows["exposed_at"].is_valid().to_numpy()
    came = np.isin(user, _came(draw, experiment)) & treated
    yield proportion(f"compliance {experiment.name}", says, exposed[came], experiment.compliance)


def _came(draw: Draw, experiment: Experiment) -> Ints:
    sessions = draw.tables["sessions"]
    start = draw.world.start + experiment.start_day * _DAY
    end = min(draw.world.start + experiment.end_day * _DAY, draw.world.end)
    return np.unique(numbers(sessions, "user_id")[within(numbers(sessions, "happened_at"), start, end)])


def _read_effects(draw: Draw, truth: Truth, experiment: Experiment, effects: pa.Table) -> Iterator[Reading]:
    sat = truth.sessions
    able = flags(sat, "free") & ~flags(sat, "away") & (numbers(sat, "known_at") <= draw.world.end)
    at, user = numbers(sat, "starts_at")[able], numbers(sat, "user_id")[able] - 1
    present = np.isin(numbers(sat, "session_id")[able], numbers(draw.tables["sessions"], "session_id"))
    chance = np.full(len(at), draw.world.traffic.keep)
    for other in draw.world.experiments:
        rows = truth.effects.filter(pc.equal(truth.effects["experiment"], other.name))
        chance += shift(other, _reach(other, rows)[user], at, draw.world.start)
    chance = np.clip(chance, 0.0, 1.0)
    unit = shift(experiment, np.ones(len(at)), at, draw.world.start)
    for name, column, setting in (
        ("effect", "own", 1.0),
        ("spillover account", "from_account", experiment.within_account),
        ("spillover template", "from_template", experiment.across_templates),
    ):
        says = f"{experiment.name}: {name} on sittings is as set"
        x = unit * effects[column].to_numpy()[user]
        information = float((x * x).sum())
        if information <= 0:
            yield unknown(f"{name} {experiment.name}", says)
            continue
        value = setting + float((x * (present - chance)).sum()) / information
        error = float(np.sqrt((x * x * chance * (1 - chance)).sum())) / information
        yield measured(f"{name} {experiment.name}", says, value, setting, error)


def _reach(experiment: Experiment, rows: pa.Table) -> Floats:
    own, account, template = (rows[name].to_numpy() for name in ("own", "from_account", "from_template"))
    return np.asarray(own + experiment.within_account * account + experiment.across_templates * template)
