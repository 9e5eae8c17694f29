"""Is every public name there, documented, and of one calling convention?"""

import inspect

import pytest

import liveloop.estimate as estimate

ROLES = {"outcome", "treatment", "clusters", "covariates", "weights", "level"}


@pytest.mark.parametrize("name", estimate.__all__)
def test_every_name_is_there_and_says_what_it_does(name):
    thing = getattr(estimate, name)
    assert thing.__doc__
    assert thing.__doc__.strip().split("\n")[0].rstrip().endswith(".")


def test_what_takes_data_takes_roles_by_keyword():
    for name in estimate.__all__:
        thing = getattr(estimate, name)
        if not inspect.isfunction(thing):
            continue
        given = inspect.signature(thing).parameters
        if "data" in given:
            roles = [one for one in given.values() if one.name in ROLES]
            assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in roles), name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = estimate.nothing
