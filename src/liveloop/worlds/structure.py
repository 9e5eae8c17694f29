"""Does a draw have the shape that the schema promises: types, keys, references, clocks?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.tables import Column, Table
from liveloop.worlds.draw import Draw
from liveloop.worlds.reading import Reading, counted, look_up, numbers
from liveloop.worlds.schema import SCHEMA
from liveloop.worlds.tabulate import TYPES

# A fact about another fact cannot be known before it: child, its column, parent
_KNOWN_AFTER = (
    ("users", "account_id", "accounts"),
    ("sessions", "user_id", "users"),
    ("messages", "session_id", "sessions"),
    ("decisions", "message_id", "messages"),
    ("warnings", "message_id", "messages"),
    ("escalations", "message_id", "messages"),
    ("labels", "message_id", "messages"),
    ("assignments", "user_id", "users"),
)
_WORDS = {
    ("accounts", "plan"): ("free", "team", "enterprise"),
    ("sessions", "client"): ("web", "mobile", "api"),
    ("decisions", "action"): ("allow", "warn", "block"),
    ("warnings", "policy"): ("self_harm", "violence", "fraud", "hate", "other"),
    ("support_messages", "direction"): ("to_user", "from_user"),
    ("support_messages", "channel"): ("email", "chat", "in_app"),
    ("escalations", "reason"): ("score", "user_report", "audit"),
    ("assignments", "arm"): ("control", "treatment"),
}


def read_structure(draw: Draw) -> Iterator[Reading]:
    """Read everything about a draw that either is so or is not."""
    wrong = [problem for declared in SCHEMA for problem in _misfits(draw, declared)]
    says = "every table has the declared columns and types"
    yield Reading("schema", f"{says}: {'; '.join(wrong)}" if wrong else says, not wrong)
    if wrong:
        return
    yield counted("nulls", "only nullable columns are null", sum(_nulls(draw, declared) for declared in SCHEMA))
    yield counted("keys", "keys are unique", sum(_repeats(draw, declared) for declared in SCHEMA))
    yield counted("references", "every reference has its row", sum(_dangling(draw, declared) for declared in SCHEMA))
    yield counted("words", "columns of words hold only declared words", _strange_words(draw))
    yield counted("clocks", "nothing is known before it happened", sum(_early(draw, d) for d in SCHEMA))
    yield counted(
        "clock order", "nothing is known before what it is about", sum(_before(draw, *k) for k in _KNOWN_AFTER)
    )
    yield counted("snapshot", "nothing is known after the tables were taken", sum(_late(draw, d) for d in SCHEMA))
    yield counted("actions", "actions follow score and threshold, warnings follow actions", _odd_actions(draw))
    yield counted("authors", "a message and its warning have the user of the session", _strangers(draw))


def _misfits(draw: Draw, declared: Table) -> Iterator[str]:
    if declared.name not in draw.tables:
        yield f"no table {declared.name}"
        return
    got = draw.tables[declared.name].schema
    wanted = pa.schema([(column.name, TYPES[column.type]) for column in declared.columns])
    if got != wanted:
        yield f"{declared.name} has {got.to_string(show_schema_metadata=False)!r}".replace("\n", ", ")


def _nulls(draw: Draw, declared: Table) -> int:
    table = draw.tables[declared.name]
    return sum(table[column.name].null_count for column in declared.columns if not column.nullable)


def _repeats(draw: Draw, declared: Table) -> int:
    keys = numbers(draw.tables[declared.name], declared.key[0])
    return len(keys) - len(np.unique(keys))


def _dangling(draw: Draw, declared: Table) -> int:
    return sum(_lost(draw, declared, column, column.refers_to) for column in declared.columns if column.refers_to)


def _lost(draw: Draw, declared: Table, column: Column, refers_to: str) -> int:
    parent, _, key = refers_to.partition(".")
    pointers = draw.tables[declared.name][column.name].drop_null().to_numpy()
    return int((~np.isin(pointers, draw.tables[parent][key].to_numpy())).sum())


def _strange_words(draw: Draw) -> int:
    return sum(
        int(pc.sum(pc.invert(pc.is_in(draw.tables[name][column], pa.array(words)))).as_py() or 0)
        for (name, column), words in _WORDS.items()
    )


def _early(draw: Draw, declared: Table) -> int:
    table = draw.tables[declared.name]
    happened, known = numbers(table, "happened_at"), numbers(table, "known_at")
    later = [
        column for column in ("ended_at", "dismissed_at", "resolved_at", "exposed_at") if column in table.column_names
    ]
    broken = int((known < happened).sum())
    for column in later:
        at = numbers(table, column)
        broken += int(((at >= 0) & (at < happened)).sum())
    return broken


def _before(draw: Draw, child: str, column: str, parent: str) -> int:
    above = draw.tables[parent]
    keys = numbers(above, column)
    order = np.argsort(keys, kind="stable")
    known = look_up(keys[order], numbers(above, "known_at")[order], numbers(draw.tables[child], column))
    return int((numbers(draw.tables[child], "known_at") < known).sum())


def _late(draw: Draw, declared: Table) -> int:
    return int((numbers(draw.tables[declared.name], "known_at") > draw.world.end).sum())


def _strangers(draw: Draw) -> int:
    broken = 0
    for child, parent, key in (("messages", "sessions", "session_id"), ("warnings", "messages", "message_id")):
        above, below = draw.tables[parent], draw.tables[child]
        keys = numbers(above, key)
        order = np.argsort(keys, kind="stable")
        owner = look_up(keys[order], numbers(above, "user_id")[order], numbers(below, key))
        broken += int((owner != numbers(below, "user_id")).sum())
    return broken


def _odd_actions(draw: Draw) -> int:
    model, decisions = draw.world.model, draw.tables["decisions"]
    score = decisions["score"].fill_null(-1.0).to_numpy()
    threshold = decisions["threshold"].to_numpy()
    blocked = (score >= threshold) & (score >= model.block_threshold)
    wanted = np.where(blocked, 2, np.where(score >= threshold, 1, 0))
    actions = decisions["action"].to_pylist()
    codes = {"allow": 0, "warn": 1, "block": 2}
    got = np.array([codes.get(action, -1) for action in actions], dtype=np.int64)
    # The guardrail may warn on what the score would allow.
    odd = (got != wanted) & ~((got == 1) & (wanted == 0) & (model.guardrail_day is not None))
    warned = numbers(decisions, "message_id")[got == 1]
    return int(odd.sum() + (~np.isin(numbers(draw.tables["warnings"], "message_id"), warned)).sum())
