"""Does `liveloop sql diff` say what it found with the right exit code, on a narrow terminal, as JSON, and in time?"""

import json
import sys
import time

import pytest
from typer.testing import CliRunner

from liveloop.cli.main import app, run

SCHEMA = """CREATE TABLE users (id INT PRIMARY KEY, age INT);
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users, paid INT, note VARCHAR);"""
AT_30, OVER_30 = "SELECT id\nFROM users\nWHERE age >= 30", "SELECT id\nFROM users\nWHERE age > 30"
NEVER = "SELECT count(*) FROM range(100000000) a, range(1000000) b"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")

    def write(reference, attempt, schema=SCHEMA):
        made = []
        for name, text in (("reference.sql", reference), ("attempt.sql", attempt), ("schema.sql", schema)):
            (tmp_path / name).write_text(text, encoding="utf-8")
            made.append(str(tmp_path / name))
        return ["sql", "diff", *made[:2], "--schema", made[2], "--limit-seconds", "1"]

    return write


def invoke(arguments, code):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    assert "Traceback" not in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines()), result.output
    return result.output


def refused(monkeypatch, capsys, arguments):
    """Run as the console script does; give what was printed on standard error."""
    monkeypatch.setattr(sys, "argv", ["liveloop", *arguments])
    with pytest.raises(SystemExit) as left:
        run()
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert "Traceback" not in err
    return " ".join(err.split())


def test_a_difference_leaves_with_1_and_shows_where(files):
    said = invoke(files(AT_30, OVER_30), 1)
    assert "They differ (" in said
    assert "The database (1 row, none smaller within it)" in said
    assert "30" in said
    assert "expected" in said
    assert "attempt" in said
    assert "empty: orders" in said


def test_the_place_is_marked_under_its_line(files):
    lines = invoke(files(AT_30, OVER_30), 1).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  3 | "))
    assert lines[at] == "  3 | WHERE age > 30"
    assert lines[at + 1].rstrip() in ("    |       ^^^^^^^^", "    |             ^^")


def test_as_json_it_is_one_object(files):
    found = json.loads(CliRunner().invoke(app, [*files(AT_30, OVER_30), "--json"]).output)
    assert (found["kind"], found["witness"]["smallest"], found["reason"]) == ("differs", True, "")
    assert found["explanation"]["kind"] == "boundary"
    assert found["explanation"]["start"] >= OVER_30.index("age > 30")
    [row] = found["witness"]["tables"]["users"]["rows"]
    assert row[1] == 30
    assert len(found["witness"]["expected"]["rows"]) == 1
    assert found["witness"]["got"]["rows"] == []
    assert found["worlds"] > 0


def test_nothing_found_leaves_with_0_and_promises_nothing(files):
    same = [*files("SELECT id FROM users", "SELECT u.id FROM users u WHERE TRUE"), "--limit-seconds", "0.3"]
    said = " ".join(invoke(same, 0).split())
    assert "No difference found in" in said
    assert "proves nothing" in said
    assert json.loads(invoke_json(same, 0))["witness"] is None


def invoke_json(arguments, code):
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.output
    return result.output


def test_an_attempt_that_hangs_on_a_tie_leaves_with_1(files):
    tied = files("SELECT id FROM orders ORDER BY paid, id LIMIT 1", "SELECT id FROM orders ORDER BY paid LIMIT 1")
    said = " ".join(invoke(tied, 1).split())
    assert "not deterministic" in said
    assert "another" in said


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ("SELEC id FROM users", "attempt: Parser Error"),
        ("SELECT nosuch FROM users", "nosuch"),
        ("SELECT id FROM nosuch", "attempt: Catalog Error"),
        ("DROP TABLE users", "attempt: an attempt is one SELECT statement"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT * FROM read_csv('/etc/passwd')", "attempt: "),
        ("SELECT range FROM range(100000000)", "rows"),
        ("-- nothing", "attempt: "),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "attempt: "),
    ],
)
def test_what_cannot_run_leaves_with_2_and_says_why(files, attempt, words):
    arguments = files("SELECT id FROM users", attempt)
    said = " ".join(invoke(arguments, 2).split())
    assert said.startswith("cannot run. ")
    assert words in said
    assert json.loads(invoke_json(arguments, 2))["kind"] == "cannot run"


@pytest.mark.parametrize("slot", [0, 1])
def test_a_query_that_never_ends_is_given_up_within_the_limit(files, slot):
    texts = ["SELECT count(*) FROM users", "SELECT count(*) FROM users"]
    texts[slot] = NEVER
    began = time.perf_counter()
    said = invoke(files(*texts), 2)
    assert time.perf_counter() - began < 6
    assert "does not end" in said


def test_the_limit_bounds_a_search_that_finds_nothing(files):
    began = time.perf_counter()
    invoke([*files("SELECT id FROM users", "SELECT id + 0 FROM users"), "--limit-seconds", "0.2"], 0)
    assert time.perf_counter() - began < 4


