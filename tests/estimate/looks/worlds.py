"""What do the tests of looking early look at?"""

import numpy as np


def rows(seed, count=300, effect=0.0):
    draw = np.random.default_rng(seed)
    arm = draw.integers(0, 2, count)
    before = draw.normal(size=count)
    y = 3 + effect * arm + 0.7 * before + (1 + 0.5 * arm) * draw.normal(size=count)
    return {"y": y, "t": arm, "x": before, "w": draw.uniform(0.5, 2, count), "n": draw.integers(1, 6, count) * 1.0,
            "when": np.sort(draw.uniform(size=count))}  # fmt: skip


def clusters(seed, count=30, effect=0.0, icc=0.3):
    draw = np.random.default_rng(seed)
    size = draw.integers(3, 15, count)
    g = np.repeat(np.arange(count), size)
    arm = draw.permutation(np.arange(count) % 2)[g]
    x = draw.normal(size=len(g))
    y = effect * arm + 0.5 * x + icc**0.5 * draw.normal(size=count)[g] + (1 - icc) ** 0.5 * draw.normal(size=len(g))
    return {"y": y, "t": arm, "g": g, "x": x, "w": draw.uniform(0.5, 2, len(g)), "n": draw.integers(1, 6, len(g)) * 1.0,
            "when": draw.uniform(size=count)[g] + draw.uniform(size=len(g))}  # fmt: skip


def until(data, when):
    kept = np.asarray(data["when"]) <= when
    return {name: np.asarray(column)[kept] for name, column in data.items()}
