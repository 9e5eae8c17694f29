"""What do the facts about one entity say at one moment, read from the newest back?

One loop serves training sets and live answers: they are bit-equal because both add the same in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from liveloop.base.seeds import Floats, Ints

EVER = np.iinfo(np.int64).max  # a window without an end; a version that was never replaced
COUNT, SUM, MEAN, LAST, SINCE, DISTINCT, DECAYED, LEAST, MOST = range(9)
_DONE = np.iinfo(np.int64).min

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function when it is first called, and keep what was compiled beside its file."""
    made: Any = numba.njit(cache=True, nogil=True)(function)
    return cast(Function, made)


@compiled
def after(happened: Ints, start: int, end: int, moment: int) -> int:  # pragma: no cover - compiled
    """Find the first place in a sorted stretch that happened after a moment."""
    while start < end:
        middle = (start + end) >> 1
        if happened[middle] <= moment:
            start = middle + 1
        else:
            end = middle
    return start


@compiled
def _waits(op: int, window: int, gap: int) -> bool:  # pragma: no cover - compiled
    """Say whether a feature has to be read back until something is found, however long ago."""
    return gap > 0 or (window == EVER and op in (LAST, SINCE))


@compiled
def read_back(  # noqa: C901, PLR0913 - one loop: a call for each row would cost as much as reading
    happened: Ints, known: Ints, until: Ints, subject: Ints, values: Floats, starts: Ints, lengths: Ints,
    order: Ints, codes: Ints, moments: Ints, own: Ints, embargo: int, strictly: bool,  # noqa: FBT001
    ops: Ints, columns: Ints, windows: Ints, gaps: Ints, lives: Floats, stamps: Ints, offsets: Ints, stamp: int,
    answers: Floats,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Answer some features for rows of entities and moments; facts are sorted by when they happened.

    Parameters
    ----------
    happened, known, until, subject
        [fact] microseconds; `until` is when a newer version was known, EVER if none was, and has no length where there
        are none; `subject` is what a fact is about, as a code.
    values
        [column, fact]; NaN where a fact says nothing.
    starts, lengths
        [entity] where the facts about each begin, and how many there are.
    order
        The rows, as they are to be taken: those of one entity together are quicker.
    codes, moments, own
        [row] who is asked about (-1: nothing is known of it), when, and what is asked about, whose own facts are left
        out (-1, or no length: none are).
    embargo
        How long before the moment something must have been known.
    strictly
        Leave out what became known exactly then.
    ops, columns, windows, gaps, lives
        [feature]; column -1 where it is about facts and not what they say; a gap of 0 is no session.
    stamps, offsets, stamp
        Marks of codes that were seen, where each feature's begin, and the mark of the first row.
    answers
        [feature, row] is written.
    """
    features, waits, longest_window = len(ops), 0, 0
    for f in range(features):
        if _waits(ops[f], windows[f], gaps[f]):
            waits += 1
        elif windows[f] > longest_window:
            longest_window = windows[f]
    counts, newest, made = np.empty(features, np.int64), np.empty(features, np.int64), np.empty(features)
    for place in range(len(order)):
        row = order[place]
        moment, code, mine = moments[row], codes[row], own[row] if len(own) else -1
        knew, mark, waiting = moment - embargo, stamp + place, waits
        start, end = (starts[code], starts[code] + lengths[code]) if code >= 0 else (0, 0)
        for f in range(features):
            counts[f], newest[f], made[f] = 0, moment, 0.0
        for i in range(after(happened, start, end, moment) - 1, start - 1, -1):
            age = moment - happened[i]
            if waiting == 0 and age >= longest_window:
                break
            newer = until[i] if len(until) else EVER
            was_known = known[i] < knew and newer >= knew if strictly else known[i] <= knew and newer > knew
            if not was_known or (mine >= 0 and subject[i] == mine):
                continue
            for f in range(features):
                if newest[f] == _DONE or age >= windows[f]:
                    continue
                if gaps[f] > 0:
                    if newest[f] - happened[i] > gaps[f]:
                        newest[f] = _DONE
                        waiting -= 1
                        continue
                    newest[f] = happened[i]
                value = values[columns[f], i] if columns[f] >= 0 else 0.0
                if np.isnan(value):
                    continue
                if ops[f] == DISTINCT:
                    seen = offsets[f] + np.int64(value)
                    counts[f] += stamps[seen] != mark
                    stamps[seen] = mark
                    continue
                counts[f] += 1
                if ops[f] == SUM or ops[f] == MEAN:
                    made[f] += value
                elif ops[f] == DECAYED:
                    made[f] += 2.0 ** (-age / lives[f])
                elif ops[f] == LAST or ops[f] == SINCE:
                    made[f] = value if ops[f] == LAST else age / 1e6
                    newest[f] = _DONE
                    waiting -= _waits(ops[f], windows[f], gaps[f])
                elif counts[f] == 1 or (ops[f] == LEAST and value < made[f]) or (ops[f] == MOST and value > made[f]):
                    made[f] = value
        for f in range(features):
            if ops[f] == COUNT or ops[f] == DISTINCT:
                made[f] = counts[f]
            elif ops[f] == MEAN and counts[f] > 0:
                made[f] /= counts[f]
            elif counts[f] == 0 and ops[f] != SUM and ops[f] != DECAYED:
                made[f] = np.nan
            answers[f, row] = made[f]


@compiled
def grouped(codes: Ints, groups: int) -> Ints:  # pragma: no cover - compiled
    """Give the places of rows group by group, in the order they came; -1 comes first."""
    starts = np.zeros(groups + 2, np.int64)
    for code in codes:
        starts[code + 2] += 1
    for code in range(1, groups + 2):
        starts[code] += starts[code - 1]
    order = np.empty(len(codes), np.int64)
    for row in range(len(codes)):
        order[starts[codes[row] + 1]] = row
        starts[codes[row] + 1] += 1
    return order


@compiled
def is_sorted(codes: Ints, groups: int, happened: Ints, known: Ints) -> bool:  # pragma: no cover - compiled
    """Say whether in each group what happened later comes later, and of one moment what was known later."""
    last, knew = np.full(groups, _DONE), np.full(groups, _DONE)
    for i in range(len(codes)):
        code = codes[i]
        if code < 0:
            continue
        if happened[i] < last[code] or (happened[i] == last[code] and known[i] < knew[code]):
            return False
        last[code], knew[code] = happened[i], known[i]
    return True


@compiled
def laid_out(  # noqa: PLR0913 - compiled
    codes: Ints, groups: int, order: Ints, happened: Ints, known: Ints, until: Ints, values: Floats, about: Ints
) -> tuple[Ints, Ints, Ints, Floats, Ints, Ints, Ints]:  # pragma: no cover - compiled
    """Put facts together group by group, taken in an order (none: as they are); those of the group -1 are left out."""
    lengths = np.zeros(groups, np.int64)
    for code in codes:
        if code >= 0:
            lengths[code] += 1
    starts = np.cumsum(lengths) - lengths
    kept, at = lengths.sum(), starts.copy()
    to_happened, to_known = np.empty(kept, np.int64), np.empty(kept, np.int64)
    to_until = np.empty(kept if len(until) else 0, np.int64)
    to_values, to_about = np.empty((len(values), kept)), np.empty((len(about), kept), np.int64)
    for i in range(len(codes)):
        row = order[i] if len(order) else i
        code = codes[row]
        if code < 0:
            continue
        place = at[code]
        at[code] += 1
        to_happened[place], to_known[place] = happened[row], known[row]
        if len(until):
            to_until[place] = until[row]
        for column in range(len(values)):
            to_values[column, place] = values[column, row]
        for column in range(len(about)):
            to_about[column, place] = about[column, row]
    return to_happened, to_known, to_until, to_values, to_about, starts, lengths


@compiled
def replaced(order: Ints, facts: Ints, known: Ints) -> Ints:  # pragma: no cover - compiled
    """Give since when a newer version of each row was known.

    `order` has the rows fact by fact, the version that wins first.
    """
    until = np.full(len(order), EVER)
    soonest = EVER
    for at in range(len(order)):
        row = order[at]
        if at == 0 or facts[row] != facts[order[at - 1]]:
            soonest = EVER
        until[row] = soonest
        soonest = min(soonest, known[row])
    return until
