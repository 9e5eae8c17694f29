"""Can an experiment be planned, analysed and checked at the terminal, and is bad input refused with exit code 2?"""

import json
import sys

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
    assert "a design was registered" in told("analyze", rows, "--design", plan, "--unit", "x")
    plan.write_text("metric = ")
    assert "is no TOML" in told("analyze", rows, "--design", plan)
    one = tmp_path / "one.csv"
    one.write_text("y,t\n1,1\n2,1\n")
    assert "one arm only" in told("analyze", one, "--outcome", "y", "--treatment", "t")
    one.write_text("y,t\n1,1\n,0\n3,0\n")
    assert "'y' is missing in 1 of 3 rows" in told("analyze", one, "--outcome", "y", "--treatment", "t")
