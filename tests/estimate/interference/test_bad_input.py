"""Is bad input refused with the column and the count?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.estimate.interference.bipartite import bipartite
from liveloop.estimate.interference.carryover import carryover_test
from liveloop.estimate.interference.cluster import cluster_total
from liveloop.estimate.interference.ego import ego_clusters
from liveloop.estimate.interference.exposure import exposure_effects
from liveloop.estimate.interference.focal import spillover_test
from liveloop.estimate.interference.periods import switchback_blocks
from liveloop.estimate.interference.pooled import pooled_saturation
from liveloop.estimate.interference.saturation import two_stage
from liveloop.estimate.interference.spillover import spillover_regression
from liveloop.estimate.interference.switch_regression import switchback_regression
from liveloop.estimate.interference.switchback import switchback
from liveloop.estimate.interference.two_designs import compare_designs

ROWS = np.arange(48)
DATA = {
    "y": np.sin(ROWS), "t": ROWS % 2, "whole": ROWS // 4 % 2, "cluster": ROWS // 4, "id": ROWS, "one": np.ones(48),
    "share": np.array([0.0, 0.5, 0.75])[ROWS // 4 % 3], "x": np.cos(ROWS), "part": ROWS < 24, "ego": ROWS % 4 == 0,
    "hour": ROWS, "label": np.array(["a", "b"])[ROWS // 24],
}  # fmt: skip
DATA["arm"] = np.where(DATA["share"] == 0, 0, DATA["t"])
DATA["around"] = np.where(DATA["ego"], 0, DATA["whole"])
DATA["switch"] = ROWS // 6 % 2
RING = {"source": ROWS, "target": (ROWS + 1) % 48}
NET = {"outcome": "y", "treatment": "t", "unit": "id", "edges": RING}
WHOLE = {"outcome": "y", "treatment": "whole", "clusters": "cluster"}
STAGES = {"outcome": "y", "treatment": "arm", "clusters": "cluster", "saturation": "share"}
STAR = {"outcome": "y", "treatment": "around", "clusters": "cluster", "ego": "ego"}
PARTS = {"outcome": "y", "treatment": "whole", "clusters": "cluster", "part": "part", "whole": True}
HOURS = {"outcome": "y", "treatment": "switch", "time": "hour", "blocks": 6}
ITEMS = {"item": np.arange(6), "t": np.arange(6) % 2, "same": np.ones(6)}
EDGES = {"id": ROWS, "item": ROWS % 6}
MARKET = {"outcome": "y", "unit": "id", "item": "item", "treatment": "t", "items": ITEMS, "edges": EDGES}


def changed(**columns):
    return {**DATA, **columns}


def holed(name, count=3):
    return {**DATA, name: np.where(count > ROWS, np.nan, np.asarray(DATA[name], float))}


EMPTY = {name: one[:0] for name, one in DATA.items()}
BAD = [
    (exposure_effects, holed("y"), NET, "outcome 'y' is missing in 3 of 48 rows"),
    (exposure_effects, EMPTY, NET, "the data have 0 rows"),
    (exposure_effects, DATA, {**NET, "treatment": "one"}, "has one arm only"),
    (exposure_effects, DATA, {**NET, "unit": "cluster"}, "12 values of 'cluster' have several rows"),
    (exposure_effects, DATA, {**NET, "edges": {"source": [1, 99], "target": [2, 98]}}, "1 ends of edges are no units"),
    (exposure_effects, DATA, {**NET, "edges": {"source": [1], "target": [1]}}, "no unit touches another"),
    (exposure_effects, DATA, {**NET, "edges": np.ones((3, 3))}, "shape (3, 3) for 48 rows"),
    (exposure_effects, DATA, {**NET, "groups": "cluster"}, "given twice or not at all"),
    (exposure_effects, DATA, {**NET, "edges": None}, "nobody touches anybody"),
    (exposure_effects, DATA, {**NET, "edges": {"source": [1], "target": [2]}}, "46 of 48 units can never have"),
    (exposure_effects, DATA, {**NET, "exposure": "near"}, "no exposure 'near'"),
    (exposure_effects, DATA, {**NET, "exposure": "share"}, "the threshold is None"),
    (exposure_effects, DATA, {**NET, "exposure": "count", "most": 0}, "most is 0"),
    (exposure_effects, DATA, {**NET, "exposure": lambda arms, _: arms[0]}, "an array of shape (48,)"),
    (exposure_effects, DATA, {**NET, "exposure": "count", "edges": {**RING, "w": 1 + ROWS}, "edge_weight": "w"},
     "edges have weights"),
    (exposure_effects, DATA, {**NET, "edges": {**RING, "w": -ROWS}, "edge_weight": "w"}, "weights are not above 0"),
    (exposure_effects, DATA, {**NET, "contrasts": ["far"]}, "no contrast 'far'"),
    (exposure_effects, DATA, {**NET, "contrasts": {"a": ("b", "c")}}, "no exposure 'b'"),
    (exposure_effects, DATA, {**NET, "estimator": "mean"}, "no estimator 'mean'"),
    (exposure_effects, DATA, {**NET, "estimator": "horvitz-thompson", "covariates": ["x"]}, "in weighted means"),
    (exposure_effects, DATA, {**NET, "probability": 1.0}, "not between 0 and 1 for 48 of 48"),
    (exposure_effects, DATA, {**NET, "design": "matched"}, "no design 'matched'"),
    (exposure_effects, DATA, {**NET, "design": lambda seed: np.ones(3), "contrasts": ["total"]}, "shape (3,)"),
    (exposure_effects, DATA, {**NET, "clusters": "cluster"}, "12 of 12 clusters have rows in more than one"),
    (exposure_effects, DATA, {**NET, "strata": "cluster"}, "independent coins have no strata"),
    (exposure_effects, DATA, {**NET, "draws": 10}, "draws is 10"),
    (exposure_effects, DATA, {**NET, "level": 95}, "level is 95"),
    (exposure_effects, DATA, {**NET, "contrasts": ["total"]}, "no unit has the exposure"),
    (exposure_effects, changed(w=ROWS), {**NET, "weights": "w"}, "weight 'w' is not above 0 in 1 of 48 rows"),
    (cluster_total, DATA, {**WHOLE, "treatment": "t"}, "12 of 12 clusters have rows in both arms"),
    (cluster_total, changed(whole=(ROWS < 4) * 1), WHOLE, "the arm 1 has 1 cluster"),
    (cluster_total, DATA, {**WHOLE, "covariates": ["whole"]}, "'whole' can be made of the other columns"),
    (cluster_total, DATA, {**WHOLE, "correction": "HC2"}, "no correction 'HC2'"),
    (cluster_total, DATA, {**WHOLE, "average": "mean"}, "no average 'mean'"),
    (two_stage, DATA, {**STAGES, "saturation": "one"}, "all 12 clusters have one saturation"),
    (two_stage, DATA, {**STAGES, "saturation": "t"}, "12 of 12 clusters have several saturations"),
    (two_stage, changed(share=np.where(ROWS < 4, 0.9, DATA["share"])), STAGES, "only 1 cluster has units in arm"),
    (two_stage, DATA, {**STAGES, "reference": 0.4}, "no saturation 0.4"),
    (two_stage, DATA, {**STAGES, "saturation": "label", "shares": "planned"}, "saturations are 'a', 'b'"),
    (pooled_saturation, DATA, {**STAGES, "saturation": "label"}, "saturations are 'a', 'b'"),
    (pooled_saturation, changed(share=0.1 + DATA["share"]), STAGES, "the least saturation is 0.1"),
    (pooled_saturation, DATA, {**STAGES, "treatment": "t"}, "8 units are treated at saturation 0"),
    (pooled_saturation, changed(share=np.minimum(DATA["share"], 0.5)), {**STAGES, "slopes": True}, "one saturation"),
    (ego_clusters, DATA, {**STAR, "ego": "x"}, "rows are neither 0 nor 1"),
    (ego_clusters, DATA, {**STAR, "ego": "t"}, "12 of 12 clusters have no ego or several"),
    (ego_clusters, DATA, {**STAR, "treatment": "t"}, "12 of 12 clusters have alters in both arms"),
    (ego_clusters, changed(around=np.where(ROWS < 4, 1, 0) * ~DATA["ego"]), STAR, "the alters of 1 clusters"),
    (compare_designs, DATA, {**PARTS, "whole": "x"}, "whole is 'x'"),
    (compare_designs, DATA, {**PARTS, "part": "t", "whole": 1}, "12 of 12 clusters have rows in both parts"),
    (compare_designs, DATA, {**PARTS, "treatment": "t"}, "6 clusters of the part that was randomised whole"),
    (spillover_regression, DATA, {**NET, "edges": {"source": [1], "target": [2]}}, "46 of 48 units have no neighbours"),
    (spillover_test, DATA, {**NET, "focal": 1.0}, "focal is 1.0"),
    (spillover_test, changed(all=ROWS >= 0), {**NET, "focal": "all"}, "only 0 focal units have a neighbour"),
    (spillover_test, DATA, {**NET, "draws": 5}, "draws is 5"),
    (switchback, DATA, {**HOURS, "blocks": 4}, "4 of 12 blocks have periods in both arms"),
    (switchback, DATA, {**HOURS, "order": -1}, "order is -1"),
    (switchback, DATA, {**HOURS, "order": 7}, "0 stretches of coins were 0 for 8 periods on end"),
    (switchback, DATA, {**HOURS, "order": 99}, "no period has 99 periods before it"),
    (switchback, DATA, {**HOURS, "blocks": 0}, "a block has 0 periods"),
    (switchback, DATA, {**HOURS, "time": "cluster", "treatment": "t"}, "12 of 12 periods have both arms"),
    (switchback, DATA, {**HOURS, "probability": 0}, "the chance of treatment is 0"),
    (switchback_regression, DATA, {**HOURS, "burn_in": 6}, "no period is left after a burn-in of 6"),
    (switchback_regression, DATA, {**HOURS, "effects": ["time"]}, "effects are 'time'"),
    (switchback_regression, DATA, {**HOURS, "lags": -1}, "lags is -1"),
    (carryover_test, DATA, {**HOURS, "orders": [6]}, "no block is longer than 6 periods"),
    (carryover_test, DATA, {**HOURS, "blocks": 24, "treatment": "part"}, "blocks can be held against those before"),
    (bipartite, DATA, {**MARKET, "edges": {"id": [1, 77], "item": [1, 1]}}, "1 ends of edges have no row"),
    (bipartite, DATA, {**MARKET, "edges": {"id": ROWS[:40], "item": ROWS[:40] % 6}}, "8 of 48 units have no items"),
    (bipartite, DATA, {**MARKET, "treatment": "same"}, "has one arm only"),
    (bipartite, DATA, {**MARKET, "edges": {"id": np.repeat(ROWS, 6), "item": np.tile(np.arange(6), 48)},
                       "design": "complete"}, "the exposure of 48 of 48 units cannot vary"),
    (bipartite, DATA, {**MARKET, "estimator": "ols"}, "no estimator 'ols'"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "data", "call", "said"), BAD)
def test_bad_input_is_named(method, data, call, said):
    with pytest.raises(BadInput) as refused:
        method(data, **call)
    assert said in str(refused.value)


def test_blocks_need_room_for_the_carry_over():
    with pytest.raises(BadInput, match="10 periods hold 3 times a carry-over of 3"):
        switchback_blocks(10, 3)
