"""Is the same known of the same facts, in whatever kind of table they lie?"""

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, table_of

from liveloop.base.errors import BadInput
from liveloop.features.audit import Asked, audit
from liveloop.features.facts import arrow_of, read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.parity import parity
from liveloop.features.replay import replay
from liveloop.features.store import Store
from liveloop.features.training import training_set

TABLE, ROWS = table_of(draw_log(chance_of(5), size=60)), asked_table(draw_asked(chance_of(5)))
FEATURES = FeatureSet(tuple(VIEWS), (SOURCE,))


def in_a_file(table, folder):
    file = folder / f"{table.num_columns}.parquet"
    parquet.write_table(table, file)
    return file


KINDS = {
    "pandas": lambda table, folder: table.to_pandas(integer_object_nulls=True), "polars": lambda table, folder:
    pl.from_arrow(table), "lazy polars": lambda table, folder: pl.from_arrow(table).lazy(),
    "DuckDB": lambda table, folder: duckdb.from_arrow(table), "columns": lambda table, folder: table.to_pydict(),
    "a file": in_a_file, "the name of a file": lambda table, folder: str(in_a_file(table, folder)),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_table_gives_the_same_answers(kind, tmp_path):
    facts, rows = (KINDS[kind](table, tmp_path) for table in (TABLE, ROWS))
    wanted = training_set(VIEWS, {"messages": read_facts(SOURCE, TABLE)}, ROWS)
    made = training_set(VIEWS, {"messages": read_facts(SOURCE, facts)}, rows)
    assert made.select([view.name for view in VIEWS]) == wanted.select([view.name for view in VIEWS])
    store, plain = Store(FEATURES), Store(FEATURES)
    store.add("messages", facts)
    plain.add("messages", TABLE)
    for row in ROWS.to_pylist():
        at = row.pop("decided_at")
        assert store.get(row, at=at) == plain.get(row, at=at)
    made = parity(FEATURES, {"messages": facts}, rows)
    assert made.first is None and made.answers == len(VIEWS) * ROWS.num_rows

    def pipeline(tables, asked):
        return training_set(VIEWS, {"messages": read_facts(SOURCE, tables["messages"])}, asked)

    assert replay(pipeline, [SOURCE], {"messages": facts}, rows, cuts=1).leaks == ()


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_table_can_be_audited(kind, tmp_path):
    table = pa.table({"user_id": [1, 2, 2], "harm": [True, False, True], "part": ["train", "train", "test"]})
    (wrong,) = audit(KINDS[kind](table, tmp_path), Asked("harm", split="part", groups=("user_id",)))
    assert wrong.kind == "shared group"


def test_no_facts_of_any_kind_are_taken_as_none(tmp_path):
    store = Store(FEATURES)
    for none in [[], *(make(TABLE.slice(0, 0), tmp_path) for make in KINDS.values())]:
        store.add("messages", none)
    assert store.get({"user_id": 1, "account_id": 1, "message_id": 1}, at=ROWS["decided_at"][0].as_py())["topics"] == 0


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"messages: the data cannot be read: it is a int. Allowed: a pandas or polars"):
        read_facts(SOURCE, 7)
    with pytest.raises(BadInput, match=r"asked: .*rows\.parquet: there is no such file"):
        training_set(VIEWS, {"messages": read_facts(SOURCE, TABLE)}, tmp_path / "rows.parquet")
    with pytest.raises(BadInput, match="table: the data cannot be read: it is a set"):
        audit({1}, Asked("harm"))
    assert arrow_of(TABLE, "facts") is TABLE
