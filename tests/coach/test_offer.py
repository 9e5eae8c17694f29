"""Are the figures of an offer what mathematics says they are, and do two equal offers differ by nothing?"""

import time
from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from liveloop.base.errors import BadInput
from liveloop.coach.offer import (
    Bonus,
    Equity,
    Grant,
    Offer,
    OfferBook,
    OfferWeights,
    PrivateEquity,
    PublicEquity,
    Refresh,
    Vesting,
    expected_multiple,
    read_reference,
    weigh,
)
from liveloop.coach.offers.fortune import Z90, draw_fortune, multiple_at
from liveloop.coach.offers.leave import leave
from liveloop.coach.offers.pay import payout_at
from liveloop.coach.offers.spread import spread
from liveloop.coach.offers.vesting import vest_by_month
from liveloop.coach.offers.weigh import DRAWS, SEED, draw_offer, weigh_pair

PLAIN = OfferWeights(years=4, rate=0.0, together=0.0)
ODDS = PrivateEquity(zero=0.3, median=1.5, p90=6.0, liquid_median_years=3, liquid_p90_years=6)
UNITS = Equity(grants=(Grant(value=400_000.0),), private=ODDS)
OPTIONS = Equity("options", (Grant(units=10_000.0),), price=40.0, strike=10.0, private=ODDS)
LISTED = Equity(grants=(Grant(value=400_000.0),), public=PublicEquity(volatility=0.5, drift=0.1))
FOUR_ERRORS = 4 / 1.96  # a mean lies within four standard errors in all but 1 of 16,000 seeds


def private(name="A", equity=UNITS, **changes):
    return Offer(name, base=200_000.0, equity=equity, **changes)


def worth(offer, weights=PLAIN, **how):
    return weigh(OfferBook((offer,), weights), **how).worths[0]


def near(simulated, exact):
    return abs(simulated.value - exact) <= FOUR_ERRORS * (simulated.high - simulated.value)


def test_known_cash():
    offer = Offer("A", base=100.0, base_growth=0.1, signing=50.0, bonus=Bonus(0.2))
    told = worth(offer, OfferWeights(years=2, rate=0.21))
    assert [year.total for year in told.scenarios[0].years] == pytest.approx([170.0, 132.0])
    assert told.present.p50.value == pytest.approx(
        170 / 1.1 + 132 / 1.1**3
    )  # 1.21 is 1.1 squared: half years are whole
    assert told.present.p10 == told.present.p90


@pytest.mark.parametrize(("equity", "strike"), [(UNITS, 0.0), (OPTIONS, 0.25)], ids=["units", "options"])
def test_the_mean_of_private_equity_is_the_closed_form(equity, strike):
    told = worth(private(equity=equity))
    assert near(told.total.mean, 800_000 + 400_000 * expected_multiple(ODDS, strike))
    assert near(told.equity_worthless, 0.3) or strike
    assert told.total.p10.value == 800_000  # an option is not exercised at a loss


def test_dilution_and_discount_with_a_certain_wait():
    odds = replace(ODDS, dilution=0.1, liquid_median_years=5, liquid_p90_years=5)
    told = worth(private(equity=replace(UNITS, private=odds)), replace(PLAIN, rate=0.08))
    cash = sum(200_000 / 1.08 ** (year + 0.5) for year in range(4))
    assert near(told.present.mean, cash + 400_000 * expected_multiple(odds) * 0.9**5 / 1.08**5)
    assert near(told.total.mean, 800_000 + 400_000 * expected_multiple(odds) * 0.9**5)


def test_a_unit_that_vests_after_the_sale_is_paid_as_it_vests():
    odds = PrivateEquity(zero=0.0, median=2.0, p90=2.0, liquid_median_years=2, liquid_p90_years=2)
    equity = Equity(grants=(Grant(value=400.0, vesting=Vesting(4, 12, 12)),), private=odds)
    told = worth(Offer("A", base=0.0, equity=equity), replace(PLAIN, rate=0.1))
    assert told.present.p50.value == pytest.approx(sum(200 / 1.1 ** max(2, year) for year in (1, 2, 3, 4)))


def test_the_mean_and_the_quantiles_of_a_listed_price():
    vesting = Vesting(1, 12, 12)  # all of it at the end of the first year
    told = worth(private(equity=replace(LISTED, grants=(Grant(value=1e6, vesting=vesting),))), replace(PLAIN, years=1))
    assert near(told.total.mean, 200_000 + 1e6 * 1.1)
    for simulated, z in ((told.total.p10, -Z90), (told.total.p50, 0), (told.total.p90, Z90)):
        assert near(simulated, 200_000 + 1e6 * exp(log(1.1) - 0.125 + 0.5 * z))


