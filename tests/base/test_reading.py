"""Is what stands in a file what is read, all of it, and is what cannot be told refused with its line?"""

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.reading import columns_of, read_batches, read_table, weigh

NINE = "2026-01-05T09:00:00"
MANY = 25_000  # rows beyond what a database looks at to guess kinds, if it is not told to look at all


@pytest.fixture
def put(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("late", "wanted"), [("1.5", 1.5), ("1e3", 1000.0), ("0012", "0012"), ("true", "true"), (f"{NINE}Z", f"{NINE}Z")]
)
def test_a_late_value_is_not_bent_to_the_kind_of_the_first(put, late, wanted):
    csv = put("late.csv", "user_id,amount\n" + "1,2\n" * MANY + f"7,{late}\n")
    assert read_table(csv)["amount"][-1].as_py() == wanted
    assert list(read_batches(csv, rows=MANY))[-1]["amount"][-1].as_py() == wanted


def test_a_late_value_of_json_is_not_bent_either(put):
    lines = put("late.jsonl", '{"amount": 1, "flag": true}\n' * MANY + '{"amount": 1.5, "flag": 5}\n')
    assert read_table(lines, ["amount"])["amount"][-1].as_py() == 1.5
    with pytest.raises(BadInput, match=r"late\.jsonl: 'flag' holds values of more than one kind"):
        read_table(lines)
    assert read_table(put("none.jsonl", '{"a": null}\n'))["a"].null_count == 1


def test_no_row_is_a_comment_and_no_line_is_passed_over(put):
    made = read_table(put("rows.csv", "user_id,n\n#1,5\n#2,6\n3,7\n"))
    assert made.to_pydict() == {"user_id": ["#1", "#2", "3"], "n": [5, 6, 7]}


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_a_folder_says_nothing_of_what_is_in_it_and_a_name_is_no_pattern(tmp_path, suffix):
    folder = tmp_path / "user_id=9" / "day=2026-01-05"
    folder.mkdir(parents=True)
    for name, user in (("h[1]", 7), ("h1", 50), ("f?", 7), ("fx", 50), ("a*b", 7), ("axb", 50)):
        file = folder / f"{name}.{suffix}"
        if suffix == "parquet":
            parquet.write_table(pa.table({"user_id": [user]}), file)
        else:
            file.write_text(f"user_id\n{user}\n" if suffix == "csv" else f'{{"user_id": {user}}}\n')
    for name in ("h[1]", "f?", "a*b"):
        file = folder / f"{name}.{suffix}"
        assert read_table(file).to_pydict() == {"user_id": [7]}
        assert columns_of(file) == ["user_id"] and weigh(file).rows == 1


@pytest.mark.parametrize(
    "times", [[f"{NINE}Z"] * MANY + [NINE], [NINE] * MANY + [f"{NINE}+05:00"], [f"{NINE}Z", f"{NINE}+02", "2026-01-05"],
              [f"{NINE}Z", "2026-01-05T10:00:0"], [f"{NINE} Europe/Berlin", "2026-01-05 10:00"]],
    ids=["a zone that is missing late", "a zone that comes late", "a day", "a torn line", "a named zone"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_times_of_which_some_have_a_zone_are_refused(put, times, suffix, monkeypatch):
    lines = (f'{{"n": 1, "at": "{time}"}}' for time in times) if suffix == "jsonl" else [f"1,{time}" for time in times]
    file = put(f"times.{suffix}", "\n".join(["n,at", *lines][suffix == "jsonl" :]) + "\n")
    try:
        made = read_table(file)
    except BadInput as refusal:
        assert "of 'at' have no zone, the first in row" in str(refusal)
    else:
        assert pa.types.is_string(made.schema.field("at").type)  # so that nobody takes them for times
    assert read_table(file, ["n"]).num_rows == len(times)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_what_never_ends_needs_no_zone(put, suffix):
    times = [f"{NINE}Z", "infinity", "-infinity"]
    lines = ["at", *times] if suffix == "csv" else [f'{{"at": "{time}"}}' for time in times]
    read = read_table(put(f"never.{suffix}", "\n".join(lines)))["at"]
    assert len(read) == 3 and (read.type == pa.timestamp("us", "UTC") or read.to_pylist() == times)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_times_finer_than_a_microsecond_are_refused_and_not_cut(put, suffix):
    text = f"n\n{NINE}Z\n{NINE}.0000009Z\n" if suffix == "csv" else f'{{"n": "{NINE}Z"}}\n{{"n": "{NINE}.0000009Z"}}\n'
    with pytest.raises(BadInput, match="times of 'n' are finer than a microsecond, the first in row 2"):
        read_table(put(f"fine.{suffix}", text))
    assert read_table(put("zeros.csv", f"n\n{NINE}.0000010000Z\n"))["n"][0].as_py().microsecond == 1


def test_times_all_with_a_zone_are_the_same_wherever_they_are_read(put):
    file = put("times.csv", f"at\n{NINE}Z\n{NINE}+05:00\n\n2026-01-05 09:00:00.5+00\n")
    assert [time.isoformat() for time in read_table(file)["at"].to_pylist() if time] == [
        "2026-01-05T09:00:00+00:00", "2026-01-05T04:00:00+00:00", "2026-01-05T09:00:00.500000+00:00"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n3\n4,5\n", "line 3: it has 1 of 2 fields. Allowed: a value for each of a, b"),
        ("a,b\n1,2\n3,4,5\n", "line 3: it has 3 of 2 fields"),
        ("a,b\n1,2\n" * 1 + "1,2\n" * MANY + "3", f"line {MANY + 3}: it has 1 of 2 fields"),
        ("user_id,USER_ID\n1,2\n", "two columns are named 'user_id' and 'USER_ID'"),
        ("a,a\n1,2\n", "two columns are named 'a'"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_with_its_number(put, text, says):
    file = put("rows.csv", text)
    for read in (read_table, weigh, lambda file: list(read_batches(file, rows=10))):
        with pytest.raises(BadInput, match=says):
            read(file)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_first_line_says_what_stands_between_fields(put, delimiter):
    file = put("rows.csv", delimiter.join(["a", '"b, c;d"', "e"]) + "\n" + delimiter.join(["1", '"x""y"', "2"]) + "\n")
    assert read_table(file).to_pydict() == {"a": [1], "b, c;d": ['x"y'], "e": [2]}


def test_two_columns_of_one_name_in_parquet_are_refused(tmp_path):
    file = tmp_path / "twice.parquet"
    parquet.write_table(pa.table({"user_id": [1], "User_ID": [2]}), file)
    with pytest.raises(BadInput, match="two columns are named 'user_id' and 'User_ID'"):
        read_table(file)


def test_what_is_no_text_is_refused(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"\xff\xfe\x00a,b\n1,2\n")
    with pytest.raises(BadInput, match=r"rows\.csv: .*(UTF-8|cannot be read)"):
        read_table(file)
