"""Are projects kept in versions that stay, can one go back, and is a rehearsal kept with its clock?"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liveloop.base.errors import BadInput
from liveloop.coach.journal import NotThere
from liveloop.coach.writing import SECTIONS, Lap, load_narrative_rubric, take_apart
from liveloop.coach.writing.compare import compare
from liveloop.coach.writing.markdown import HEADING, fenced, from_markdown, to_markdown, trim
from liveloop.coach.writing.narratives import (
    PLANNED,
    Rehearsing,
    Working,
    begin,
    filled,
    keep,
    list_ids,
    read_working,
    rehearse,
    remove,
    restore,
    save,
    versions_of,
)


@pytest.fixture
def started(journal, clock):
    narrative_id = begin(journal, " Late \n labels ", at=clock())
    save(journal, narrative_id, Working("Late labels", {"Context": "Two clocks."}), at=clock())
    return narrative_id


def test_a_working_draft_has_six_sections_and_four_minutes(journal, started):
    working = read_working(journal, started)
    assert working.title == "Late labels" and list(working.sections) == list(SECTIONS)
    assert working.planned == PLANNED and sum(PLANNED.values()) == 240
    assert list_ids(journal) == [started] and filled(working) == {"Context": "Two clocks."}


def test_versions_stay_and_one_can_go_back(journal, started, clock):
    first = keep(journal, started, at=clock())
    with pytest.raises(BadInput, match="nothing has changed"):
        keep(journal, started, at=clock())
    save(journal, started, Working("Late labels", {"Context": "Three clocks."}, {"Issue": 90}), at=clock())
    restore(journal, started, first.id, at=clock())
    working = read_working(journal, started)
    assert working.sections["Context"] == "Two clocks." and working.planned["Issue"] == 90
    kept = [take_apart(one).sections["Context"] for one in versions_of(journal, started)]
    assert kept == ["Three clocks.", "Two clocks."]  # what was not kept was kept before going back


def test_a_version_of_another_project_is_not_taken_up(journal, started, clock):
    other = begin(journal, "Another", at=clock())
    first = keep(journal, started, at=clock())
    with pytest.raises(NotThere):
        restore(journal, other, first.id, at=clock())
    for strange in ("nar_0000000000", "plan", "../x"):
        with pytest.raises(NotThere):
            read_working(journal, strange)


def test_only_a_project_without_versions_can_be_taken_away(journal, started, clock):
    keep(journal, started, at=clock())
    with pytest.raises(BadInput, match="what was kept stays"):
        remove(journal, started)
    other = begin(journal, "Another", at=clock())
    remove(journal, other)
    assert list_ids(journal) == [started]


def test_a_project_whose_draft_is_gone_goes_on_from_its_newest_version(journal, started, clock):
    keep(journal, started, at=clock())
    journal.remove_document(f"narrative/{started}")
    assert read_working(journal, started).sections["Context"] == "Two clocks." and list_ids(journal) == [started]


@pytest.mark.parametrize(
    ("working", "wrong"),
    [
        (Working(" "), "title has 0"),
        (Working("x" * 121), "title has 121"),
        (Working("T", {"Ending": "x"}), "no section 'Ending'"),
        (Working("T", planned={"Issue": 5}), "5 seconds are planned"),
        (Working("T", rehearsing=Rehearsing("Issue", {"Issue": -1})), "took -1 s"),
    ],
)
def test_what_cannot_be_so_is_refused(journal, started, clock, working, wrong):
    with pytest.raises(BadInput, match=wrong):
        save(journal, started, working, at=clock())


def test_a_rehearsal_is_kept_with_its_clock_and_its_notes(journal, started, clock):
    pushbacks = load_narrative_rubric().pushbacks[:5]
    with pytest.raises(BadInput, match="no rehearsal is under way"):
        rehearse(journal, started, pushbacks, at=clock())
    notes = {one.says: "noted" for one in pushbacks[1:3]}
    under_way = Rehearsing("Issue", {"Context": 38, "Issue": 52, pushbacks[1].says: 41}, notes)
    working = save(journal, started, replace(read_working(journal, started), rehearsing=under_way), at=clock())
    assert read_working(journal, started).rehearsing == under_way == working.rehearsing
    with pytest.raises(BadInput, match="2 pushbacks were met"):
        rehearse(journal, started, pushbacks, at=clock())
    three = replace(under_way, notes=notes | {pushbacks[4].says: ""})
    save(journal, started, replace(working, rehearsing=three), at=clock())
    writing = rehearse(journal, started, pushbacks, at=clock())
    body = take_apart(writing)
    assert body.laps[:2] == (Lap("Context", 38, 40), Lap("Issue", 52, 40)) and body.laps[6] == Lap("Pushback 1", 41, 60)
    assert [one.says for one in body.replies] == [pushbacks[place].says for place in (1, 2, 4)]
    assert writing.seconds == 38 + 52 + 41 and read_working(journal, started).rehearsing is None


def test_markdown_goes_out_and_comes_back():
    working = Working("Late labels", {"Context": "Two\n\n- clocks", "Root cause": "Joined by the wrong one."})
    assert from_markdown(to_markdown(working.title, working.sections), where="a.md") == working
    for text, wrong in (
        ("## Issue\n\nx", "no title"),
        ("# T\n\nfirst\n\n## Issue\n\nx", "before the first section"),
        ("# T\n\n## Ending\n\nx", "no section 'Ending'"),
        ("# T\n\n## Issue\n\nx\n\n## issue\n\ny", "stands twice"),
    ):
        with pytest.raises(BadInput, match=wrong):
            from_markdown(text, where="a.md")


def test_a_comparison_shows_words_and_gives_both_texts_back():
    before = {"Context": "We had two clocks.\nAnd no alarm.", "Issue": "gone"}
    after = {"Context": "We had two known clocks.\n\nAnd an alarm!", "Calculation": "new"}
    changes = {one.name: one for one in compare(before, after)}
    assert list(changes) == ["Context", "Calculation", "Issue"]
    for name, change in changes.items():
        newer = "".join(one.text for one in change.stretches if one.change != "gone")
        older = "".join(one.text for one in change.stretches if one.change != "new")
        assert newer == after.get(name, "") and older.split() == before.get(name, "").split()
    assert [one.text for one in changes["Context"].stretches if one.change == "new"] == [" known", " an", "!"]
    assert not compare(after, after)[0].changed


PIECES = [
    "#",
    "# ",
    "## Issue",
    "\\",
    "```",
    "~~~",
    "````",
    " ",
    "\t",
    "\n",
    "\n\n",
    "python",
    "a",
    "C#",
    "\r\n",
    "\x0b",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@given(title=TEXTS, texts=st.lists(TEXTS, min_size=6, max_size=6))
@example(
    title="C# #", texts=["```sh\n# count\n## Issue\n```", "# one\n\\# two\n    ## three", "~~~\nnever ended", *"abc"]
)
@example(title="A", texts=["    indented\n\n```", "``` ends here:\n# x", "````\n```\n# x\n````", *"abc"])
def test_what_is_exported_is_read_back_as_it_was(title, texts):
    title = " ".join(title.split()) or "A"
    sections = {name: text for name, text in zip(SECTIONS, texts, strict=True) if text.strip()}
    read = from_markdown(to_markdown(title, sections), where="a.md")
    assert read.title == title
    assert read.sections == {name: trim(text) for name, text in sections.items()}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["````a", "```"] * 20_000, 30_000),
        (["````a"] * 20_000 + ["```"] * 20_000, 20_000),
        (["```", "```"] * 20_000, 40_000),
    ],
    ids=["ends that are too short, between", "ends that are too short, after", "each ends at once"],
)
def test_odd_fences_take_no_longer_than_lines(lines, code):
    began = perf_counter()
    inside = fenced(lines)
    assert perf_counter() - began < 2.0  # tenths of a second line by line; ten times that where each seeks among all
    assert inside.count(True) == code
    assert len(inside) == len(lines)


@pytest.mark.parametrize(
    ("line", "heading"), [("# x{}y", "x{}y"), ("#{}", None), ("# x{}", "x"), ("# x {}#", "x"), ("# {}x ##y", "x ##y")]
)
def test_a_heading_of_many_blanks_is_read_as_quickly(line, heading):
    blanks = 100_000 * " "
    began = perf_counter()
    found = HEADING.fullmatch(line.format(blanks))
    assert perf_counter() - began < 1.0  # milliseconds; a minute where each blank is followed by a look at the rest
    assert (found[2] if found else None) == (heading and heading.format(blanks))
