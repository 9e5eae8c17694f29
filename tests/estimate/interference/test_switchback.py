"""Are switchbacks estimated without bias over all assignments, and is their variance that of the paper?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import flips, normals, stream
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.bias_reduced import form_of
from liveloop.estimate.interference.carryover import carryover_test
from liveloop.estimate.interference.horvitz import Seen
from liveloop.estimate.interference.periods import read_schedule, switchback_blocks
from liveloop.estimate.interference.serial import newey_west
from liveloop.estimate.interference.switch_regression import switchback_regression
from liveloop.estimate.interference.switchback import switchback, windows_of
from liveloop.estimate.regimes.interference import hours

ORDER, PERIODS = 2, 16
BLOCKS = switchback_blocks(PERIODS, ORDER)
CONTROL, TREATED = 5 + stream(1, "always").standard_normal((2, PERIODS))
HOURS = {"outcome": "y", "treatment": "t", "time": "hour"}


def test_blocks_of_the_minimax_design():
    assert np.flatnonzero(np.diff(switchback_blocks(12, 2), prepend=-1)).tolist() == [0, 4, 6, 8]  # periods 1, 5, 7, 9
    assert switchback_blocks(12, 1).tolist() == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert switchback_blocks(3, 0).tolist() == [0, 1, 2]


def assignments():
    coins = (np.arange(2 ** (BLOCKS.max() + 1))[:, None] >> np.arange(BLOCKS.max() + 1)) & 1
    return coins[:, BLOCKS]


def horvitz(arms):
    """Give the estimate of one assignment, by the sums of the paper."""
    made = 0.0
    for period in range(ORDER, PERIODS):
        window = arms[period - ORDER : period + 1]
        coins = len(set(BLOCKS[period - ORDER : period + 1]))
        if window.all():
            made += TREATED[period] * 2**coins
        if not window.any():
            made -= CONTROL[period] * 2**coins
    return made / (PERIODS - ORDER)


def sums():
    """Sum outcomes over the stretches that share their coins: m periods each."""
    stretches = [slice(at, at + ORDER) for at in range(ORDER, PERIODS, ORDER)]
    return (np.array([y[one].sum() for one in stretches]) for y in (TREATED, CONTROL))


def test_variance_over_all_assignments_is_that_of_the_paper():
    """Bojinov, Simchi-Levi and Zhao (2023): under the minimax design, with the order known."""
    one, none = sums()
    ends = sum(one[k] ** 2 + none[k] ** 2 + 2 * one[k] * none[k] for k in (0, -1))
    between = (3 * one[1:-1] ** 2 + 3 * none[1:-1] ** 2 + 2 * one[1:-1] * none[1:-1]).sum()
    next_to = (2 * (one[:-1] + none[:-1]) * (one[1:] + none[1:])).sum()
    made = np.array([horvitz(arms) for arms in assignments()])
    assert made.mean() == pytest.approx((TREATED - CONTROL)[ORDER:].mean())
    assert made.var() == pytest.approx((ends + between + next_to) / (PERIODS - ORDER) ** 2)


def test_the_estimate_is_the_papers_and_its_variance_the_bound_on_average():
    call = {**HOURS, "blocks": "block", "order": ORDER, "estimator": "horvitz-thompson"}
    values, variances, missing = [], [], 0
    for arms in assignments():
        y = np.where(arms > 0, TREATED, CONTROL)
        frame = {"y": y, "t": arms, "hour": np.arange(PERIODS), "block": BLOCKS}
        try:
            made = switchback(frame, **call)
        except BadInput as refused:
            assert "stretches of coins" in str(refused) or "one arm only" in str(refused)
            missing += 1
            continue
        assert made.value == pytest.approx(horvitz(arms))
        values.append(made.value)
        variances.append(made.standard_error**2)
    assert len(values) == 20 and missing == 44  # both arms must be seen in two stretches


def test_the_bound_on_average_by_its_formula():
    one, none = sums()
    found = []
    for arms in assignments():
        padded = {"t": np.r_[arms, 0, 1], "hour": np.arange(PERIODS + 2), "block": np.r_[BLOCKS, 90, 91]}
        frame = read_frame(padded)
        schedule = read_schedule(frame, frame.two_arms("t"), np.ones(PERIODS + 2), time="hour", unit=None,
                                 blocks="block", together=False, design="bernoulli", probability=0.5)  # fmt: skip
        windows = windows_of(schedule, ORDER, draws=100, seed=0)
        inside = np.zeros(len(windows.codes), bool)
        inside[windows.segment[windows.cells < PERIODS]] = True
        y = np.where(arms > 0, TREATED, CONTROL)
        total = np.zeros(len(windows.codes))
        np.add.at(total, windows.segment[windows.cells < PERIODS], y[ORDER:])
        form = form_of(Seen(windows.codes, inside, windows.chances), 2, 0)
        found.append(total[form.units] @ form.matrix @ total[form.units])
    same = (
        2 * (one[0] ** 2 + none[0] ** 2 + one[-1] ** 2 + none[-1] ** 2) + 4 * (one[1:-1] ** 2 + none[1:-1] ** 2).sum()
    )
    near = 2 * (one[:-1] * one[1:] + none[:-1] * none[1:]).sum()
    apart = (one[:-1] ** 2 + none[1:] ** 2 + none[:-1] ** 2 + one[1:] ** 2).sum()
    assert np.mean(found) == pytest.approx(same + near + apart)


def test_weighted_means_windows_and_what_is_used():
    data, _ = hours(240, 4)(2)
    made = switchback(data, **HOURS, blocks=4, order=1)
    frame = pd.DataFrame(data).assign(last=lambda one: one.t.shift(1))
    kept = frame[frame["last"].notna()]
    weight = np.where(kept.hour % 4 == 0, 4.0, 2.0)
    ones, none = (kept.t == 1) & (kept["last"] == 1), (kept.t == 0) & (kept["last"] == 0)
    by_hand = np.average(kept.y[ones], weights=weight[ones]) - np.average(kept.y[none], weights=weight[none])
    assert made.value == pytest.approx(by_hand)
    assert made.counts["periods with a whole window"] == 239 and made.counts["blocks"] == 60
    assert made.diagnostics[0].value == pytest.approx((ones | none).mean())
    names = [one.name for one in made.conventions]
    assert names[1:] == ["clusters of blocks, CR0", "Newey-West, 4 lags", "block bootstrap"]
    errors = [one.standard_error for one in made.conventions]
    assert max(errors) < 1.6 * min(errors)


def test_several_rows_of_a_period_units_and_coins_in_common():
    data, _ = hours(60, 3, regions=4)(5)
    call = {**HOURS, "unit": "region", "blocks": 3, "order": 1}
    plain = switchback(data, **call)
    twice = {name: np.r_[one, one] for name, one in data.items()}
    again = switchback(twice, **call)
    assert (again.value, again.standard_error) == pytest.approx((plain.value, plain.standard_error))
    assert plain.counts["blocks"] == 80 and plain.conventions[-1].name == "clusters of units, CR1"
    together = dict(data, t=np.tile(data["t"][:60], 4))
    made = switchback(together, **call, together=True)
    assert made.counts["blocks"] == 20 and made.standard_error > plain.standard_error
    mean = np.reshape(data["y"], (4, 60)).mean(axis=0)
    alone = switchback({"y": mean, "t": data["t"][:60], "hour": np.arange(60)}, **HOURS, blocks=3, order=1)
    assert made.value == pytest.approx(alone.value) and made.standard_error == pytest.approx(alone.standard_error)


def test_complete_randomisation_of_blocks():
    data, _ = hours(160, 4)(8)
    free, fixed = (switchback(data, **HOURS, blocks=4, order=1, design=one) for one in ("bernoulli", "complete"))
    assert fixed.value == pytest.approx(free.value, abs=0.1)
    assert fixed.standard_error == pytest.approx(free.standard_error, rel=0.25)


def test_regression_is_least_squares_with_clusters_and_serial_correlation():
    data, _ = hours(200, 4)(3)
    made = switchback_regression(data, **HOURS, blocks=4, lags=1, covariates=["x"], correction="CR1", serial_lags=3)
    frame = pd.DataFrame(data).assign(last=lambda one: one.t.shift(1)).dropna()
    x = sm.add_constant(frame[["t", "last", "x"]])
    known = sm.OLS(frame.y, x).fit(cov_type="cluster", cov_kwds={"groups": frame.hour // 4})
    assert made["lag 1"].value == pytest.approx(known.params["last"])
    assert made["lag 1"].standard_error == pytest.approx(known.bse["last"])
    both = np.array([0, 1, 1, 0])
    assert made["total"].standard_error == pytest.approx((both @ known.cov_params().to_numpy() @ both) ** 0.5)
    serial = sm.OLS(frame.y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
    assert made["lag 0"].conventions[-1].standard_error == pytest.approx(serial.bse["t"])
    burnt = switchback_regression(data, **HOURS, blocks=4, burn_in=2)
    late = pd.DataFrame(data)[data["hour"] % 4 >= 2]
    assert burnt["total"].value == pytest.approx(late.y[late.t == 1].mean() - late.y[late.t == 0].mean())


def test_effects_of_units_and_periods_are_dummies():
    data, _ = hours(40, 4, regions=5)(3)
    made = switchback_regression(data, **HOURS, unit="region", blocks=4, burn_in=1, effects=["unit", "time"])
    frame = pd.DataFrame(data)[data["hour"] % 4 > 0]
    x = pd.get_dummies(
        frame[["t", "region", "hour"]].astype({"region": str, "hour": str}), drop_first=True, dtype=float
    )
    groups = frame.region * 100 + frame.hour // 4
    known = sm.OLS(frame.y, sm.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert made["total"].value == pytest.approx(known.params["t"], rel=1e-8)
    assert made["total"].standard_error == pytest.approx(known.bse["t"], rel=1e-6)
    assert made["total"].correction == "CR1 by blocks"


def test_newey_west_keeps_to_its_units():
    scores = normals(1, "scores", np.arange(60)).reshape(2, 30)
    apart = newey_west(scores[:1], 4) + newey_west(scores[1:], 4)
    assert newey_west(scores, 4) == pytest.approx(apart)
    assert newey_west(scores, 0) == pytest.approx((scores**2).sum())


def test_carry_over_is_found_and_nothing_else_is():
    rows = np.arange(480)
    t = flips(2, "block", rows // 4, 0.5)
    y = 1.0 * t + 0.5 * np.r_[0, t[:-1]] + 0.2 * normals(2, "noise", rows)
    made = carryover_test({"y": y, "t": t, "hour": rows}, **HOURS, blocks=4, orders=[0, 1, 2], draws=199)
    assert made["order at most 0"].p_value < 0.05 < made["order at most 1"].p_value
    assert made.diagnostics[0].value == 1 and made["order at most 1"].low < 0 < made["order at most 1"].high
    assert made["order at most 0"].standard_error is None


def test_a_test_of_carry_over_rejects_no_more_often_than_it_says():
    rows, found = np.arange(96), []
    for seed in range(150):
        t = flips(seed, "block", rows // 3, 0.5)
        y = 2.0 * t + np.cumsum(normals(seed, "drift", rows))  # outcomes may do what they like in time
        made = carryover_test({"y": y, "t": t, "hour": rows}, **HOURS, blocks=3, orders=[0], draws=39, seed=seed)
        found.append(made["order at most 0"].p_value)
    assert np.mean(np.array(found) <= 0.05) < 0.1