def test_a_refresher_of_listed_stock_is_bought_at_the_price_of_its_day():
    equity = replace(LISTED, grants=(), refresh=Refresh(100_000.0, 3, Vesting(1, 0, 12)))
    told = worth(private(equity=equity))
    assert near(told.by_year[2].mean, 200_000 + 110_000)  # its price rises for one year, not for three
    assert told.by_year[1].p10.value == 200_000
    assert near(told.by_year[3].mean, 200_000 + 110_000)


def test_quantiles_are_covered_as_stated():
    exact = [1.5 * exp(z * log(4) / Z90) for z in (-Z90, 0, Z90)]
    covered = np.zeros(3)
    seeds = 300
    for seed in range(seeds):
        sure = replace(ODDS, zero=0.0)
        fortune = draw_fortune(replace(UNITS, private=sure), "A", PLAIN, seed, 1_000)
        told = spread(fortune.ratio[:, 0])
        covered += [one.low <= aim <= one.high for one, aim in zip((told.p10, told.p50, told.p90), exact, strict=True)]
    # 95 % stated; 300 seeds have a standard error of 1.3 points, and whole ranks widen the interval a little
    assert np.all(covered / seeds > 0.91) and np.all(covered / seeds < 0.99)


def test_offers_of_one_company_that_are_equal_differ_by_nothing():
    first = private("A", replace(UNITS, refresh=Refresh(50_000.0)), company="X", bonus=Bonus(0.2, 0.5, 1.0, 1.5))
    pair = weigh(OfferBook((first, replace(first, name="B")))).pairs[0]
    assert pair.same.value == 1 and pair.first_more.value == 0
    assert pair.difference.p10.value == pair.difference.p90.value == pair.difference.mean.value == 0


def test_the_last_digit_of_a_sum_is_no_difference():
    first = draw_offer(private("A"), PLAIN, SEED, DRAWS)
    less = replace(first.pay, present=np.nextafter(first.pay.present, 0))
    pair = weigh_pair(first, replace(first, offer=private("B"), pay=less), PLAIN, DRAWS)
    assert (pair.same.value, pair.first_more.value, pair.difference.p90.value) == (1, 0, 0)


@pytest.mark.parametrize("equity", [replace(UNITS, private=replace(ODDS, zero=0)), LISTED], ids=["private", "listed"])
def test_equal_terms_of_two_companies_are_even_on_average(equity):
    pair = weigh(OfferBook((private("A", equity), private("B", equity)))).pairs[0]
    assert near(pair.first_more, 0.5)
    assert near(pair.difference.p50, 0) and near(pair.difference.mean, 0)
    assert pair.difference.p90.value > 50_000  # so that the null is not one of constants


@pytest.mark.parametrize("equity", [replace(UNITS, private=replace(ODDS, zero=0)), LISTED], ids=["private", "listed"])
@pytest.mark.parametrize("together", [0.0, 0.4, 1.0])
def test_fortunes_move_together_as_stated(equity, together):
    weights = replace(PLAIN, together=together)
    ends = []
    for company in ("A", "B"):
        fortune = draw_fortune(equity, company, weights, 3, 20_000)
        waited = log(equity.private.median) if equity.private else 0.0
        ends.append(np.log(fortune.ratio[:, -1]) - waited)
    assert np.corrcoef(*ends)[0, 1] == pytest.approx(together, abs=0.03)  # 20,000 draws: error below 0.01


def test_a_listed_path_stays_a_random_walk_however_it_is_tied():
    weights = replace(PLAIN, together=0.7)
    steps = np.diff(np.log(draw_fortune(LISTED, "A", weights, 3, 20_000).ratio), axis=1)
    assert steps.std(axis=0) == pytest.approx(np.full(15, 0.25), rel=0.03)  # 0.5 a year, four steps a year
    apart = np.corrcoef(steps.T)[~np.eye(15, dtype=bool)]
    assert np.abs(apart).max() < 0.04


