"""Is a theme held as its skills are, and is its doubt no smaller than what they share?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from liveloop.coach.loop import load_skills, load_themes
from liveloop.coach.person import Event, know
from liveloop.coach.themes import hold_themes

AT = datetime(2026, 3, 2, 19, tzinfo=UTC)
THEMES = load_themes()
SKILLS = list(load_skills())


def held(*events, at=AT):
    return hold_themes(know(SKILLS, events), THEMES, at)


def lapses(skills):
    return [Event(AT, skill, 1, (skill,), taught=False) for skill in skills]


def test_a_theme_is_the_mean_of_its_skills_and_lies_within_its_interval():
    person = know(SKILLS, lapses(["sql.null", "sql.windows"]))
    alone = person.held(AT)
    for theme in THEMES:
        value, low, high = hold_themes(person, THEMES, AT)[theme.id]
        assert abs(value - sum(alone[skill][0] for skill in theme.skills) / len(theme.skills)) < 1e-9
        assert low < value < high


def test_what_goes_wrong_in_one_theme_lowers_it_most_and_narrows_it():
    sql = next(theme for theme in THEMES if theme.id == "sql")
    before, after = held(), held(*lapses(sql.skills[:8]))
    fell = {key: before[key][0] - after[key][0] for key in before}
    assert max(fell, key=fell.__getitem__) == "sql"
    assert after["sql"][2] - after["sql"][1] < before["sql"][2] - before["sql"][1]


def test_doubt_that_is_shared_does_not_average_out():
    # Were its 19 skills strangers, the interval of their mean would be 1 / sqrt(19) of one skill's: under 0.17.
    _, low, high = held()["sql"]
    assert high - low > 0.25


def test_a_theme_fades_with_its_skills():
    sql = next(theme for theme in THEMES if theme.id == "sql")
    recalled = [Event(AT, skill, 3, (skill,)) for skill in sql.skills]
    assert held(*recalled, at=AT + timedelta(days=60))["sql"][0] < held(*recalled)["sql"][0]
