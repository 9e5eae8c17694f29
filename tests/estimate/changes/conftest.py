"""Which published and drawn panels do the tests of differences in differences share?"""

from __future__ import annotations

import gzip
import pickle
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from liveloop.base.seeds import stream


def _of_moderndid(name: str) -> pd.DataFrame:
    """Read a data set of moderndid without importing it, which takes a second."""
    found = find_spec("moderndid")
    assert found is not None and found.submodule_search_locations
    file = Path(found.submodule_search_locations[0]) / "core" / "datasets" / f"{name}.pkl.gz"
    with gzip.open(file) as handle, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pickle.load(handle)


@pytest.fixture(scope="session")
def mpdta() -> pd.DataFrame:
    """Minimum wages and teen employment in 500 counties, 2003 to 2007 (Callaway and Sant'Anna 2021)."""
    return _of_moderndid("mpdta_long")


@pytest.fixture(scope="session")
def medicaid() -> pd.DataFrame:
    """Health insurance by state, 2008 to 2019; `yexp2` is the year in which Medicaid was expanded."""
    return _of_moderndid("ehec_data")


@pytest.fixture(scope="session")
def jobs() -> pd.DataFrame:
    """Earnings of the NSW participants and of the CPS comparison (LaLonde 1986), 1975 and 1978."""
    given = _of_moderndid("nsw_long")
    kept = given[(given["treated"] == 0) | (given["sample"] == 2)].copy()
    kept["since"] = np.where(kept["experimental"] == 1, 1978, 0)
    return kept


@pytest.fixture(scope="session")
def drawn() -> pd.DataFrame:
    """A staggered panel: 60 units, 7 periods, cohorts 3, 5 and never, a covariate, weights, regions of 4 units."""
    chance = stream(5, "panel")
    units, periods = 60, 7
    since = np.asarray([3, 5, 0])[np.arange(units) % 3]
    x = chance.standard_normal(units)
    y = chance.standard_normal((units, periods)) + x[:, None] * (1 + 0.1 * np.arange(periods))
    when = np.arange(1, periods + 1)
    treated = (since[:, None] > 0) & (when >= since[:, None])
    y = y + treated * (0.5 + 0.2 * (when - since[:, None]))
    return pd.DataFrame(
        {"y": y.ravel(), "unit": np.repeat(np.arange(units), periods), "period": np.tile(when, units),
         "since": np.repeat(since, periods), "d": treated.ravel() * 1, "x": np.repeat(x, periods),
         "z": chance.standard_normal(units * periods), "w": np.repeat(chance.uniform(0.5, 2, units), periods),
         "region": np.repeat(np.arange(units) // 4, periods)}
    )  # fmt: skip
