"""How do the arrays of a scene become the tables of the schema?

Words from a small list travel as dictionary columns until the tables leave the library: that keeps a large world small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import Flags, Ints, exponentials, flips, uniforms
from liveloop.base.tables import Table
from liveloop.worlds import schema
from liveloop.worlds.corpus import Corpus
from liveloop.worlds.harm import ACTIONS, ALLOW, POLICIES, VERSIONS
from liveloop.worlds.people import COUNTRIES, LANGUAGES, PLANS
from liveloop.worlds.review import REASONS, Cases, Verdicts, close, slots
from liveloop.worlds.scene import Scene, measured_topics, share_templates
from liveloop.worlds.season import ZONES
from liveloop.worlds.support import CHANNELS, DIRECTIONS
from liveloop.worlds.text import Wording, write
from liveloop.worlds.traffic import CLIENTS, Census
from liveloop.worlds.treatment import DAY, Doses, Experiment
from liveloop.worlds.vocabulary import TOPICS

Columns = Mapping[str, Any]
TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
}
_TEMPLATE = 7001  # numbers of templates start here
_REVIEWER = 501


def named(words: Sequence[str], codes: Ints, missing: Flags | None = None) -> pa.DictionaryArray:
    """Name codes by a short list of words."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=missing), pa.array(words))


def moments(at: Ints, missing: Flags | None = None) -> pa.Array:
    """Make a column of times."""
    return pa.array(at, mask=missing).view(TYPES["TIMESTAMPTZ"])


def table_of(declared: Table, columns: Columns) -> pa.Table:
    """Put columns in the declared order with the declared types; dictionaries of words may stand for words."""
    arrays = []
    for column in declared.columns:
        values = columns[column.name]
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        wanted = TYPES[column.type]
        keep = pa.types.is_dictionary(array.type) or array.type == wanted
        arrays.append(array if keep else array.cast(wanted))
    return pa.table(arrays, names=[column.name for column in declared.columns])


def plain(table: pa.Table) -> pa.Table:
    """Spell out dictionary columns, in one chunk for each column."""
    columns = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    return pa.table(columns, names=table.column_names).combine_chunks()


def tabulate(census: Census, scene: Scene, corpus: Corpus | None) -> dict[str, pa.Table]:
    """Make every table of one scene but those of the review team."""
    tables = {
        "accounts": _accounts(census, scene),
        "users": _users(census, scene),
        "sessions": _sessions(census, scene),
        "messages": _messages(census, scene, corpus),
        "decisions": _decisions(census, scene),
        "warnings": _warnings(census, scene),
        "support_messages": _support(census, scene),
        "assignments": _assignments(census, scene),
    }
    return {name: table_of(schema.table(name), columns) for name, columns in tables.items()}


def tabulate_reviews(census: Census, cases: Cases) -> dict[str, pa.Table]:
    """Make the tables of the review team from all cases of the world, in order of message."""
    setup, seed = census.setup, census.seed
    resolved, verdicts = close(setup, seed, cases, slots(setup, census.messages / setup.days))
    waits = resolved > setup.end
    untriaged = waits | flips(seed, "no triage", cases.message, 0.02)
    seen = cases.known <= setup.end
    room = 3 * census.messages
    escalations = {
        "escalation_id": (room + 1 + cases.message)[seen],
        "message_id": (1 + cases.message)[seen],
        "reason": named(REASONS, cases.reason[seen]),
        "severity": pa.array(cases.severity[seen].astype(np.int32), mask=untriaged[seen]),
        "resolved_at": moments(resolved[seen], waits[seen]),
        "happened_at": moments(cases.happened[seen]),
        "known_at": moments(cases.known[seen]),
    }
    labels = _labels(census, cases, verdicts)
    return {
        "escalations": table_of(schema.ESCALATIONS, escalations),
        "labels": table_of(schema.LABELS, labels),
    }


def _labels(census: Census, cases: Cases, verdicts: Verdicts) -> Columns:
    seen = verdicts.known <= census.setup.end
    message, says = cases.message[verdicts.case[seen]], verdicts.says[seen]
    return {
        "label_id": 4 * census.messages + 4 * message + verdicts.revision[seen],
        "message_id": 1 + message,
        "reviewer_id": _REVIEWER + verdicts.reviewer[seen],
        "harmful": pa.array(says > 0, mask=says < 0),
        "revision": verdicts.revision[seen].astype(np.int32),
        "happened_at": moments(verdicts.happened[seen]),
        "known_at": moments(verdicts.known[seen]),
    }


