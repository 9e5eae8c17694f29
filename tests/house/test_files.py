"""Does every file keep the rules of the house: one question, bounded length, no machine in it?"""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST = 400


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_answers_a_question_and_is_short(path):
    text = path.read_text()
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
    assert "?" in first, f"{path}: the first line is not the question that the file answers"
    assert len(text.splitlines()) <= LONGEST


def test_locks_name_no_host():
    for path in tracked():
        if path.suffix == ".lock" or path.name == "package-lock.json":
            hosts = [
                line
                for line in path.read_text().splitlines()
                if re.search(r"(https?|file)://", line)
                and not re.search(r"github\.com|opencollective|funding|tidelift|patreon|paulmillr|feross", line)
            ]
            assert hosts == [], path


def test_no_file_names_a_machine_path():
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(" + "work|farm" + r")/")
    for path in tracked():
        if path.suffix in {".png", ".woff2"}:
            continue
        assert not pattern.search(path.read_text(errors="replace")), path


def test_the_way_of_setting_up_names_no_index():
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "frontend/.npmrc"):
        text = (ROOT / name).read_text()
        assert not re.search(
            r"index-url|find-links(?!\b.*no-emit)|pypi\.org|registry\.npmjs",
            text.replace("--no-emit-find-links", "").replace("--no-emit-index-url", ""),
        ), name
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "frontend/.npmrc").read_text()
