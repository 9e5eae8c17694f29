"""Do the dice belong to their ids, and are they fair?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liveloop.base import seeds

IDS = np.arange(200_000)


@given(st.integers(0, 2**31), st.lists(st.integers(0, 2**40), min_size=1, max_size=50))
def test_a_number_depends_on_its_id_alone(seed, ids):
    whole = seeds.uniforms(seed, "p", ids)
    alone = [seeds.uniforms(seed, "p", [one])[0] for one in ids]
    backwards = seeds.uniforms(seed, "p", ids[::-1])[::-1]
    assert whole.tolist() == alone == backwards.tolist()


@pytest.mark.parametrize("draw", [seeds.normals, seeds.exponentials])
def test_derived_numbers_do_not_depend_on_the_length_of_the_array(draw):
    whole = draw(3, "p", np.arange(1000))
    parts = np.concatenate([draw(3, "p", part) for part in np.array_split(np.arange(1000), [1, 4, 11, 500])])
    assert np.array_equal(whole, parts)


def test_uniforms_are_uniform_and_never_touch_the_ends():
    u = seeds.uniforms(1, "p", IDS)
    assert u.min() > 0 and u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > 1e-4


def test_the_largest_word_stays_below_one(monkeypatch):
    monkeypatch.setattr(seeds, "words", lambda *_: np.array([2**64 - 1, 0], dtype=np.uint64))
    high, low = seeds.uniforms(1, "p", [0, 1])
    assert low > 0 and high < 1


def test_neighbours_purposes_and_seeds_are_uncorrelated():
    u = seeds.uniforms(1, "p", IDS)
    bound = 4 / np.sqrt(len(IDS))
    for other in (np.roll(u, 1), seeds.uniforms(1, "q", IDS), seeds.uniforms(2, "p", IDS)):
        assert abs(np.corrcoef(u, other)[0, 1]) < bound


def test_every_bit_of_a_word_is_fair():
    words = seeds.words(5, "p", IDS)
    shares = [float(((words >> np.uint64(bit)) & np.uint64(1)).mean()) for bit in range(64)]
    assert max(abs(share - 0.5) for share in shares) < 4.5 * 0.5 / np.sqrt(len(IDS))


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 60.0, 499.0, 800.0])
def test_poissons_have_their_mean_and_variance(mean):
    counts = seeds.poissons(1, "p", IDS[:50_000], mean)
    error = np.sqrt(mean / 50_000)
    assert abs(counts.mean() - mean) <= 4 * error
    assert abs(counts.var() - mean) <= 6 * mean * np.sqrt(2 / 50_000) + 6 * error


def test_poissons_invert_the_distribution_exactly():
    u = seeds.uniforms(1, "p", IDS[:5000])
    assert np.array_equal(seeds.poissons(1, "p", IDS[:5000], 7.5), stats.poisson.ppf(u, 7.5).astype(int))


def test_poissons_take_a_mean_for_each_id():
    counts = seeds.poissons(1, "p", IDS[:3], np.array([0.0, 1000.0, 0.0]))
    assert counts[0] == counts[2] == 0 < counts[1]


def test_choices_keep_to_their_weights():
    shares = np.bincount(seeds.choices(1, "p", IDS, [1, 0, 3]), minlength=3) / len(IDS)
    assert shares[1] == 0
    assert shares[2] == pytest.approx(0.75, abs=0.005)


def test_integers_and_exponentials_reach_their_range():
    assert set(seeds.integers(1, "p", IDS[:1000], 6).tolist()) == set(range(6))
    assert stats.kstest(seeds.exponentials(1, "p", IDS, 2.0), "expon", args=(0, 2.0)).pvalue > 1e-4


def test_seed_of_is_a_stable_positive_integer():
    assert seeds.seed_of(1, "p") == seeds.seed_of(1, "p") != seeds.seed_of(1, "q")
    assert 0 <= seeds.seed_of(1, "p") < 2**63
