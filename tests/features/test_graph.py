"""Does a lineage show each line from end to end, past the boxes between?"""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from liveloop.base.errors import BadInput
from liveloop.features.graph import GAP, HIGH, LANE, Lane, drawn, edges_of, laid, nodes_of
from liveloop.features.lineage import FeatureSet
from liveloop.features.view import Source, View


def chain(length):
    """Sources that each derive from the one before; the last from the first too."""
    some = [Source("s0", ("user_id",))]
    some += [Source(f"s{at}", ("user_id",), derived_from=(f"s{at - 1}",)) for at in range(1, length)]
    last = Source("last", ("user_id",), derived_from=(f"s{length - 1}", "s0"))
    views = tuple(View(f"v{at}", f"s{at}", "user_id", "count") for at in range(length))
    return FeatureSet((*views, View("all", "last", "user_id", "count")), (*some, last))


def test_a_circle_is_refused():
    with pytest.raises(BadInput, match="it is derived from itself"):
        nodes_of(FeatureSet((), (Source("a", (), derived_from=("b",)), Source("b", (), derived_from=("a",)))))


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_line_from_afar_has_a_lane_in_each_column_that_it_passes(length):
    features = chain(length)
    made = laid(features)
    assert [(line[0], line[-1]) for line in made.lines] == edges_of(features)
    (far,) = (line for line in made.lines if (line[0], line[-1]) == ("s0", "last"))
    assert far[1:-1] == tuple(Lane("s0", at) for at in range(1, length))
    columns = {}
    for one, (x, y) in made.places.items():
        columns.setdefault(x, []).append((y, y + (LANE if isinstance(one, Lane) else HIGH)))
    for stands in columns.values():
        stands.sort()
        assert all(end + GAP <= start for (_, end), (start, _) in pairwise(stands))
        assert stands[-1][1] <= made.height
    assert ElementTree.fromstring(drawn(features)).attrib["role"] == "img"


def test_a_name_of_any_letters_is_drawn():
    odd = View("a\x0bb\x00 & <c>", "messages", "user_id", "count")
    drawn_odd = drawn(FeatureSet((odd,), (Source("messages", ("user_id",)),)))
    assert "a\ufffdb\ufffd &amp; &lt;c&gt;" in drawn_odd
    ElementTree.fromstring(drawn_odd)