def _accounts(census: Census, scene: Scene) -> Columns:
    people, which = census.people, np.arange(scene.first, scene.last)
    country, at = people.country[which], people.founded[which]
    return {
        "account_id": 1 + which,
        "plan": named(PLANS, people.plan[which]),
        "country": named(COUNTRIES, np.maximum(country, 0), country < 0),
        "happened_at": moments(at),
        "known_at": moments(people.account_known[which]),
    }


def _lag(census: Census, purpose: str, ids: Ints, seconds: float) -> Ints:
    return (exponentials(census.seed, purpose, ids, seconds) * 1e6).astype(np.int64)


def _range(census: Census, scene: Scene) -> Ints:
    return np.arange(census.people.first_user[scene.first], census.people.first_user[scene.last])


def _users(census: Census, scene: Scene) -> Columns:
    people, which = census.people, _range(census, scene)
    return {
        "user_id": 1 + which,
        "account_id": 1 + people.account[which],
        "person_id": 1 + people.person[which],
        "time_zone": named(ZONES, people.zone[which]),
        "language": named(LANGUAGES, people.language[which], ~people.language_given[which]),
        "happened_at": moments(people.joined[which]),
        "known_at": moments(people.known[which]),
    }


def _sessions(census: Census, scene: Scene) -> Columns:
    sittings = scene.sittings
    known = sittings.at + sittings.lag
    seen = np.flatnonzero(scene.present & (known <= census.setup.end))
    ids = sittings.ids[seen]
    vanished = flips(census.seed, "vanished", ids, np.where(sittings.client[seen] == 1, 0.05, 0.02))
    return {
        "session_id": 1 + ids,
        "user_id": 1 + sittings.user[seen],
        "client": named(CLIENTS, sittings.client[seen]),
        "ended_at": moments(sittings.ended[seen], vanished | (sittings.ended[seen] > census.setup.end)),
        "happened_at": moments(sittings.at[seen]),
        "known_at": moments(known[seen]),
    }


def _messages(census: Census, scene: Scene, corpus: Corpus | None) -> Columns:
    said, danger = scene.messages, scene.danger
    topic = measured_topics(census, said.ids, said.topic)
    template = share_templates(census.setup, census, said.ids, said.user)
    if corpus is not None:
        texts, tokens = corpus.pick(census.seed, said.ids, danger.harmful)
    elif census.setup.traffic.text == "off":
        texts, tokens = _silence(len(said.ids)), said.tokens
    else:
        wording = Wording(said.language, said.topic, danger.policy, danger.slang, said.tokens)
        texts, tokens = write(census.seed, said.ids, wording)
    return {
        "message_id": 1 + said.ids,
        "session_id": 1 + scene.sittings.ids[said.sitting],
        "user_id": 1 + said.user,
        "topic": named(TOPICS, np.maximum(topic, 0), topic < 0),
        "language": named(LANGUAGES, said.language),
        "template_id": pa.array(_TEMPLATE + template, mask=template < 0),
        "tokens": tokens.astype(np.int32),
        "text": texts,
        "happened_at": moments(said.at),
        "known_at": moments(said.known),
    }


def _silence(rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array([""]))


def _decisions(census: Census, scene: Scene) -> Columns:
    said, made = scene.messages, scene.made
    # A few records of allowed messages get lost: not every message has a decision.
    lost = flips(census.seed, "decision lost", said.ids, 0.003) & (made.action == ALLOW)
    seen = (said.decision_known <= census.setup.end) & ~lost
    score = made.score[seen]
    return {
        "decision_id": census.messages + 1 + said.ids[seen],
        "message_id": 1 + said.ids[seen],
        "model_version": named(VERSIONS, made.version[seen]),
        "score": pa.array(score, mask=np.isnan(score)),
        "threshold": made.threshold[seen],
        "action": named(ACTIONS, made.action[seen]),
        "happened_at": moments(said.decided[seen]),
        "known_at": moments(said.decision_known[seen]),
    }


