"""In which ways can a training table that is handed over leak, and by which name is each called?"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from handed import COUNT, HOUR, LABELS, LAST, SETTLED, SHARE, VIEWS, pairs_drawn, split

from liveloop.features.facts import read_facts, times_of
from liveloop.features.training import training_set


def text_only(made):
    """Ask about texts alone: of other columns nothing is known."""
    return made.asking(groups=(), at=None, label_known=None, embargo=timedelta(0), views=())


def random_split(made):
    return split(text_only(made), made.chance.random(made.rows.num_rows) < 0.25)


def balanced_split(made):
    order = np.lexsort((made.chance.random(made.rows.num_rows), made.corpus.label))
    return split(text_only(made), np.argsort(order) % 4 == 0)


def originals_apart(made):
    return split(text_only(made), ~made.corpus.original)


def one_fold_of_five(made):
    return split(text_only(made), np.arange(made.rows.num_rows) % 5 == 0)


def some_pairs_torn(made):
    test = made.column("part") == "test"
    torn = made.chance.random(made.corpus.pair.max() + 1) < 0.1
    return split(text_only(made), test ^ (torn[made.corpus.pair] & made.corpus.original & test))


def copied(change, share=0.2):
    """Let some test rows stand in training too, changed."""

    def leak(made):
        test = np.flatnonzero(made.column("part") == "test")
        some = test[made.chance.random(len(test)) < share]
        texts = [change(made.corpus.texts[row], made.chance) for row in some]
        more = made.taking(some).having(part=["train"] * len(some), text=texts, words=[0] * len(some))
        return text_only(replace(made, rows=pa.concat_tables([made.rows, more.rows])))

    return leak


def word_left_out(text, chance):
    words = text.split()
    if len(words) > 1:
        del words[int(chance.integers(0, len(words)))]
    return " ".join(words)


def neighbours_changed(text, chance):
    words = text.split()
    place = int(chance.integers(0, max(1, len(words) - 1)))
    words[place : place + 2] = words[place : place + 2][::-1]
    return " ".join(words)


def word_put_in(text, chance):
    words = text.split()
    words.insert(int(chance.integers(0, len(words) + 1)), "really")
    return " ".join(words)


def oversampled(made):
    few = np.flatnonzero(made.corpus.label)
    rows = np.r_[np.arange(made.rows.num_rows), few]
    more = made.taking(rows)
    return split(text_only(more).asking(text=None), made.chance.random(len(rows)) < 0.25)


def test_in_training(made):
    test = np.flatnonzero(made.column("part") == "test")
    more = made.taking(test[:30]).having(part=["train"] * 30)
    return text_only(replace(made, rows=pa.concat_tables([made.rows, more.rows]))).asking(text=None)


def shared(name, width):
    """Let a group be on both sides."""

    def leak(made):
        code = np.asarray(made.column(name))
        test = made.column("part") == "test"
        mixed = np.where(
            test & (made.chance.random(len(code)) < width), made.chance.choice(code[~test], len(code)), code
        )
        return made.having(**{name: mixed}).asking(groups=(name,), views=(), text=None)

    return leak


def session_torn(made):
    test = made.column("part") == "test"
    return split(made, test & ~((made.corpus.pair % 7 == 0) & made.corpus.original)).asking(
        groups=("session_id",), text=None, at=None, views=())  # fmt: skip


def timed(change):
    """Let the split not follow time."""

    def leak(made):
        return change(made).asking(groups=(), text=None, label_known=None, embargo=timedelta(0), views=())

    return leak


def reversed_time(made):
    return split(made, made.corpus.round == made.corpus.round.min())


def some_late(made):
    test = np.flatnonzero(made.column("part") == "test")
    late = np.zeros(made.rows.num_rows, bool)
    late[test[-12:]] = True
    return split(made, (made.column("part") == "test") & ~late)


def young(days):
    """Hand the table over so many days after its last decision."""

    def leak(made):
        last = int(pc.max(made.rows.column("decided_at")).cast(pa.int64()).as_py())
        return made.asking(as_of=last + days * 24 * HOUR, groups=(), text=None, views=())

    return leak


def computed(view, change):
    """Let a feature be computed of other facts than were known."""

    def leak(made):
        names = [one.name for one in VIEWS]
        facts = {"labels": read_facts(LABELS, change(made.verdicts))}
        again = training_set([view], facts, made.rows.drop_columns(names))
        return made.having(**{view.name: again.column(view.name)}).asking(groups=("user_id",), text=None)

    return leak


def known_when(hours):
    """Let everything be known when it happened, or so many hours sooner than it was."""

    def change(verdicts):
        happened, known = (verdicts.column(name).cast(pa.int64()).to_numpy() for name in ("happened_at", "known_at"))
        sooner = happened if hours is None else np.maximum(happened, known - hours * HOUR)
        return verdicts.set_column(verdicts.column_names.index("known_at"), "known_at", times_of(sooner))

    return change


def rewritten(verdicts):
    """Write corrections into the row that they correct, as of when it was first known."""
    order = np.lexsort((-verdicts.column("version").to_numpy(), verdicts.column("label_id").to_numpy()))
    table = verdicts.take(pa.array(order))
    label = table.column("label_id").to_numpy()
    newest = np.flatnonzero(np.r_[True, label[1:] != label[:-1]])
    oldest = np.r_[newest[1:] - 1, len(label) - 1]
    made = table.take(pa.array(newest))
    known = table.column("known_at").take(pa.array(oldest))
    return made.set_column(made.column_names.index("known_at"), "known_at", known)


def gone(verdicts):
    """Leave out what was taken back later, as if it had never been."""
    back = set(verdicts.filter(verdicts.column("taken_back")).column("label_id").to_pylist())
    return verdicts.filter(pa.array([one not in back for one in verdicts.column("label_id").to_pylist()]))


def first_only(verdicts):
    return verdicts.filter(pc.equal(verdicts.column("version"), 0))


def over_all(view, how):
    """Let a feature be that of the user's labels ever, whenever they came."""

    def leak(made):
        table = rewritten(made.verdicts).to_pandas().query("not taken_back")
        value = getattr(table.groupby("user_id")["harm"], how)()
        mine = value.reindex(made.column("user_id")).to_numpy()
        mine = mine.astype(np.int64) if view.op == "count" else mine
        return made.having(**{view.name: mine}).asking(groups=("user_id",), text=None)

    return leak


