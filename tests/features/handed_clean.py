"""Which training tables that are handed over are clean, though they look as if they leaked?"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from handed import HOUR, SETTLED, SHARE, pairs_drawn, split

from liveloop.features.facts import times_of


def one_more(name, make):
    """Let a column stand there that may: it tells something of the label, and was there when it was decided."""

    def clean(made):
        return made.having(**{name: make(np.asarray(made.corpus.label), made.chance, made.rows.num_rows)})

    return clean


CLEAN = {
    "as it is": lambda made: made,
    "rows in another order": lambda made: made.taking(made.chance.permutation(made.rows.num_rows)),
    "only training columns of numbers": lambda made: replace(
        made, rows=made.rows.drop_columns(["topic", "score"])),
    "a good score": one_more("model", lambda label, chance, rows: label + chance.normal(0, 0.5, rows)),
    "a bad score": one_more("model", lambda label, chance, rows: label + chance.normal(0, 5, rows)),
    "a score that is missing at random": one_more("model", lambda label, chance, rows: np.where(
        chance.random(rows) < 0.3, np.nan, label + chance.normal(0, 1, rows))),
    "missing rather where it is harmful": one_more("appeals", lambda label, chance, rows: np.where(
        chance.random(rows) < np.where(label, 0.6, 0.2), np.nan, 1.0)),
    "a flag": one_more("new_user", lambda label, chance, rows: chance.random(rows) < np.where(label, 0.4, 0.2)),
    "a flag that is rare": one_more("known_bad", lambda label, chance, rows: label & (chance.random(rows) < 0.05)),
    "a list of words that finds half of the harm": one_more("listed", lambda label, chance, rows: label & (
        chance.random(rows) < 0.5)),
    "a category": one_more("country", lambda label, chance, rows: np.array(["de", "fr", "nl", "pl"])[
        np.minimum(3, chance.integers(0, 3, rows) + label * chance.integers(0, 2, rows))].tolist()),
    "a key for each row": one_more("hash", lambda label, chance, rows: [f"{one:08x}" for one in chance.integers(
        0, 2**31, rows)]),
    "codes of a hundred devices": one_more("device", lambda label, chance, rows: chance.integers(0, 100, rows)),
    "a column of one value": one_more("source", lambda label, chance, rows: ["app"] * rows),
    "a column of nothing": one_more("note", lambda label, chance, rows: pa.nulls(rows)),
    "a time before the decision": lambda made: made.having(joined_at=times_of(
        made.rows.column("decided_at").cast(pa.int64()).to_numpy()
        - (made.chance.exponential(900, made.rows.num_rows) * HOUR).astype(np.int64))),
    "what is known every day": one_more("weekday", lambda label, chance, rows: chance.integers(0, 7, rows)),
    "a sentinel that tells nothing": one_more("age", lambda label, chance, rows: np.where(
        chance.random(rows) < 0.3, -1, chance.integers(1, 90, rows))),
    "a share only": lambda made: replace(made.asking(views=(SHARE,)), rows=made.rows.drop_columns(
        ["judged", "last_verdict", "settled_share"])),
    "a share computed elsewhere, added in another order": lambda made: made.having(
        harm_share=made.column("harm_share") * (1 + 1e-12)),
    "settled labels only": lambda made: replace(made.asking(views=(SETTLED,)), rows=made.rows.drop_columns(
        ["harm_share", "judged", "last_verdict"])),
    "a count of whole numbers written as numbers": lambda made: made.having(judged=made.column("judged") * 1.0),
    "handed over when the last label had settled": lambda made: made.asking(
        as_of=int(pc.max(made.rows.column("label_known")).cast(pa.int64()).as_py()) + 7 * 24 * HOUR),
    "pairs drawn whole": lambda made: pairs_drawn(made).asking(groups=("session_id",), at=None, views=()),
    "users drawn whole, of pairs that are whole": lambda made: split(
        made, made.column("user_id") % 3 == 0).asking(groups=("user_id", "session_id"), at=None, views=()),
    "a test of one round": lambda made: made.taking(np.flatnonzero(made.corpus.round != made.corpus.round.min())),
    "three parts": lambda made: made.having(part=np.where(
        made.column("part") == "test", "test", np.where(made.column("words") > 8, "train", "valid"))),
    "groups that nobody is in": lambda made: made.having(team=pa.nulls(made.rows.num_rows, pa.string())).asking(
        groups=("user_id", "team")),
    "no text": lambda made: replace(made, rows=made.rows.drop_columns(["text"])).asking(text=None),
    "no split": lambda made: made.asking(split=None, groups=(), text=None),
    "one label each of its pair": lambda made: made.taking(np.flatnonzero(made.corpus.original)).asking(
        groups=("user_id", "account_id")),
    "few rows": lambda made: made.taking(np.r_[0:8, made.rows.num_rows - 4 : made.rows.num_rows]),
    "a copy of a feature": lambda made: made.having(words_again=made.column("words")),
}  # fmt: skip


TOLD_APART = ("pairs drawn whole", "users drawn whole, of pairs that are whole")  # people write families of texts:
# of HatemojiBuild one text in fifteen is almost that of another pair, so these two are clean for drawn texts only
