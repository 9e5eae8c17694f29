"""Can an experiment be planned, analysed and checked at the terminal, and is bad input refused with exit code 2?"""

import json
import sys

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from liveloop.cli.main import app, run
from liveloop.estimate.regimes.randomised import clustered

runner = CliRunner()


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    data, _ = clustered(4, [12] * 60, 0.3, 0.5)
    file = tmp_path_factory.mktemp("rows") / "rows.parquet"
    frame = pd.DataFrame(data)
    frame["crash"] = (frame.index % 10 == 0).astype(float)
    frame.to_parquet(file)
    frame.to_csv(file.with_suffix(".csv"), index=False)
    return file


def said(*arguments, code=0):
    done = runner.invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def refused(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["liveloop", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    return " ".join(capsys.readouterr().err.split())


PLAN = ("experiment", "design", "--metric", "y", "--effect", 0.3, "--deviation", 1.2, "--unit", "cluster",
        "--treatment", "t", "--size", 12, "--icc", 0.3, "--covariate", "x", "--correlation", 0.6,
        "--per-day", 5)  # fmt: skip


def test_what_was_planned_is_registered_and_decides_the_analysis(rows, tmp_path):
    plan = tmp_path / "plan.toml"
    told = said(*PLAN, "--guard", "crash:0.1:lower", "--write", plan)
    assert "118 cluster in both arms together" in told
    assert "24 days" in told
    page = tmp_path / "page.html"
    told = said("experiment", "analyze", rows, "--design", plan, "--html", page)
    assert told.startswith("An effect is shown: 0.6052")
    assert "guardrail safe" in " ".join(told.split())
    assert page.read_text().startswith("<!doctype html>")
    made = json.loads(said("experiment", "analyze", rows.with_suffix(".csv"), "--design", plan, "--json"))
    assert made["decision"]["shown"] is True
    assert made["effect"]["correction"] == "CR2"
    assert [one["verdict"] for one in made["guardrails"]] == ["safe"]
    assert "shares of the arms" in said("experiment", "check", rows, "--design", plan, "--before", "x")


def test_a_check_that_finds_something_leaves_with_1(rows, tmp_path):
    frame = pd.read_parquet(rows)
    frame[(frame.t == 0) | (frame.cluster % 10 == 0)].to_parquet(tmp_path / "lost.parquet")
    told = said("experiment", "check", tmp_path / "lost.parquet", "--unit", "cluster", "--treatment", "t", code=1)
    assert "found" in told


def test_a_table_of_a_duckdb_file_is_read(rows, tmp_path, monkeypatch, capsys):
    file = tmp_path / "lake.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE TABLE seen AS SELECT * FROM '{rows}'")
    asked = ("experiment", "analyze", file, "--outcome", "y", "--treatment", "t", "--unit", "cluster", "--json")
    told = json.loads(said(*asked))
    same = json.loads(said(*asked[:2], rows, *asked[3:]))
    assert told == same
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE VIEW half AS SELECT * FROM seen WHERE cluster % 2 = 0")
    assert json.loads(said(*asked, "--table", "half"))["effect"]["counts"]["rows"] < told["effect"]["counts"]["rows"]
    assert "2 tables, and none is chosen. Allowed: half, seen" in refused(monkeypatch, capsys, *asked)
    assert "there is no table 'x'" in refused(monkeypatch, capsys, *asked, "--table", "x")
    assert "holds no tables" in refused(monkeypatch, capsys, *asked[:2], rows, *asked[3:], "--table", "x")
    (tmp_path / "no.duckdb").write_text("nothing")
    assert "cannot be opened" in refused(monkeypatch, capsys, *asked[:2], tmp_path / "no.duckdb", *asked[3:])
    assert "no such file" in refused(monkeypatch, capsys, *asked[:2], tmp_path / "gone.duckdb", *asked[3:])


def test_looks_cost_units_and_that_is_planned_for():
    units = {looks: json.loads(said(*PLAN, "--looks", looks, "--json"))["registration"]["units"] for looks in (1, 5, 0)}
    assert units[1] < units[5] < 1.05 * units[1] + 2 < units[0] < 2 * units[1]
    assert "costs 91 % more units" in said(*PLAN, "--looks", 0)


def test_looks_groups_and_time_are_taken_from_the_plan_or_the_options(rows, tmp_path):
    plan = tmp_path / "plan.toml"
    said(*PLAN, "--looks", 4, "--write", plan)
    early = json.loads(said("experiment", "analyze", rows, "--design", plan, "--look", 2, "--json"))["effect"]
    late = json.loads(said("experiment", "analyze", rows, "--design", plan, "--look", 4, "--json"))["effect"]
    assert early["low"] < late["low"] < late["value"]
    assert "one look, CR2" in said("experiment", "analyze", rows, "--design", plan, "--look", 4)
    frame = pd.read_parquet(rows)
    frame["user"], frame["team"] = range(len(frame)), [at // 6 for at in range(len(frame))]
    frame["t"] = [at % 2 for at in range(len(frame))]
    frame.loc[::7, "t"] = 1
    frame.to_parquet(tmp_path / "teams.parquet")
    asked = (tmp_path / "teams.parquet", "--outcome", "y", "--treatment", "t", "--unit", "user")
    assert "spillover" in said("experiment", "analyze", *asked, "--exposure", "team")
    frame["block"] = frame.index // 4
    frame["t"] = (frame["block"] * 7919 % 13 < 6).astype(int)
    frame["hour"] = frame.index
    frame.to_parquet(tmp_path / "hours.parquet")
    asked = (tmp_path / "hours.parquet", "--outcome", "y", "--treatment", "t", "--unit", "block", "--time", "hour")
    done = runner.invoke(app, ["experiment", "check", *map(str, asked)])
    assert "carry-over" in done.output


BAD = {
    "two arms": ("y,t,c\n1,1,1\n2,1,2\n", "'t' has one arm only"),
    "no rows": ("y,t,c\n", "0 rows"),
    "no outcome in some": ("y,t,c\n1,1,1\nnan,0,2\n3,0,3\n", "'y' is missing in 1 of 3 rows"),
    "split": ("y,t,c\n1,1,1\n2,0,1\n3,0,2\n", "1 values of 'c' have rows in more than one arm of 't'"),
    "three clusters": ("y,t,c\n1,1,1\n2,1,1\n3,0,2\n2,0,3\n2,0,3\n", "arm 1 has 1 cluster (c), of 3 in all"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_design_can_have_made_is_refused_with_the_column_and_the_count(name, tmp_path, monkeypatch, capsys):
    text, words = BAD[name]
    (tmp_path / "rows.csv").write_text(text)
    asked = ("analyze", tmp_path / "rows.csv", "--outcome", "y", "--treatment", "t", "--clusters", "c")
    assert words in refused(monkeypatch, capsys, "experiment", *asked)


def test_covariates_that_say_the_same_or_come_too_late_are_refused(rows, tmp_path, monkeypatch, capsys):
    frame = pd.read_parquet(rows)
    frame["x2"], frame["began"], frame["x_at"] = 2 * frame["x"], 5, 5 + (frame.index < 9)
    frame.to_parquet(tmp_path / "rows.parquet")
    asked = ("analyze", tmp_path / "rows.parquet", "--outcome", "y", "--treatment", "t", "--clusters", "cluster",
             "--covariate", "x")  # fmt: skip
    assert "'x2'" in refused(monkeypatch, capsys, "experiment", *asked, "--covariate", "x2")
    late = refused(monkeypatch, capsys, "experiment", *asked, "--assigned-at", "began")
    assert f"'x' was measured after the treatment began in 9 of {len(frame)} rows" in late


def test_bad_input_is_refused_in_words(rows, tmp_path, monkeypatch, capsys):
    def told(*arguments):
        return refused(monkeypatch, capsys, "experiment", *arguments)

    assert "no outcome 'q'" in told("analyze", rows, "--outcome", "q", "--treatment", "t")
    assert "no outcome is said" in told("analyze", rows, "--treatment", "t")
    assert "no such file" in told("analyze", tmp_path / "none.parquet", "--outcome", "y")
    assert "how much a row varies" in told("design", "--metric", "y", "--effect", 0.1)
    assert "is no guard" in told(*PLAN[1:], "--guard", "crash:x:lower")
    plan = tmp_path / "plan.toml"
    said(*PLAN, "--write", plan)
    assert "it is there already" in told(*PLAN[1:], "--write", plan)
    for more in (("--unit", "x"), ("--assigned-at", "x"), ("--level", 0.9), ("--looks", 3)):
        assert "a design was registered" in told("analyze", rows, "--design", plan, *more)
    assert "a design was registered" in told("check", rows, "--design", plan, "--treatment", "x")
    assert "cannot be written" in told("analyze", rows, "--design", plan, "--html", tmp_path / "no" / "page.html")
    assert "cannot be written" in told(*PLAN[1:], "--write", tmp_path / "no" / "plan.toml")
    assert "there is no column 'nope'" in told("check", rows, "--treatment", "t", "--outcome", "nope")
    assert "no number of looks was planned" in told("analyze", rows, "--outcome", "y", "--treatment", "t", "--look", 3)
    plan.write_text("metric = ")
    assert "is no TOML" in told("analyze", rows, "--design", plan)
    one = tmp_path / "one.csv"
    one.write_text("y,t\n1,1\n2,1\n")
    assert "one arm only" in told("analyze", one, "--outcome", "y", "--treatment", "t")
    one.write_text("y,t\n1,1\n,0\n3,0\n")
    assert "'y' is missing in 1 of 3 rows" in told("analyze", one, "--outcome", "y", "--treatment", "t")
