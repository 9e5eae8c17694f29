"""Is what is wrong with a training table found, and is a right one left alone?"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from logs import chance_of

from liveloop.base.errors import BadInput
from liveloop.features.audit import Asked, audit
from liveloop.features.facts import read_facts
from liveloop.features.power import power
from liveloop.features.training import training_set
from liveloop.features.view import Source, View

START = datetime(2026, 1, 5, tzinfo=UTC)
LABELS = Source("labels", ("user_id",), ("harm",), fact="label_id", version="version")
SHARE = View("harm_share", "labels", "user_id", "share", "harm")
ROWS = 600


def times(hours):
    return pa.array([START + timedelta(hours=float(one)) for one in hours], pa.timestamp("us", "UTC"))


def made(seed=1):
    """A clean table: users on one side each, time in order, labels settled, shares as they were known."""
    chance = chance_of(seed)
    hour = np.sort(chance.uniform(0, 2000, ROWS))
    part = np.where(hour < 1400, "train", "test")
    user = chance.integers(0, 60, ROWS) + np.where(part == "test", 100, 0)
    bad = chance.random(200) < 0.3
    harm = chance.random(ROWS) < np.where(bad[user], 0.6, 0.1)
    words = np.array([f"word{place}" for place in range(400)])
    text = [" ".join(words[chance.integers(0, 400, 8)]) for _ in range(ROWS)]
    labels = pa.table({
        "label_id": np.arange(ROWS), "version": np.zeros(ROWS, int), "user_id": user, "harm": harm.astype(float),
        "happened_at": times(hour), "known_at": times(hour + chance.exponential(60, ROWS)),
    })  # fmt: skip
    rows = pa.table({
        "user_id": user, "decided_at": times(hour), "harm": harm, "part": part, "text": text,
        "label_known": labels.column("known_at"), "tokens": chance.integers(1, 400, ROWS),
    })  # fmt: skip
    facts = {"labels": read_facts(LABELS, labels)}
    rows = training_set([SHARE], facts, rows)
    asked = Asked("harm", "part", groups=("user_id",), text="text", at="decided_at", label_known="label_known",
                  embargo=timedelta(days=2), as_of=int((START + timedelta(hours=2600)).timestamp()) * 1_000_000,
                  views=(SHARE,), facts=facts)  # fmt: skip
    return rows, asked


def with_column(rows, name, values):
    return rows.set_column(rows.column_names.index(name), name, pa.array(values))


def kinds(rows, asked):
    return {one.kind for one in audit(rows, asked)}


@pytest.mark.parametrize("seed", range(6))
def test_a_clean_table_is_left_alone(seed):
    assert audit(*made(seed)) == []


def test_users_on_both_sides():
    rows, asked = made()
    (wrong,) = audit(with_column(rows, "user_id", np.r_[np.arange(ROWS - 1) % 150, 1]), replace(asked, views=()))
    assert (wrong.kind, wrong.column) == ("shared group", "user_id")
    assert 0 < wrong.rows <= wrong.of


def test_a_random_split():
    rows, asked = made()
    part = np.where(chance_of(9).random(ROWS) < 0.7, "train", "test")
    assert kinds(with_column(rows, "part", part), asked) == {"shared group", "order of time"}


def test_twins_and_same_rows():
    rows, asked = made()
    text = rows.column("text").to_pylist()
    text[-40:] = [one.rsplit(" ", 1)[0] + " other" for one in text[:40]]
    assert kinds(with_column(rows, "text", text), asked) == {"twins"}
    last = rows.slice(0, 1).set_column(rows.column_names.index("part"), "part", pa.array(["test"]))
    assert "same rows" in kinds(pa.concat_tables([rows, last]), replace(asked, views=()))


def test_labels_that_may_still_change():
    rows, asked = made()
    last = max(rows.column("label_known").cast(pa.int64()).to_pylist())
    (wrong,) = audit(rows, replace(asked, embargo=timedelta(days=7), as_of=last))
    assert wrong.kind == "unsettled labels"
    assert 5 < wrong.rows < 100


def test_a_column_of_today():
    rows, asked = made()
    labels = asked.facts["labels"]
    today = [
        labels.values["harm"][labels.entities["user_id"] == user].mean() for user in rows.column("user_id").to_numpy()
    ]
    (wrong,) = audit(with_column(rows, "harm_share", today), asked)
    assert wrong.kind == "knew more"
    assert wrong.power.is_clear
    assert wrong.power.imported > wrong.power.known + 0.05
    assert 0.1 < wrong.power.vanishes <= 1
    assert "as known" in wrong.example


def test_a_sentinel():
    rows, asked = made()
    harm = rows.column("harm").to_numpy(zero_copy_only=False)
    (wrong,) = audit(with_column(rows, "tokens", np.where(harm, -1, 20)), asked)
    assert wrong.kind == "too good"
    (wrong,) = audit(with_column(rows, "tokens", np.where(harm, np.nan, rows.column("tokens"))), asked)
    assert "whether tokens is missing" in wrong.says


def test_what_cannot_be_asked_is_refused():
    rows, asked = made()
    with pytest.raises(BadInput, match="there is no column 'nobody'"):
        audit(rows, replace(asked, label="nobody"))
    with pytest.raises(BadInput, match="label 'tokens' holds more than 0 and 1"):
        audit(rows, replace(asked, label="tokens"))
    with pytest.raises(BadInput, match="0 of 600 rows are in the part 'late'"):
        audit(rows, replace(asked, test="late"))
    with pytest.raises(BadInput, match="without a moment"):
        audit(rows, replace(asked, at=None))


HALF = [place % 2 == 0 for place in range(60)]
PARTS = ["train"] * 30 + ["test"] * 30


def of(values, kind=None, **more):
    return pa.table({"x": pa.array(values, kind), "harm": HALF, "part": PARTS, "row": range(60)} | more)


def test_copies_of_the_commonest_text():
    text = [f"one of a kind {place}" for place in range(60)] + ["we are sorry for the delay"] * 400
    rows = pa.table({
        "text": text, "harm": [place % 2 == 0 for place in range(460)], "row": range(460),
        "part": ["train"] * 360 + ["test"] * 100,
    })  # fmt: skip
    (wrong,) = audit(rows, Asked("harm", split="part", text="text"))
    assert (wrong.kind, wrong.rows) == ("twins", 100)
    assert "sorry" in wrong.example


def test_missing_texts_are_no_twins():
    text = [None if place % 10 == 0 else f"a{place} b{place} c{place} d{place}" for place in range(60)]
    assert audit(of(text), Asked("harm", split="part", text="x")) == []


@pytest.mark.parametrize("kind", [pa.bool_(), pa.float64()])
def test_missing_labels_are_refused(kind):
    rows = pa.table({"harm": pa.array([1, 0, None, 1, None], pa.int8()).cast(kind)})
    with pytest.raises(BadInput, match="2 of 5 labels are missing, the first in row 3"):
        audit(rows, Asked("harm"))


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (Decimal("1.5"), Decimal("2.5"), None),
        (timedelta(hours=1), timedelta(hours=2), None),
        (time(1), time(2), pa.time32("s")),
        (time(1), time(2), pa.time64("us")),
        ("a", "b", pa.string_view()),
        ("a", "b", pa.dictionary(pa.int32(), pa.large_string())),
        (b"a", b"b", pa.binary_view()),
        (b"a", b"b", pa.binary(1)),
        (10**18 + 1, 10**18 + 5001, pa.timestamp("ns", "UTC")),
    ],
)
def test_a_column_of_any_kind_can_be_too_good(one, other, kind):
    (wrong,) = audit(of([one if harm else other for harm in HALF], kind), Asked("harm"))
    assert (wrong.kind, wrong.column) == ("too good", "x")


@pytest.mark.parametrize("value", [float("nan"), None, [1.0, None], {"a": [1]}])
def test_the_same_rows_whatever_they_hold(value):
    rows = pa.table({"x": pa.array([value] * 60), "harm": HALF, "part": PARTS, "row": [*range(30)] * 2})
    (wrong,) = audit(rows, Asked("harm", split="part"))
    assert (wrong.kind, wrong.rows) == ("same rows", 30)
    assert audit(of([value] * 60), Asked("harm", split="part")) == []


def test_what_is_missing_is_not_the_same_as_not_a_number():
    rows = pa.table({"x": pa.array([None] * 30 + [float("nan")] * 30), "harm": HALF, "part": PARTS})
    assert audit(rows, Asked("harm", split="part")) == []


def test_rows_without_a_part_are_in_neither():
    rows = pa.table({"user": [1, 2, 3, 4], "harm": HALF[:4], "part": ["train", "test", "test", None]})
    assert audit(with_column(rows, "user", [1, 2, 3, 2]), Asked("harm", split="part", groups=("user",))) == []
    with pytest.raises(BadInput, match=r"1 of 4 rows are in the part 'test'. Allowed: .* there are test"):
        audit(with_column(rows, "part", [None, None, None, "test"]), Asked("harm", split="part"))


def test_what_would_crash_is_refused_in_words():
    lists = of([[place] for place in range(60)])
    with pytest.raises(BadInput, match="'x' holds list"):
        audit(lists, Asked("harm", split="part", groups=("x",)))
    with pytest.raises(BadInput, match=r"'row' holds int64. Allowed: texts"):
        audit(lists, Asked("harm", split="part", text="row"))
    with pytest.raises(BadInput, match="embargo: with this alone nothing is looked at"):
        audit(lists, Asked("harm", embargo=timedelta(days=1)))
    with pytest.raises(BadInput, match="as_of: nobody says when the table was made"):
        audit(lists, Asked("harm", label_known="row", embargo=timedelta(days=1)))
    with pytest.raises(BadInput, match="label_known: with this alone nothing is looked at"):
        audit(lists, Asked("harm", label_known="row"))
    twice = pa.Table.from_arrays([pa.array(HALF)] * 3, names=["x", "harm", "x"])
    with pytest.raises(BadInput, match="two columns are named 'x'"):
        audit(twice, Asked("harm"))


TOPICS = Source("topics", ("user_id",), texts=("topic",))
TOPIC = View("topic", "topics", "user_id", "last", "topic")


def topics(values, kind, rows=4):
    facts = pa.table({"user_id": [1], "topic": ["news"], "happened_at": times([0]), "known_at": times([0])})
    asked = Asked("harm", at="decided_at", views=(TOPIC,), facts={"topics": read_facts(TOPICS, facts)})
    table = {"user_id": [1] * rows, "topic": pa.array(values, kind), "decided_at": times([1] * rows)}
    return pa.table(table | {"harm": pa.array(HALF[:rows], pa.bool_())}), asked


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_a_view_of_texts_of_any_kind(kind):
    assert audit(*topics(["news"] * 4, kind)) == []
    (wrong,) = audit(*topics(["news", "games", None, "news"], kind))
    assert (wrong.kind, wrong.rows) == ("knew more", 2)
    assert audit(*topics([], kind, 0)) == []


def test_a_view_of_another_kind_than_its_column():
    (wrong,) = audit(*topics([None] * 4, pa.null()))
    assert wrong.rows == 4
    for values, kind in (([1.0] * 4, pa.float64()), ([["a"]] * 4, None), ([date(2026, 1, 5)] * 4, None)):
        with pytest.raises(BadInput, match=r"'topic' holds .* Allowed: what the view gives"):
            audit(*topics(values, kind))


def test_a_view_that_bears_the_name_of_the_label():
    rows, asked = topics(["news"] * 4, None)
    view = replace(TOPIC, name="harm")
    assert audit(rows, replace(asked, views=(view,))) == []


def test_noise_has_no_power_that_vanishes():
    """Two columns that tell the same by construction: the interval holds 0 in nearly all draws."""
    clear = 0
    for seed in range(40):
        chance = chance_of(seed)
        label = chance.random(300) < 0.3
        one, other = label + chance.standard_normal(300), label + chance.standard_normal(300)
        clear += power(one, other, label, np.arange(300) // 5, seed=seed).is_clear
    assert clear <= 4  # of 40, where 2.5 % are expected


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_are_equal_by_chance_are_no_copies(seed):
    chance = np.random.Generator(np.random.PCG64(seed))
    part = np.where(np.arange(1000) < 800, "train", "test")
    few = {"harm": chance.random(1000) < 0.3, "a": chance.integers(0, 3, 1000), "b": chance.integers(0, 3, 1000)}
    country = chance.integers(0, 200, 1000)
    tied = {"country": country, "currency": country // 2, "harm": few["harm"]}
    sparse = {"harm": few["harm"], "n": np.where(chance.random(1000) < 0.6, 0, chance.random(1000))}
    for columns in (few, tied, sparse):
        assert audit(pa.table(columns | {"part": part}), Asked("harm", split="part")) == []


@pytest.mark.parametrize("seed", range(5))
def test_what_many_say_is_no_twin(seed):
    chance = np.random.Generator(np.random.PCG64(seed))
    usual = ["ok", "thanks", "hi", "how are you", "thank you so much"]
    text = [str(chance.choice(usual)) if chance.random() < 0.06 else " ".join(map(str, chance.integers(0, 9999, 9)))
            for _ in range(2000)]  # fmt: skip
    rows = pa.table({"harm": chance.random(2000) < 0.3, "text": text, "part": ["train"] * 1600 + ["test"] * 400})
    assert audit(rows, Asked("harm", split="part", text="text")) == []


def test_a_group_that_is_an_empty_text_is_none():
    users = ["" if place % 9 == 0 else f"u{place}" for place in range(60)]
    assert audit(of(range(60), user=users), Asked("harm", split="part", groups=("user",))) == []


def test_rows_that_are_copied_across_are_told_where_no_one_column_tells_them():
    chance = np.random.Generator(np.random.PCG64(3))
    columns = {f"x{at}": chance.integers(0, 50, 1000) for at in range(20)} | {"harm": chance.random(1000) < 0.3}
    for column in columns.values():
        column[900:] = column[:100]
    (wrong,) = audit(pa.table(columns | {"part": ["train"] * 800 + ["test"] * 200}), Asked("harm", split="part"))
    assert (wrong.kind, wrong.rows) == ("same rows", 100)


def test_copies_that_stand_often_are_told_where_two_columns_tell_them():
    rows = [*range(500), *(row for row in range(50) for _ in range(9))]
    table = pa.table({"text": [f"some words of {row}" for row in rows], "score": [row / 7 for row in rows],
                      "harm": [row < 50 for row in rows], "part": ["test" if at % 5 == 0 else "train" for at in
                      range(len(rows))]})  # fmt: skip
    assert "same rows" in {wrong.kind for wrong in audit(table, Asked("harm", split="part"))}


def test_sentences_without_spaces_are_no_phrases():
    said = ["".join(chr(0x4E00 + (place * 37 + at * 101) % 5000) for at in range(30)) for place in range(60)]
    text = [*(one for one in said for _ in range(3)), *said]
    rows = pa.table({"harm": [at % 2 == 0 for at in range(240)], "text": text, "n": [at / 3 for at in range(240)],
                     "part": ["train"] * 180 + ["test"] * 60})  # fmt: skip
    assert {"twins"} == {wrong.kind for wrong in audit(rows, Asked("harm", split="part", text="text"))}


def test_views_of_which_no_column_is_there_are_refused():
    rows, asked = made()
    names = [view.name for view in asked.views]
    with pytest.raises(BadInput, match="views: no column bears the name of a view"):
        audit(rows.drop_columns([name for name in names if name in rows.column_names]), asked)