def test_the_same_seed_gives_the_same_figures_and_another_offer_moves_none():
    book = OfferBook((private("A"), private("B", OPTIONS)))
    first = weigh(book)
    more = weigh(replace(book, offers=(*book.offers, private("C", LISTED))))
    assert weigh(book) == first
    assert more.worths[:2] == first.worths and first.pairs[0] in more.pairs
    assert weigh(book, seed=SEED + 1) != first


def test_a_quantile_comes_with_its_error_and_more_draws_shrink_it():
    few, many = worth(private(), draws=1_000).total.p90, worth(private(), draws=16_000).total.p90
    assert few.low < few.value < few.high
    assert 2.5 < (few.high - few.low) / (many.high - many.low) < 6  # 16 times the draws, about a quarter of the error


def test_the_multiple_is_nothing_below_the_chance_of_zero_and_finite_in_the_far_tail():
    assert multiple_at(ODDS, [-9.0]).tolist() == [0.0]
    assert np.isfinite(multiple_at(ODDS, [8.5])).all()


@pytest.mark.parametrize(
    ("vesting", "at"),
    [
        (Vesting(), {11: 0.0, 12: 0.25, 14: 0.25, 15: 0.3125, 48: 1.0}),
        (Vesting(4, 12, 1), {12: 0.25, 13: 0.25 + 1 / 48, 48: 1.0}),
        (Vesting(4, 0, 12, (0.4, 0.3, 0.2, 0.1)), {11: 0.0, 12: 0.4, 24: 0.7, 36: 0.9, 48: 1.0}),
        (Vesting(4, 12, 6, (0.05, 0.15, 0.4, 0.4)), {12: 0.05, 18: 0.125, 24: 0.2, 48: 1.0}),
        (Vesting(1, 12, 3), {11: 0.0, 12: 1.0}),
        (Vesting(1, 5, 3), {4: 0.0, 5: 5 / 12, 8: 8 / 12, 11: 11 / 12, 12: 1.0}),
    ],
)
def test_a_schedule_vests_when_it_says(vesting, at):
    earned = np.cumsum(vest_by_month(vesting))
    assert {month: round(float(earned[month - 1]), 9) for month in at} == {m: round(v, 9) for m, v in at.items()}


def test_scenarios_are_quantiles_and_paper_is_what_the_letter_adds_up_to():
    told = {scenario.name: scenario for scenario in worth(private()).scenarios}
    assert [year.total for year in told["paper"].years] == [300_000.0] * 4
    assert told["down"].total == 800_000.0  # 10 % lie within the 30 % of zero
    assert told["base"].years[0].equity == pytest.approx(100_000 * multiple_at(ODDS, [0.0])[0])
    assert told["up"].years[3].equity == pytest.approx(100_000 * multiple_at(ODDS, [Z90])[0])


def test_the_payout_of_a_bonus_has_the_percentiles_typed():
    bonus = Bonus(0.2, 0.4, 1.0, 1.3)
    drawn = payout_at(bonus, (np.arange(10_000) + 0.5) / 10_000)
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx([0.4, 1.0, 1.3], abs=1e-3)
    assert drawn.min() >= 0
    assert payout_at(Bonus(0.2, 0.0, 1.0, 1.0), np.array([0.01])).tolist() == [0.0]


def test_a_break_even_multiple_breaks_even():
    odds = replace(ODDS, dilution=0.05)
    first, second = private("A", replace(OPTIONS, private=odds)), Offer("B", base=320_000.0)
    weights = replace(PLAIN, rate=0.07)
    even = weigh(OfferBook((first, second), weights)).pairs[0].break_even[0]
    sure = replace(odds, zero=0.0, median=even.multiple, p90=even.multiple, liquid_p90_years=3)
    told = worth(replace(first, equity=replace(OPTIONS, private=sure)), weights)
    assert told.present.p50.value == pytest.approx(worth(second, weights).present.p50.value)
    back = weigh(OfferBook((first, second), weights)).pairs[1].break_even
    assert back[0].multiple == 0 and back[2].multiple is not None  # B pays more than A's cash without any equity
    assert weigh(OfferBook((Offer("C", base=1.0), second), weights)).pairs[0].break_even[0].multiple is None


def test_what_is_bought_later_does_not_move_with_today_s_price():
    vesting = Vesting(cliff_months=0)
    listed = Equity(grants=(Grant(value=400_000.0, vesting=vesting),), refresh=Refresh(100_000.0, 1, vesting))
    first = Offer("L", base=100_000.0, equity=replace(listed, public=PublicEquity(volatility=0.0)))
    even = weigh(OfferBook((first, Offer("B", base=250_000.0)), PLAIN), draws=100).pairs[0].break_even
    assert even[0].multiple == pytest.approx(0.9)  # (1,000 - 400 of base - 150 bought later) / 500
    enough = weigh(OfferBook((first, Offer("B", base=137_500.0)), PLAIN), draws=100).pairs[0].break_even
    assert enough[0].multiple == 0


