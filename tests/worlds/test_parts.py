"""Do the parts that a world is made of do what their first line says?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from liveloop.worlds import schema
from liveloop.worlds.describe import describe
from liveloop.worlds.drift import DAY, Drift, level
from liveloop.worlds.harm import thresholds, versions
from liveloop.worlds.people import LANGUAGES
from liveloop.worlds.review import queue, slots
from liveloop.worlds.season import HOUR, ZONES, season
from liveloop.worlds.setup import Model
from liveloop.worlds.support import stay_away
from liveloop.worlds.text import LONGEST_TAIL, Wording, write
from liveloop.worlds.treatment import Experiment, assign, shift
from liveloop.worlds.vocabulary import CLAUSES, FRAMES, HARMS, NEW_SLANG, SLANG, SUBJECTS, TOPICS
from liveloop.worlds.world import World


def served_by_hand(slot_times, known, tie):
    places, free = [-1] * len(known), 0
    for case in sorted(range(len(known)), key=lambda i: (known[i], tie[i])):
        while free < len(slot_times) and slot_times[free] < known[case]:
            free += 1
        if free < len(slot_times):
            places[case] = free
            free += 1
    return places


@pytest.mark.parametrize("seed", range(20))
def test_the_queue_is_what_serving_by_hand_gives(seed):
    dice = np.random.default_rng(seed)
    slot_times = np.sort(dice.integers(0, 100, dice.integers(0, 30)))
    known, tie = dice.integers(0, 90, 25), dice.permutation(25)
    assert queue(slot_times, known, tie).tolist() == served_by_hand(slot_times, known, tie)


def away_by_hand(user, sat_at, until):
    alive, away, last = [], [], {}
    for k in range(len(user)):
        until_now, sitting, was = last.get(user[k], (-1, None, True))
        lives = was if sitting == sat_at[k] else sat_at[k] >= until_now
        now = max(until[k], until_now) if lives else until_now
        alive.append(lives)
        away.append(now)
        last[user[k]] = (now, sat_at[k], lives)
    return alive, away


@pytest.mark.parametrize("seed", range(20))
def test_staying_away_is_what_going_through_by_hand_gives(seed):
    dice = np.random.default_rng(seed)
    n = int(dice.integers(0, 40))
    user = np.sort(dice.integers(0, 5, n))
    sat_at = dice.integers(0, 50, n)
    order = np.lexsort((sat_at, user))
    sat_at = sat_at[order]
    until = sat_at + dice.integers(0, 30, n)
    alive, away = stay_away(user, sat_at, until)
    assert (alive.tolist(), away.tolist()) == away_by_hand(user.tolist(), sat_at.tolist(), until.tolist())


def test_capacity_is_spread_over_days_and_rests_at_weekends():
    world = World(days=28)
    times = slots(world, 1000.0)
    day = (times - world.start) // DAY
    per_day = np.bincount(day, minlength=28)[:28]
    assert per_day.sum() == pytest.approx(28 * 9, abs=2)
    assert per_day[5] < 0.5 * per_day[4]
    hour = (times - world.start) % DAY / HOUR
    assert hour.min() >= 6
    assert hour.max() < 22


def test_moments_invert_elapsed_in_every_zone():
    shape = season(datetime(2026, 3, 2, tzinfo=UTC), 42, 0.4, 0.1)
    start = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1e6)
    for zone in range(len(ZONES)):
        at = start + np.arange(1000) * 42 * DAY // 1001 + 7
        zones = np.full(1000, zone)
        back = shape.moments(zones, shape.elapsed(zones, at))
        assert np.abs(back - at).max() < 1000  # microseconds; the accumulated days carry 1e-12


def test_the_quiet_hour_follows_summer_time():
    shape = season(datetime(2026, 3, 2, tzinfo=UTC), 42, 1.0, 0.05)
    zone = ZONES.index("America/New_York")
    for day in (2, 40):  # before and after the clocks change
        hourly = np.diff(shape.accumulated[zone])[day * 24 : day * 24 + 24]
        quiet = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=int(hourly.argmin()))
        assert quiet.astimezone(ZoneInfo("America/New_York")).hour == 4


def test_thresholds_and_versions_follow_their_days():
    model = Model(threshold=0.3, threshold_changes=((5.0, 0.5), (9.0, 0.4)), rollout_day=3.0, rollback_day=8.0)
    at = np.array([0, 4, 6, 10]) * DAY
    values, since = thresholds(model, at, 0)
    assert values.tolist() == [0.3, 0.3, 0.5, 0.4]
    assert (since // DAY).tolist() == [0, 0, 5, 9]
    assert versions(model, at, 0).tolist() == [0, 1, 1, 0]


def test_drifts_add_up_to_one_at_most():
    drifts = [Drift("topic", 1.0, 0.7), Drift("topic", 2.0, 0.7), Drift("slang", 0.0, 1.0)]
    assert level(drifts, "topic", np.array([0, 1, 2]) * DAY, 0).tolist() == [0.0, 0.7, 1.0]


def test_an_effect_fades():
    experiment = Experiment("x", effect=0.1, trend_per_week=-0.5, start_day=0.0, end_day=21.0)
    effect = shift(experiment, np.ones(4), np.array([0, 7, 14, 21]) * DAY, 0)
    assert effect.tolist() == pytest.approx([0.1, 0.1 * np.exp(-0.5), 0.1 * np.exp(-1.0), 0.0])


def test_an_account_is_treated_as_a_whole():
    account = np.repeat(np.arange(50), 4)
    doses = assign(Experiment("x", unit="account", compliance=1.0), 3, account, np.zeros(200, dtype=np.int64))
    shares = doses.treated.reshape(50, 4).mean(axis=1)
    assert set(shares.tolist()) == {0.0, 1.0}
    assert np.array_equal(doses.from_account, doses.own)


def test_every_language_has_words_for_everything():
    for language in LANGUAGES:
        assert len(SUBJECTS[language]) == len(TOPICS)
        assert len(HARMS[language]) == len(SLANG) == len(NEW_SLANG)
        assert all("{}" in frame for frame in FRAMES[language])
        lengths = [{len(clause.split()) for clause in clauses} for clauses in CLAUSES[language]]
        assert lengths == [{k} for k in range(1, 7)]


def test_texts_have_the_length_that_was_asked_for():
    ids = np.arange(2000)
    tokens = ids % (LONGEST_TAIL + 3) + 3
    wording = Wording(ids % 5, ids % 10, ids % 6 - 1, ids % 3, tokens)
    texts, words = write(1, ids, wording)
    assert [len(text.split()) for text in texts.to_pylist()] == words.tolist()
    long_enough = tokens >= 10
    assert np.array_equal(words[long_enough], np.minimum(tokens, words)[long_enough])
    assert (np.abs(words - tokens) <= 6).all()


def test_describe_counts_what_is_there():
    draw = World(accounts=10, days=21).draw(3)
    told = describe(draw)
    assert [summary.rows for summary in told.tables] == [draw.tables[t.name].num_rows for t in schema.SCHEMA]
    assert 0 < told.rates["warned share of decisions"] < 0.2
    assert told.tables[2].late_share < 0.5
    assert told.ends_at - told.starts_at == timedelta(days=21)


def test_describe_says_none_where_there_is_nothing_to_divide_by():
    told = describe(World.from_settings({"accounts": 1, "days": 1, "traffic.sessions_per_week": 0.01}).draw(1))
    assert told.rates["warned share of decisions"] is None
    assert told.rates["median hours until a case is closed"] is None


def test_the_schema_names_its_tables():
    assert schema.table("labels").column("revision").type == "INTEGER"
    with pytest.raises(KeyError, match="accounts, users"):
        schema.table("payments")
    with pytest.raises(KeyError, match="it has label_id"):
        schema.table("labels").column("verdict")