def filled_from_later(made):
    values = made.rows.select(["user_id", "harm_share"]).to_pandas()
    return made.having(harm_share=values.groupby("user_id")["harm_share"].bfill().to_numpy()).asking(text=None)


def other_view(view, **changes):
    """Let a feature be of another definition: one that reads more than it says."""

    def leak(made):
        names = [one.name for one in VIEWS]
        again = training_set([replace(view, **changes)], made.asked.facts, made.rows.drop_columns(names))
        return made.having(**{view.name: again.column(view.name)}).asking(groups=("user_id",), text=None)

    return leak


def column(**columns):
    """Let one more column stand there, made of the label."""

    def leak(made):
        label, chance = np.asarray(made.corpus.label), made.chance
        return made.having(**{name: make(label, chance, made) for name, make in columns.items()}).asking(
            groups=(), text=None, label_known=None, embargo=timedelta(0), views=())  # fmt: skip

    return leak


def nearest_label(label, chance, made):
    """Score each row by the label of the row that is nearest to it, which is itself."""
    del chance, made
    return np.where(label, 0.97, 0.02)


def closed_at(label, chance, made):
    """Close reviews, which only harmful messages have."""
    moments = made.rows.column("decided_at").cast(pa.int64()).to_numpy()
    later = times_of(moments + (chance.exponential(20, len(label)) * HOUR).astype(np.int64))
    return pc.if_else(pa.array(label), later, pa.scalar(None, later.type))