@given(
    first_year=st.integers(1, 5),
    refresh=st.floats(1e3, 1e6),
    granted=st.floats(1e3, 1e6),
    aim=st.floats(1e5, 1e6),
    rate=st.floats(0, 0.5),
    listed=st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_a_break_even_multiple_put_back_breaks_even_with_refreshers(first_year, refresh, granted, aim, rate, listed):
    weights, later = replace(PLAIN, rate=rate), Refresh(refresh, first_year)
    how = {"public": PublicEquity(volatility=0.0)} if listed else {"private": replace(ODDS, dilution=0.05)}
    first = Offer("A", base=100_000.0, equity=Equity(grants=(Grant(value=granted),), refresh=later, **how))
    second = Offer("B", base=aim)
    multiple = weigh(OfferBook((first, second), weights), draws=10).pairs[0].break_even[0].multiple
    if not multiple:
        return
    assume(0.001 <= multiple <= 1_000)  # what an offer may say
    if listed:  # the price jumps once, after the first day: only what was granted then is worth another sum
        today = (Grant(value=granted * multiple),)
        today += (Grant(value=refresh * multiple, vesting=later.vesting),) if first_year == 1 else ()
        put = replace(first.equity, grants=today, refresh=replace(later, first_year=max(2, first_year)))
    else:
        sure = replace(how["private"], zero=0.0, median=multiple, p90=multiple, liquid_p90_years=3)
        put = replace(first.equity, private=sure)
    told = worth(replace(first, equity=put), weights, draws=10)
    assert told.present.p50.value == pytest.approx(worth(second, weights, draws=10).present.p50.value)


def test_leaving_before_and_after_the_cliff():
    offer = private(equity=OPTIONS, signing=60_000.0, bonus=Bonus(0.1))
    six, two_years = worth(offer).leaving
    assert (six.months, six.base, six.bonus, six.paper, six.exercise_cost) == (6, 100_000.0, 0.0, 0.0, 0.0)
    assert (six.signing_kept, six.signing_repaid) == (0.0, 60_000.0)
    assert two_years.vested == 0.5 and two_years.paper == 200_000.0
    assert two_years.exercise_cost == 50_000.0 and two_years.window_months == 3
    assert two_years.bonus == 40_000.0 and two_years.signing_kept == 60_000.0
    assert near(two_years.equity.mean, 200_000 * expected_multiple(ODDS) - 50_000)  # the cost is sunk, come what may
    assert two_years.equity.p10.value == -50_000.0
    assert leave(replace(offer, clawback="pro rata"), None, 6).signing_kept == 30_000.0


def test_one_level_as_base_and_as_equity():
    told = worth(private(), replace(PLAIN, level_step=160_000.0)).level
    assert told.as_base_gain == pytest.approx(640_000.0)
    higher = worth(private(equity=replace(UNITS, grants=(*UNITS.grants, Grant(value=640_000.0)))))
    assert told.as_equity.value == pytest.approx(higher.present.p50.value)
    assert worth(Offer("B", base=1.0), replace(PLAIN, level_step=1.0)).level.as_equity is None
    assert worth(private()).level is None


def test_linear_additions_are_what_a_whole_new_offer_would_pay():
    book = OfferBook((private(bonus=Bonus(0.2, 0.5, 1, 2), base_growth=0.03),), replace(PLAIN, level_step=50_000.0))
    higher = replace(book, offers=(replace(book.offers[0], base=250_000.0),))
    assert weigh(book).worths[0].level.as_base.value == pytest.approx(weigh(higher).worths[0].present.p50.value)


def test_the_published_points_ship_with_their_mark():
    reference = read_reference()
    points = {point.id: (point.low, point.high) for point in reference.point}
    assert points["l4-total"] == (468_000, 468_000) and points["l3-total"] == (305_000, 305_000)
    assert points["l4-base"][0] + points["l4-equity"][0] == points["l4-total"][0]
    assert points["level-step"] == (160_000, 160_000) and points["ml-engineer"] == (0.10, 0.15)
    assert {point.mark for point in reference.point} == {
        "published reference point, not verified by us, as the project's users quoted it"
    }
    level_four, level_three = weigh(reference.book, draws=200).worths
    assert [year.total for year in level_four.scenarios[0].years] == [468_000.0] * 4
    assert [year.total for year in level_three.scenarios[0].years] == [305_000.0] * 4


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        (Offer("A", base=-1.0), "base is -1. Allowed: 0 to 100,000,000"),
        (Offer("A", base=float("nan")), "base is nan"),
        (Offer("A", base=1e12), "base is 1,000,000,000,000"),
        (Offer(" ", base=1.0), "no name"),
        (Offer("A" * 81, base=1.0), "81 letters"),
        (Offer("A", base=1.0, bonus=Bonus(0.1, 1.0, 0.9, 1.2)), r"median \(0.9\) is below low \(1\)"),
        (private(equity=Equity(grants=UNITS.grants)), "neither private nor public"),
        (private(equity=replace(UNITS, public=PublicEquity(0.3))), "both private and public"),
        (private(equity=replace(UNITS, private=replace(ODDS, p90=1.0))), r"p90 \(1\) is below median \(1.5\)"),
        (private(equity=replace(UNITS, private=replace(ODDS, liquid_p90_years=1.0))), "liquid_p90_years"),
        (private(equity=replace(UNITS, private=replace(ODDS, zero=1.0))), "zero is 1"),
        (private(equity=replace(UNITS, form="options")), "options need a price and a strike"),
        (private(equity=replace(UNITS, price=2.0, strike=1.0)), "units have no strike"),
        (private(equity=replace(UNITS, grants=(Grant(),))), "size is not said once"),
        (private(equity=replace(UNITS, grants=(Grant(value=1.0, units=1.0),))), "size is not said once"),
        (private(equity=replace(UNITS, grants=(Grant(units=1.0),))), "units without a price"),
        (private(equity=replace(UNITS, grants=UNITS.grants * 13)), "13 grants"),
        (private(equity=replace(UNITS, refresh=Refresh(-1.0))), "refresh: value is -1"),
    ],
)
def test_an_offer_that_cannot_be_weighed_is_refused(offer, words):
    with pytest.raises(BadInput, match=words) as refusal:
        weigh(OfferBook((offer,)))
    assert refusal.value.allowed and "offers, " in refusal.value.where


