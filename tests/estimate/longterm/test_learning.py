"""Is what users learned told from what is direct?"""

import numpy as np
import pytest
import statsmodels.api as sm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import flips, normals
from liveloop.estimate.longterm.adaptation import adaptation
from liveloop.estimate.longterm.cookies import cookie_day


def drawn(seed=1, units=120, periods=6):
    ids, unit, period = np.arange(units), np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    arm = flips(seed, "arm", ids, 0.5) * 1
    learned = -0.5 * (period > 0) * arm[unit]
    y = (period < 4) * arm[unit] + learned + normals(seed, "unit", ids)[unit] + normals(seed, "row", range(len(unit)))
    return {"y": y, "t": arm[unit], "unit": unit, "period": period, "g": unit % 30}


OPTIONS = {"outcome": "y", "treatment": "t", "unit": "unit", "period": "period", "ended": 4}


@pytest.mark.parametrize("clusters", ["", "g"])
@pytest.mark.parametrize("window", [1, 2])
def test_parts_are_differences_of_window_means(clusters, window):
    data = drawn()
    made = adaptation(data, clusters=clusters, window=window, **OPTIONS)
    wide = data["y"].reshape(120, 6)
    arm = data["t"].reshape(120, 6)[:, 0]
    end, after = wide[:, 4 - window : 4].mean(axis=1), wide[:, 4 : 4 + window].mean(axis=1)
    groups = np.arange(120) % 30 if clusters else np.arange(120)
    count = len(set(groups))
    for name, outcome in (("at first", wide[:, :window].mean(axis=1)), ("at the end", end), ("learned", after),
                          ("direct at the end", end - after)):  # fmt: skip
        oracle = sm.OLS(outcome, sm.add_constant(arm)).fit(
            cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
        )
        assert made[name].value == pytest.approx(oracle.params[1])
        assert made[name].standard_error == pytest.approx(oracle.bse[1] * np.sqrt(count / (count - 1)))
    values = [made[name].value for name in made]
    assert values[3] == pytest.approx(values[1] - values[2])
    assert np.diag(made.covariance) == pytest.approx([made[name].standard_error ** 2 for name in made])


def test_fading_is_seen_and_gaps_are_warned_of():
    data = drawn(units=400)
    data["y"] = data["y"] - 2.0 * (data["period"] == 4) * data["t"]
    made = adaptation(data, **OPTIONS)
    assert made.diagnostics[0].holds is False
    later = {name: column[data["period"] != 4] for name, column in data.items()}
    assert "learning may have faded" in adaptation(later, **OPTIONS).warnings[0]
    alone = {name: column[data["period"] != 5] for name, column in data.items()}
    assert adaptation(alone, **OPTIONS).diagnostics[0].holds is None


def test_without_periods_on_both_sides_nothing_can_be_told():
    for ended, window in ((0, 1), (6, 1), (4, 3), (4, 0)):
        with pytest.raises(BadInput, match="periods before"):
            adaptation(drawn(), **OPTIONS | {"ended": ended}, window=window)


def days(seed=1, units=90, periods=4):
    unit, day = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    arm = np.array(["never", "today", "always"])[unit % 3]
    own = np.where(arm == "today", 1000 + unit * periods + day, unit)
    y = (
        (arm != "never") * 1.0
        - 0.3 * day * (arm == "always")
        + normals(seed, "u", own)
        + normals(seed, "r", range(len(own)))
    )
    return {"y": y, "arm": arm, "user": own, "day": day}


COOKIES = {"outcome": "y", "treatment": "arm", "unit": "user", "period": "day", "always": "always", "fresh": "today"}


def test_cookie_days_are_contrasts_of_three_arms():
    data = days()
    made = cookie_day(data, window=2, **COOKIES)
    late = data["day"] >= 2
    means = {(arm, day): data["y"][(data["arm"] == arm) & (data["day"] == day)].mean()
             for arm in ("never", "today", "always") for day in (2, 3)}  # fmt: skip
    for name, one, other in (
        ("total", "always", "never"),
        ("direct", "today", "never"),
        ("learned", "always", "today"),
    ):
        assert made[name].value == pytest.approx(np.mean([means[one, day] - means[other, day] for day in (2, 3)]))
    assert made["learned, 3"].value == pytest.approx(means["always", 3] - means["today", 3])
    assert made["total"].value == pytest.approx(made["direct"].value + made["learned"].value)
    # errors by unit: those always in it are seen on both days
    rows = late & (data["arm"] != "never")
    columns = []
    for day in (2, 3):
        now = (data["day"][rows] == day) * 1.0
        columns += [now, now * (data["arm"][rows] == "always")]
    groups = np.unique(data["user"][rows], return_inverse=True)[1]
    oracle = sm.OLS(data["y"][rows], np.column_stack(columns)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    shares = np.array([0, 0.5, 0, 0.5])
    count = len(np.unique(data["user"][data["arm"] != "never"]))
    wanted = np.sqrt(shares @ oracle.cov_params() @ shares * count / (count - 1))
    assert made["learned"].standard_error == pytest.approx(wanted, rel=1e-9)


def test_other_arms_are_refused():
    for changes in ({"always": "ever"}, {"fresh": "always"}):
        with pytest.raises(BadInput, match="has the arms 'always', 'never', 'today'"):
            cookie_day(days(), **COOKIES | changes)
    data = days()
    two = {name: column[data["arm"] != "never"] for name, column in data.items()}
    with pytest.raises(BadInput, match="has the arms"):
        cookie_day(two, **COOKIES)
    late = {name: column[(data["arm"] != "today") | (data["day"] > 0)] for name, column in data.items()}
    with pytest.raises(BadInput, match="0 rows in an arm"):
        cookie_day(late, **COOKIES)
    with pytest.raises(BadInput, match="window is 9"):
        cookie_day(data, window=9, **COOKIES)