def test_a_file_that_cannot_be_read_is_refused(files, monkeypatch, capsys, tmp_path):
    arguments = files(AT_30, OVER_30)
    for at in (2, 3, 5):
        missing = [*arguments[:at], str(tmp_path / "nosuch.sql"), *arguments[at + 1 :]]
        assert "nosuch.sql: cannot be read: No such file" in refused(monkeypatch, capsys, missing)
    assert "cannot be read" in refused(monkeypatch, capsys, [*arguments[:2], str(tmp_path), *arguments[3:]])


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b" \n\t", "is empty"), (b"SELECT '\xff'", "not UTF-8"), (b"x" * 200_001, "200001 letters")],
)
def test_a_file_of_no_text_is_refused(files, monkeypatch, capsys, tmp_path, content, words):
    arguments = files(AT_30, OVER_30)
    (tmp_path / "attempt.sql").write_bytes(content)
    assert words in refused(monkeypatch, capsys, arguments)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("SELECT 1", "declares no table"),
        ("CREATE TABLE users (id INT", "does not parse"),
        ("CREATE TABLE a (i INT PRIMARY KEY REFERENCES b); CREATE TABLE b (i INT PRIMARY KEY REFERENCES a)", "circle"),
        ("CREATE TABLE users (id INT, age INT CHECK (nosuch > 1))", "no column nosuch"),
        ("CREATE TABLE users (id INT, age INT CHECK (nosuch(age)))", "a condition cannot run"),
        ("CREATE TABLE users (id INT, age INT); CREATE ASSERTION x CHECK (EXISTS (SELECT 1 FROM nosuch))", "nosuch"),
    ],
)
def test_a_schema_that_is_not_understood_is_refused(files, monkeypatch, capsys, schema, words):
    said = refused(monkeypatch, capsys, files(AT_30, OVER_30, schema))
    assert words in said
    assert "Allowed" in said


def test_an_unknown_dialect_is_refused(files, monkeypatch, capsys):
    said = refused(monkeypatch, capsys, [*files(AT_30, OVER_30), "--dialect", "oracle"])
    assert "no dialect 'oracle'. Allowed: duckdb, mysql, postgres" in said


@pytest.mark.parametrize("option", ["--limit-seconds=0", "--limit-seconds=x", "--tolerance=-1", "--seed=-1"])
def test_options_out_of_range_are_refused(files, option):
    assert CliRunner().invoke(app, [*files(AT_30, OVER_30), option]).exit_code == 2


def test_mysql_is_turned_and_refused_with_its_place(files, monkeypatch, capsys):
    schema = "CREATE TABLE `users` (`id` INT PRIMARY KEY, `age` INT);"
    pair = files("SELECT IFNULL(MAX(age), 0) FROM users", "SELECT MAX(age) FROM users", schema)
    assert "no rows at all" in invoke([*pair, "--dialect", "mysql"], 1)
    broken = files("SELECT 1", "SELECT a\nFROM (users", schema)
    assert "line 2" in invoke([*broken, "--dialect", "mysql"], 2)


@pytest.mark.parametrize("tolerance", ["0", "0.5"])
def test_the_tolerance_is_taken(files, tolerance):
    pair = [*files("SELECT 1.0 AS a", "SELECT 1.2 AS a"), "--tolerance", tolerance, "--limit-seconds", "0.3"]
    assert CliRunner().invoke(app, pair).exit_code == (1 if tolerance == "0" else 0)


def test_order_and_names_count_when_asked_for(files):
    turned = files("SELECT id FROM users ORDER BY id", "SELECT id FROM users ORDER BY id DESC")
    assert CliRunner().invoke(app, [*turned, "--limit-seconds", "0.3"]).exit_code == 0
    assert CliRunner().invoke(app, [*turned, "--ordered"]).exit_code == 1
    swapped = files("SELECT id, age FROM users", "SELECT age, id FROM users -- swapped;")
    assert CliRunner().invoke(app, swapped).exit_code == 1
    assert CliRunner().invoke(app, [*swapped, "--by-name", "--limit-seconds", "0.3"]).exit_code == 0


def test_wide_results_stay_within_the_terminal(files):
    wide = ", ".join(f"id AS a_rather_long_name_of_a_column_{number}" for number in range(12))
    invoke(files(f"SELECT {wide} FROM users", f"SELECT {wide} FROM users WHERE age > 30"), 1)


@pytest.mark.parametrize("lead", ["", "\t", "  \t "])
def test_the_mark_stands_under_its_place_in_long_lines_and_after_tabs(files, lead):
    long = f"'{'a' * 90}' <> 'b'"
    attempt = f"SELECT id FROM users\r\n{lead}WHERE {long}\t AND age > 30 AND {long}"
    lines = invoke(files(attempt.replace("> 30", ">= 30"), attempt), 1).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  2 | "))
    marked = lines[at + 1]
    assert lines[at][marked.index("^") : marked.rindex("^") + 1] in ("age > 30", "30")


def test_a_text_of_the_files_commands_no_terminal(files):
    odd = "SELECT '\x1b[2J\x07' AS \"a\x1b[31m\" FROM users"
    said = CliRunner().invoke(app, files(odd, "SELECT 'b' FROM users")).output
    assert "\x1b" not in said
    assert "\x07" not in said


def test_the_help_says_the_exit_codes():
    said = " ".join(CliRunner().invoke(app, ["sql", "diff", "--help"]).output.split())
    assert "0 (none found), 1 (differ) or 2" in said
