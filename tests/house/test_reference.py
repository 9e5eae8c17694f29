"""Is the reference what the code says today, and can every page be found from the README?"""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def made():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def links(page: Path) -> set[Path]:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    return {(page.parent / target).resolve() for target in targets}


def test_the_reference_is_what_the_code_says():
    for name, text in made().items():
        assert (ROOT / "docs/reference" / name).read_text() == text, f"{name}: run python docs/generate.py"


def test_no_link_is_dead():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in links(page):
            assert target.exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_every_page_is_two_steps_from_the_readme():
    first = links(ROOT / "README.md")
    second = set().union(*(links(page) for page in first if page.suffix == ".md" and page.exists()))
    pages = {page.resolve() for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    assert pages - first - second - {(ROOT / "README.md").resolve()} == set()


def test_every_command_of_the_readme_exists():
    commands = (ROOT / "docs/reference/commands.md").read_text()
    for line in re.findall(r"^\$? ?(liveloop [a-z]+(?: [a-z]+)?)", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert f"## `{line}" in commands or any(f"## `{' '.join(line.split()[:n])}`" in commands for n in (2, 3)), line
