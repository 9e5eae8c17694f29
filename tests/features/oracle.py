"""What is a feature, in the plainest words? Thirty lines that nothing here may disagree with, to the last bit."""

import math

MICROSECOND = 1e-6


def as_known(facts, entity, t, *, by, ties="until"):
    """Give the facts about an entity as known at t: of each the newest version, what happened last first."""
    newest = {}
    for place, fact in enumerate(facts):
        if fact["known"] < t or (fact["known"] == t and ties == "until"):
            key = fact["fact"] if fact["fact"] is not None else ("row", place)
            old = newest.get(key)
            if old is None or (fact["version"], -fact["known"], -place) > old[0]:
                newest[key] = (fact["version"], -fact["known"], -place), place, fact
    held = [(one["happened"], one["known"], place, one) for _, place, one in newest.values()
            if not one["deleted"] and one[by] == entity]  # fmt: skip
    return [one for *_, one in sorted(held, key=lambda row: row[:3], reverse=True)]


def feature(facts, entity, t, view, *, ties="until", own=None):
    """Compute one view for one entity at one moment."""
    known = as_known(facts, entity, t - micros(view.embargo), by=view.by, ties=ties)
    held, newest = [], t
    for fact in known:
        if fact["happened"] > t or (view.window and t - fact["happened"] >= micros(view.window)):
            continue
        if view.apart_from and own is not None and fact[view.apart_from] == own:
            continue
        if view.gap and newest - fact["happened"] > micros(view.gap):
            break
        newest = fact["happened"]
        held.append(fact)
    says = [(one, one[view.column] if view.column else 0.0) for one in held]
    says = [(one, value) for one, value in says if value is not None]
    return told(view, says, t)


def told(view, says, t):
    values = [value for _, value in says]
    if view.op in ("count", "distinct"):
        return len(says) if view.op == "count" else len(set(values))
    if view.op == "rate":
        return len(says) / (micros(view.window) / 3.6e9)
    if view.op == "decayed":
        return added(2.0 ** (-(t - one["happened"]) / micros(view.half_life)) for one, _ in says)
    if view.op == "sum":
        return added(values)
    if not says:
        return None
    if view.op in ("mean", "share"):
        return added(values) / len(values)
    if view.op == "since":
        return (t - says[0][0]["happened"]) / 1e6
    return {"last": values[0], "least": min(values), "most": max(values)}[view.op]


def added(values):
    """Add one after the other: floating-point sums depend on the order, and the newest comes first."""
    total = 0.0
    for value in values:
        total += value
    return total


def micros(time):
    return round(time.total_seconds() * 1e6)


def same(one, other):
    """Say whether two answers are equal to the last bit; nothing is equal to nothing."""
    nothing = [value is None or (isinstance(value, float) and math.isnan(value)) for value in (one, other)]
    return all(nothing) or (not any(nothing) and one == other)
