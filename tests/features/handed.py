"""Which training tables that are handed over leak, in what way, and which are clean?

Texts come in twins of opposite label: those that people wrote for HatemojiBuild where they stand beside the checkout,
else drawn ones. People write them, others judge them hours later, verdicts are revised, some are taken back.
"""

import csv
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from logs import chance_of

from liveloop.features.audit import Asked
from liveloop.features.facts import read_facts, times_of
from liveloop.features.training import training_set
from liveloop.features.view import Source, View

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "hatemoji"
HOUR = 3_600_000_000
START = 1_767_225_600_000_000
WEEK = timedelta(days=7)
LABELS = Source("labels", ("user_id",), ("harm",), fact="label_id", version="version", deleted="taken_back",
                sort="label", about=("entry_id",), embargo=WEEK)  # fmt: skip
SHARE = View("harm_share", "labels", "user_id", "share", "harm", apart_from="entry_id")
COUNT = View("judged", "labels", "user_id", "count", window=timedelta(days=3), apart_from="entry_id")
LAST = View("last_verdict", "labels", "user_id", "last", "harm", apart_from="entry_id")
SETTLED = View("settled_share", "labels", "user_id", "share", "harm", embargo=WEEK)
VIEWS = (SHARE, COUNT, LAST, SETTLED)


@dataclass
class Corpus:
    """Texts with their label, the pair of twins that each is of, and the round in which it was written."""

    texts: list[str]
    label: np.ndarray
    pair: np.ndarray
    round: np.ndarray
    original: np.ndarray
    sort: list[str]


@dataclass
class Handed:
    """A table as it is handed over, and what is asked of it."""

    rows: pa.Table
    asked: Asked
    corpus: Corpus
    verdicts: pa.Table
    chance: np.random.Generator

    def column(self, name):
        return self.rows.column(name).to_numpy(zero_copy_only=False)

    def having(self, **columns):
        rows = self.rows
        for name, values in columns.items():
            made = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values)
            rows = rows.set_column(rows.column_names.index(name), name, made) if name in rows.column_names else (
                rows.append_column(name, made))  # fmt: skip
        return replace(self, rows=rows)

    def asking(self, **changes):
        return replace(self, asked=replace(self.asked, **changes))

    def taking(self, places):
        return replace(self, rows=self.rows.take(pa.array(places)))


def hatemoji(pairs):
    """Read so many matched pairs, rounds in order."""
    rows = {}
    for part in ("train", "validation", "test"):
        with (PUBLIC / f"build_{part}.csv").open(encoding="utf-8", newline="") as file:
            rows |= {int(row["entry_id"]): row for row in csv.DictReader(file)}
    first = [key for key, row in sorted(rows.items()) if key < int(row["matched_id"] or -1) in rows][
        :: max(1, 2900 // pairs)
    ]
    both = [(rows[key], rows[int(rows[key]["matched_id"])]) for key in first][:pairs]
    flat = [row for pair in both for row in pair]
    return Corpus(
        [row["text"] for row in flat], np.array([row["label_gold"] == "1" for row in flat]),
        np.repeat(np.arange(len(both)), 2), np.array([int(row["round.base"]) for row in flat]),
        np.array([row["set"] == "original" for row in flat]), [row["type"] for row in flat],
    )  # fmt: skip


def drawn(pairs, chance):
    """Draw pairs of texts that differ in a word."""
    texts, words = [], np.array([f"word{place}" for place in range(600)])
    for _ in range(pairs):
        text = words[chance.integers(0, 600, int(chance.integers(6, 14)))]
        other = text.copy()
        other[chance.integers(0, len(other))] = words[chance.integers(0, 600)]
        texts += [" ".join(text), " ".join(other)]
    label = np.column_stack([one := chance.random(pairs) < 0.5, ~one]).ravel()
    kinds = np.array(["threat", "insult"])[chance.integers(0, 2, 2 * pairs)]
    return Corpus(texts, label, np.repeat(np.arange(pairs), 2), np.repeat(5 + np.sort(chance.integers(0, 3, pairs)), 2),
                  np.tile([True, False], pairs), np.where(label, kinds, "none").tolist())  # fmt: skip


def handed(corpus, seed, last=7):
    """Make a clean table: the last rounds are the test, features are as they were known, labels have settled."""
    chance, rows = chance_of(seed), len(corpus.texts)
    part = np.where(corpus.round >= last, "test", "train")
    user = chance.integers(0, 40, corpus.pair.max() + 1)[corpus.pair] + np.where(part == "test", 1000, 0)
    hour = np.sort(corpus.round * 400.0 + chance.uniform(0, 380, rows))  # the corpus is in the order of its rounds
    happened = START + (hour * HOUR).astype(np.int64)
    known = happened + (chance.exponential(30, rows) * HOUR).astype(np.int64)
    wrong = chance.random(rows) < 0.12
    back = chance.random(rows) < 0.05
    verdicts = pa.table({
        "label_id": np.r_[np.arange(rows), np.flatnonzero(wrong), np.flatnonzero(back)],
        "version": np.r_[np.zeros(rows, int), np.ones(wrong.sum(), int), np.full(back.sum(), 2)],
        "entry_id": np.r_[np.arange(rows), np.flatnonzero(wrong), np.flatnonzero(back)],
        "user_id": np.r_[user, user[wrong], user[back]],
        "harm": np.r_[corpus.label ^ wrong, corpus.label[wrong], corpus.label[back]].astype(float),
        "taken_back": np.r_[np.zeros(rows + wrong.sum(), bool), np.ones(back.sum(), bool)],
        "happened_at": times_of(np.r_[happened, happened[wrong], happened[back]]),
        "known_at": times_of(np.r_[known, known[wrong] + 60 * HOUR, known[back] + 90 * HOUR]),
    })  # fmt: skip
    table = pa.table({
        "entry_id": np.arange(rows), "user_id": user, "account_id": user // 4, "session_id": corpus.pair,
        "decided_at": times_of(happened), "text": corpus.texts, "harm": corpus.label, "part": part,
        "label_known": times_of(known), "words": [len(text.split()) for text in corpus.texts],
        "topic": np.array(["news", "games", "work"])[chance.integers(0, 3, rows)],
        "score": corpus.label + chance.normal(0, 0.9, rows),
    })  # fmt: skip
    facts = {"labels": read_facts(LABELS, verdicts)}
    table = training_set(VIEWS, facts, table)
    asked = Asked("harm", "part", groups=("user_id", "account_id", "session_id"), text="text", at="decided_at",
                  label_known="label_known", embargo=WEEK, as_of=START + 4000 * HOUR, views=VIEWS,
                  facts=facts)  # fmt: skip
    return Handed(table, asked, corpus, verdicts, chance)


def split(made, is_test):
    return made.having(part=np.where(is_test, "test", "train"))


def pairs_drawn(made):
    return split(made, (made.chance.random(made.corpus.pair.max() + 1) < 0.25)[made.corpus.pair])
