"""Where does chance come from, so that the order of calls never matters?

Every number is a hash of (seed, purpose, id): a counter-based generator. The same entity asked for the same purpose
gets the same number in any chunk, any process and any policy, and asking for one number never moves another.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Each = float | NDArray[Any]  # one number for all ids, or one for each

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_LARGEST_EXACT_MEAN = 500.0  # exp(-mean) underflows near 745; above this the normal limit is better than 0.1 %


@lru_cache(maxsize=4096)
def _keys(seed: int, purpose: str) -> tuple[np.uint64, np.uint64]:
    digest = blake2b(f"{seed}\x1f{purpose}".encode(), digest_size=16).digest()
    return np.uint64(int.from_bytes(digest[:8], "little")), np.uint64(int.from_bytes(digest[8:], "little"))


def words(seed: int, purpose: str, ids: ArrayLike) -> Words:
    """Hash each id to 64 uniform bits: SplitMix64 with a second key between its two multiplications.

    Examples
    --------
    >>> a = words(7, "coin", [3, 1, 2]); b = words(7, "coin", [1, 2, 3])
    >>> bool(a[1] == b[0]), bool(a[0] == words(7, "dice", [3])[0])
    (True, False)

    Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators".
    """
    first, second = _keys(int(seed), purpose)
    x: Words = np.atleast_1d(np.asarray(ids)).astype(np.uint64)
    x *= _GOLDEN
    x += first
    spare = x >> np.uint64(30)
    x ^= spare
    x *= _FIRST
    x += second
    np.right_shift(x, np.uint64(27), out=spare)
    x ^= spare
    x *= _SECOND
    np.right_shift(x, np.uint64(31), out=spare)
    x ^= spare
    return x


def uniforms(seed: int, purpose: str, ids: ArrayLike) -> Floats:
    """Draw one number from the open interval (0, 1) for each id.

    Examples
    --------
    >>> u = uniforms(7, "coin", range(10_000))
    >>> bool(0 < u.min() and u.max() < 1 and abs(u.mean() - 0.5) < 0.01)
    True
    """
    x = words(seed, purpose, ids)
    x >>= np.uint64(12)
    u = x.astype(np.float64)
    u += 0.5  # 52 bits and a half: neither 0 nor 1 can come out, so a logarithm and a quantile are finite
    u *= 2.0**-52
    return u


def flips(seed: int, purpose: str, ids: ArrayLike, chance: Each) -> Flags:
    """Flip one coin for each id; `chance` is one probability or one for each id.

    Examples
    --------
    >>> bool(flips(7, "coin", [1, 2, 3], 0.0).any()), bool(flips(7, "coin", [1, 2, 3], 1.0).all())
    (False, True)
    """
    return np.asarray(uniforms(seed, purpose, ids) < chance)


def normals(seed: int, purpose: str, ids: ArrayLike) -> Floats:
    """Draw one standard normal number for each id.

    Examples
    --------
    >>> z = normals(7, "height", range(10_000))
    >>> bool(abs(z.mean()) < 0.03 and abs(z.std() - 1) < 0.03)
    True
    """
    z: Floats = ndtri(uniforms(seed, purpose, ids))
    return z


def exponentials(seed: int, purpose: str, ids: ArrayLike, mean: Each = 1.0) -> Floats:
    """Draw one exponential number for each id; `mean` is one mean or one for each id.

    Examples
    --------
    >>> wait = exponentials(7, "wait", range(10_000), 3.0)
    >>> bool(abs(wait.mean() - 3.0) < 0.1)
    True
    """
    waits: Floats = -np.log(uniforms(seed, purpose, ids)) * mean
    return waits


def poissons(seed: int, purpose: str, ids: ArrayLike, mean: Each) -> Ints:
    """Draw one Poisson count for each id by inverting the distribution; `mean` is one mean or one for each id.

    Examples
    --------
    >>> counts = poissons(7, "calls", range(10_000), 4.0)
    >>> bool(abs(counts.mean() - 4.0) < 0.1 and abs(counts.var() - 4.0) < 0.3)
    True
    """
    u = uniforms(seed, purpose, ids)
    means = np.broadcast_to(np.asarray(mean, dtype=np.float64), u.shape)
    counts = np.zeros(u.shape, dtype=np.int64)
    large = means > _LARGEST_EXACT_MEAN
    counts[large] = np.maximum(0, np.rint(means[large] + np.sqrt(means[large]) * ndtri(u[large])))
    left = np.flatnonzero(~large)
    chance = np.exp(-means[left])
    total, aim, rate, k = chance.copy(), u[left], means[left], 0
    while left.size:
        # The total can stop short of 1 by rounding: past ten deviations the last count stands.
        going = (aim > total) & (k < rate + 10 * np.sqrt(rate) + 20)
        counts[left[~going]] = k
        left, aim, rate, chance, total = left[going], aim[going], rate[going], chance[going], total[going]
        k += 1
        chance = chance * (rate / k)
        total = total + chance
    return counts


def choices(seed: int, purpose: str, ids: ArrayLike, weights: ArrayLike) -> Ints:
    """Choose one index for each id, with chances in proportion to `weights`.

    Examples
    --------
    >>> np.bincount(choices(7, "colour", range(1000), [1, 0, 3])).tolist()[1]
    0
    """
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    picks = np.searchsorted(steps / steps[-1], uniforms(seed, purpose, ids), side="right")
    return np.minimum(picks, len(steps) - 1)


def integers(seed: int, purpose: str, ids: ArrayLike, below: Each) -> Ints:
    """Draw one integer from 0 to `below` - 1 for each id; `below` is one bound or one for each id.

    Examples
    --------
    >>> sorted(set(integers(7, "die", range(100), 6).tolist()))
    [0, 1, 2, 3, 4, 5]
    """
    return np.asarray(uniforms(seed, purpose, ids) * below).astype(np.int64)


def seed_of(seed: int, purpose: str) -> int:
    """Derive one new seed for a purpose, for a generator that wants an integer.

    Examples
    --------
    >>> seed_of(7, "fold") == seed_of(7, "fold"), seed_of(7, "fold") == seed_of(8, "fold")
    (True, False)
    """
    return int(_keys(int(seed), purpose)[0]) >> 1


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Open one stream of chance for a purpose, for draws in bulk of which nobody asks for one alone.

    It is some times as fast as numbers by id; within it the order of calls matters.

    Examples
    --------
    >>> one, other = stream(7, "rows").standard_normal(3), stream(7, "rows").standard_normal(3)
    >>> bool((one == other).all()), bool((one == stream(8, "rows").standard_normal(3)).any())
    (True, False)
    """
    return np.random.Generator(np.random.SFC64(seed_of(seed, purpose)))