@pytest.mark.parametrize(
    ("vesting", "words"),
    [
        (Vesting(4, 60), "cliff of 60 months does not fit into a vesting of 48 months"),
        (Vesting(4, 12, 3, (0.4, 0.3, 0.2, 0.2)), "shares sum to 1.1"),
        (Vesting(4, 12, 3, (0.5, 0.5)), "2 shares for 4 years"),
        (Vesting(2, 12, 3, (1.5, -0.5)), "a share is 1.5"),
        (Vesting(4, 12, 2), "every_months is 2"),
        (Vesting(0), "years is 0"),
    ],
)
def test_a_schedule_that_does_not_hand_over_the_grant_once_is_refused(vesting, words):
    with pytest.raises(BadInput, match=words):
        weigh(OfferBook((private(equity=replace(UNITS, grants=(Grant(value=1.0, vesting=vesting),))),)))


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (OfferWeights(years=11), "years is 11"),
        (OfferWeights(rate=-0.1), "rate is -0.1"),
        (OfferWeights(together=1.5), "together is 1.5"),
        (OfferWeights(currency="dollars"), "currency is 'dollars'"),
    ],
)
def test_weights_are_refused(weights, words):
    with pytest.raises(BadInput, match=words):
        weigh(OfferBook((Offer("A", base=1.0),), weights))


def test_a_book_has_some_offers_each_with_a_name_of_its_own():
    offer = Offer("A", base=1.0)
    for offers, words in (((), "0 offers"), ((offer, offer), "two offers are called 'A'"), ((offer,) * 7, "7 offers")):
        with pytest.raises(BadInput, match=words):
            weigh(OfferBook(offers))


def test_twenty_thousand_draws_are_vectorised():
    offer = private(equity=OPTIONS, bonus=Bonus(0.1, 0.5, 1, 2))
    draw_offer(offer, PLAIN, SEED, DRAWS)
    begin = time.process_time()
    weigh(OfferBook((offer, private("B", LISTED))))
    assert time.process_time() - begin < 0.5  # 0.05 s on a quiet core; a loop over draws takes seconds
