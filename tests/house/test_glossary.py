"""Is every word of the glossary a class, and every class of the nouns a word?"""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import liveloop

ROOT = Path(__file__).parents[2]
NOUNS = ("attempt", "debrief", "drill", "finding", "plan", "probe", "rubric", "scene")


def words(section: str) -> set[str]:
    return set(re.findall(r"^- \*\*(\w+)\*\*", section, re.MULTILINE))


def sections() -> tuple[str, str]:
    text = (ROOT / "GLOSSARY.md").read_text()
    built, later = text.split("## Kept for what is not built yet")
    return built, later.split("## Not used")[0]


def classes() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(liveloop.__path__, "liveloop."):
        if ".migrations" in module.name or "cell_" in module.name or module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        found |= {
            name for name, thing in vars(loaded).items() if inspect.isclass(thing) and thing.__module__ == module.name
        }
    return found


def test_every_word_is_a_class():
    built, _ = sections()
    assert words(built) - classes() == set()


def test_every_noun_is_a_word():
    built, _ = sections()
    nouns = set()
    for name in NOUNS:
        module = importlib.import_module(f"liveloop.{name}")
        nouns |= {n for n, t in vars(module).items() if inspect.isclass(t) and t.__module__ == module.__name__}
    assert nouns - words(built) == set()


def test_words_kept_for_later_are_not_taken():
    _, later = sections()
    assert words(later) & classes() == set()


def test_no_class_uses_a_word_that_is_not_used():
    unused = ("Exercise", "Question", "Task", "Problem", "Submission", "Solution", "Feedback", "Grader")
    assert {name for name in classes() if any(word in name for word in unused)} == set()