def _warnings(census: Census, scene: Scene) -> Columns:
    said, seed = scene.messages, census.seed
    ids = said.ids[scene.warned]
    known = said.decision_known[scene.warned] + 1 + _lag(census, "warning lag", ids, 1.0)
    seen = known <= census.setup.end
    which, ids, known = scene.warned[seen], ids[seen], known[seen]
    at = said.decided[which] + 1 + _lag(census, "warning shown", ids, 0.3)
    truth = scene.danger.policy[which]
    guess = (uniforms(seed, "policy guess", ids) * len(POLICIES)).astype(np.int64)
    policy = np.where((truth < 0) | flips(seed, "policy wrong", ids, 0.1), guess, truth)
    dismissed = at + _lag(census, "dismissed at", ids, 25.0)
    kept = ~flips(seed, "dismissed", ids, census.setup.reaction.dismissed_share) | (dismissed > census.setup.end)
    return {
        "warning_id": 2 * census.messages + 1 + ids,
        "message_id": 1 + ids,
        "user_id": 1 + said.user[which],
        "policy": named(POLICIES, policy),
        "dismissed_at": moments(dismissed, kept),
        "happened_at": moments(at),
        "known_at": moments(np.maximum(known, at)),
    }


def _support(census: Census, scene: Scene) -> Columns:
    about, other = scene.letters
    number, user, direction, channel, at = (
        np.concatenate([getattr(about, name), getattr(other, name)])
        for name in ("number", "user", "direction", "channel", "at")
    )
    # In order of accounts, so that the order does not show where a range was cut.
    order = np.lexsort((number, census.people.account[user]))
    number, user, direction, channel, at = number[order], user[order], direction[order], channel[order], at[order]
    mail = channel == 0
    slow = flips(census.seed, "slow mail", number, np.where(mail, 0.1, 0.0))
    lag = exponentials(census.seed, "mail lag", number, np.where(slow, 3 * 3600.0, np.where(mail, 60.0, 2.0))) * 1e6
    known = at + lag.astype(np.int64)
    seen = known <= census.setup.end
    number, user, direction = number[seen], user[seen], direction[seen]
    lost = mail[seen] & flips(census.seed, "unmatched", number, census.setup.support.unmatched_share)
    return {
        "support_message_id": 8 * census.messages + 1 + number,
        "user_id": pa.array(1 + user, mask=lost),
        "direction": named(DIRECTIONS, direction),
        "channel": named(CHANNELS, channel[seen]),
        "happened_at": moments(at[seen]),
        "known_at": moments(known[seen]),
    }


def _assignments(census: Census, scene: Scene) -> Columns:
    parts = [_assigned(census, scene, e, doses) for e, doses in census.people.experiments]
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        parts = [_assignment_columns(empty, empty, empty.astype(bool), empty, empty)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    names = pa.array([e.name for e, _ in census.people.experiments] or [""])
    which = np.repeat(np.arange(len(parts)), [len(part["user"]) for part in parts])
    order = np.lexsort((which, joined["user"]))
    user, at = joined["user"][order], joined["at"][order]
    exposed = joined["exposed"][order]
    number = user * max(1, len(parts)) + which[order]
    return {
        "assignment_id": 1 + number,
        "experiment": pa.DictionaryArray.from_arrays(pa.array(which[order].astype(np.int32)), names),
        "user_id": 1 + user,
        "arm": named(("control", "treatment"), joined["treated"][order].astype(np.int64)),
        "exposed_at": moments(exposed, exposed < 0),
        "happened_at": moments(at),
        "known_at": moments(joined["known"][order]),
    }


def _assignment_columns(user: Ints, at: Ints, treated: Flags, exposed: Ints, known: Ints) -> dict[str, Any]:
    return {"user": user, "at": at, "treated": treated, "exposed": exposed, "known": known}


def _assigned(census: Census, scene: Scene, experiment: Experiment, doses: Doses) -> dict[str, Any]:
    """Record every user that is there while the experiment runs; exposure is the first sitting in that time."""
    setup, people = census.setup, census.people
    start = setup.start + int(experiment.start_day * DAY)
    end = min(setup.start + int(experiment.end_day * DAY), setup.end)
    users = _range(census, scene)
    at = np.maximum(people.joined[users], start)
    sat = scene.present & (scene.sittings.at >= start) & (scene.sittings.at < end)
    sat &= scene.sittings.at + scene.sittings.lag <= setup.end
    first = np.full(len(users), -1, dtype=np.int64)
    sitting = np.flatnonzero(sat)[::-1]  # backwards, so that the earliest one is written last
    first[scene.sittings.user[sitting] - (users[0] if len(users) else 0)] = scene.sittings.at[sitting]
    exposed = np.where(doses.own[users] > 0, first, -1)
    known = at + _lag(census, f"assignment lag:{experiment.name}", users, 5.0)
    known = np.maximum(known, people.known[users])
    there = (at < end) & (known <= setup.end)
    exposed = np.where(exposed >= 0, np.maximum(exposed, at), -1)
    return _assignment_columns(users[there], at[there], doses.treated[users][there], exposed[there], known[there])
