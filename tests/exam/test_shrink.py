"""Is a broken trial made as small as it can be, and never so small that it no longer breaks?"""

from liveloop.base.tables import Column, Table
from liveloop.exam.shrink import shrink
from liveloop.probe import Contrast, Trial
from liveloop.sqldiff.database import Database, Schema

THINGS = Table("things", "things", ("id",), (Column("id", "INTEGER", "its number"), Column("n", "INTEGER", "a count")))
SCHEMA = Schema((THINGS,))


def database(*counts):
    return Database(SCHEMA, {"things": tuple(enumerate(counts))})


def counts(database):
    return sorted(n for _, n in database.rows["things"])


def tried_by(breaks):
    """Try contrasts with an attempt that breaks where `breaks` says so, and count the batches."""
    batches = []

    def try_all(contrasts):
        batches.append(len(contrasts))
        return [
            Trial(c, all(not breaks(calm) for calm in c.calm), not breaks(c.nasty), c.nasty.size) for c in contrasts
        ]

    return try_all, batches


def broken(nasty, *calm):
    return Trial(Contrast(nasty, calm, "it breaks"), calm_agrees=True, agrees=False, size=nasty.size)


def test_what_breaks_alone_is_left_alone():
    try_all, batches = tried_by(lambda database: 7 in counts(database))
    (small,) = shrink([broken(database(1, 2, 7, 3), database(1, 2, 6, 3))], try_all)
    assert counts(small.contrast.nasty) == [7]
    assert [counts(calm) for calm in small.contrast.calm] == [[6]]
    assert len(batches) == 1


def test_two_rows_of_forty_are_found_and_the_others_dropped():
    try_all, batches = tried_by(lambda database: {13, 31} <= set(counts(database)))
    (small,) = shrink([broken(database(*range(40)))], try_all)
    assert counts(small.contrast.nasty) == [13, 31]
    assert len(batches) <= 8


def test_a_part_on_which_a_calm_neighbour_breaks_too_is_no_part():
    """Without the 1 the attempt is wrong on the neighbour as well: that would be another cause."""
    try_all, _ = tried_by(lambda database: 7 in counts(database) or 1 not in counts(database))
    (small,) = shrink([broken(database(1, 7, 3), database(1, 6, 3))], try_all)
    assert counts(small.contrast.nasty) == [1, 7]


def test_several_trials_shrink_in_the_same_batches():
    try_all, batches = tried_by(lambda database: 7 in counts(database))
    small = shrink([broken(database(1, 7)), broken(database(7, 2, 3))], try_all)
    assert [counts(trial.contrast.nasty) for trial in small] == [[7], [7]]
    assert len(batches) == 1


def test_what_never_breaks_again_stays_as_it_was():
    try_all, _ = tried_by(lambda _: False)
    trial = broken(database(1, 2, 3))
    assert shrink([trial], try_all) == [trial]


def test_the_rows_that_a_contrast_speaks_of_stay():
    """It breaks on the 7 alone, but what is said is that there are two of them."""
    try_all, _ = tried_by(lambda database: 7 in counts(database))
    contrast = Contrast(database(1, 7, 3, 7), (), "there are two rows of 7", held=(("things", (1,)), ("things", (3,))))
    (small,) = shrink([Trial(contrast, calm_agrees=True, agrees=False, size=4)], try_all)
    assert counts(small.contrast.nasty) == [7, 7]