LEAKS = {
    "a random split": ("twins", random_split),
    "a random split with as many of each label": ("twins", balanced_split),
    "originals in training, what was changed of them in the test": ("twins", originals_apart),
    "one fold of five by row number": ("twins", one_fold_of_five),
    "a tenth of the pairs torn": ("twins", some_pairs_torn),
    "copies in capitals": ("twins", copied(lambda text, _: text.upper())),
    "copies with other signs": ("twins", copied(lambda text, _: f"  {text} !!!")),
    "copies with a word left out": ("twins", copied(word_left_out)),
    "copies with a word put in": ("twins", copied(word_put_in)),
    "copies with two words changed about": ("twins", copied(neighbours_changed)),
    "one label drawn twice, before the split": ("same rows", oversampled),
    "test rows in training": ("same rows", test_in_training),
    "a user in twenty on both sides": ("shared group", shared("user_id", 0.05)),
    "accounts on both sides": ("shared group", shared("account_id", 0.3)),
    "all users on both sides": ("shared group", shared("user_id", 1.0)),
    "sessions torn": ("shared group", session_torn),
    "pairs drawn whole, over time": ("order of time", timed(pairs_drawn)),
    "the test is the first round": ("order of time", timed(reversed_time)),
    "the last twelve rows in training": ("order of time", timed(some_late)),
    "handed over at once": ("unsettled labels", young(0)),
    "handed over after two days": ("unsettled labels", young(2)),
    "handed over after six days": ("unsettled labels", young(6)),
    "labels known when the message was written": ("knew more", computed(SHARE, known_when(None))),
    "labels known six hours sooner": ("knew more", computed(SHARE, known_when(6))),
    "the last verdict by when the message was written": ("knew more", computed(LAST, known_when(None))),
    "corrections written into the row": ("knew more", computed(SHARE, rewritten)),
    "what was taken back is gone": ("knew more", computed(COUNT, gone)),
    "no corrections at all": ("knew more", computed(LAST, first_only)),
    "harm of the user, over all": ("knew more", over_all(SHARE, "mean")),
    "labels of the user, over all": ("knew more", over_all(COUNT, "count")),
    "the last verdict ever": ("knew more", over_all(LAST, "last")),
    "filled from what came later": ("knew more", filled_from_later),
    "the message's own label": ("knew more", other_view(SETTLED, embargo=timedelta(0))),
    "an embargo of a day for one of seven": ("knew more", other_view(SETTLED, embargo=timedelta(days=1))),
    "a window of ten days for one of three": ("knew more", other_view(COUNT, window=timedelta(days=10))),
    "a copy of the label": ("too good", column(target=lambda label, *_: label)),
    "the label turned round": ("too good", column(clean=lambda label, *_: 1 - label)),
    "a sentinel": ("too good", column(age=lambda label, chance, _: np.where(
        label, -1, chance.integers(1, 90, len(label))))),
    "where a number is missing": ("too good", column(appeals=lambda label, chance, _: np.where(
        label, chance.integers(0, 3, len(label)), np.nan))),
    "a score that has seen the row": ("too good", column(model=nearest_label)),
    "the queue that only harm goes to": ("too good", column(queue=lambda label, chance, _: np.where(
        label, np.array(["review", "police"])[chance.integers(0, 2, len(label))], "none").tolist())),
    "codes of queues, in no order": ("too good", column(queue=lambda label, chance, _: np.where(
        label, 2 * chance.integers(0, 5, len(label)), 2 * chance.integers(0, 5, len(label)) + 1))),
    "when the review was closed": ("too good", column(closed_at=closed_at)),
    "what sort of harm it is": ("too good", column(sort=lambda _label, _chance, made: made.corpus.sort)),
    "a number that was drawn after sorting by label": ("too good", column(row_id=lambda label, *_: np.argsort(
        np.argsort(label, kind="stable")))),
    "a copy with one in three hundred wrong": ("too good", column(target=lambda label, chance, _: label ^ (
        chance.random(len(label)) < 0.003))),
}  # fmt: skip
