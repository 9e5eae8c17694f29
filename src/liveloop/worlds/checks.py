"""Does a world keep its promises? The conformance suite that every world, and every change to one, must pass."""

from __future__ import annotations

from collections.abc import Iterable

from liveloop.worlds.changes import read_drift, read_experiments
from liveloop.worlds.dice import Drawable, read_dice
from liveloop.worlds.draw import Draw
from liveloop.worlds.measured import read_measures
from liveloop.worlds.reading import Reading
from liveloop.worlds.rhythm import read_rhythm
from liveloop.worlds.structure import read_structure
from liveloop.worlds.truth import unseal


def check_world(world: Drawable, draw: Draw, *, redraw: bool = True) -> tuple[Reading, ...]:
    """Read everything that can be read off a draw of a world, and say what does not hold.

    Parameters
    ----------
    world
        The world, which is drawn again (`redraw`) to see whether its dice belong to its entities.
    draw
        One draw of it, with its truth.
    redraw
        Without it only the draw itself is read: fast, for many seeds.

    Examples
    --------
    >>> from liveloop.worlds.world import World
    >>> world = World(accounts=20, days=28)
    >>> broken(check_world(world, world.draw(3)))
    ()
    """
    readings = list(read_structure(draw))
    if broken(readings):
        # Nothing can be measured on a draw whose references or clocks are broken.
        return tuple(readings)
    truth = unseal(draw)
    readings += read_measures(draw, truth)
    readings += read_rhythm(draw, truth)
    readings += read_drift(draw, truth)
    readings += read_experiments(draw, truth)
    if redraw:
        readings += read_dice(world, draw)
    return tuple(readings)


def broken(readings: Iterable[Reading]) -> tuple[str, ...]:
    """Name the readings that do not hold."""
    return tuple(reading.name for reading in readings if reading.holds is False)
