"""How is a world described, and how is it drawn?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Self

from liveloop.base.errors import BadInput
from liveloop.worlds.bounds import fill, flat_names, refuse_unknown
from liveloop.worlds.draw import Draw, compose
from liveloop.worlds.drift import Drift
from liveloop.worlds.setup import Setup
from liveloop.worlds.treatment import Experiment

_LISTS: dict[str, type] = {"drift": Drift, "experiments": Experiment}
_PILOT = 500  # accounts


@dataclass(frozen=True)
class World(Setup):
    """A simulated assistant product with settings; it holds no chance of its own.

    Examples
    --------
    >>> draw = World(accounts=3, days=14).draw(7)
    >>> sorted(draw.tables)[:3]
    ['accounts', 'assignments', 'decisions']
    >>> World.from_settings({"accounts": 3, "harm.base_rate": 0.1}).harm.base_rate
    0.1
    >>> World(acounts=3)
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: world: unknown setting 'acounts'. Allowed: accounts, days, drift, experiments, harm, model, people, reaction, review, starts_at, support, traffic.
    """  # noqa: E501

    def __new__(cls, *args: object, **settings: object) -> Self:
        """Refuse a setting that does not exist, in words."""
        del args
        refuse_unknown(settings, [item.name for item in fields(Setup)])
        return super().__new__(cls)

    def draw(self, seed: int, *, chunk_accounts: int | None = None) -> Draw:
        """Draw one realisation into memory; the rows do not depend on `chunk_accounts`."""
        return compose(self, seed, chunk_accounts)

    def but(self, **settings: object) -> Self:
        """Give the same world with some settings changed; names as in `from_settings`, with __ for the dot.

        Examples
        --------
        >>> World().but(model__threshold=0.5).model.threshold
        0.5
        """
        return self.changed({name.replace("__", "."): value for name, value in settings.items()})

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Build a world from plain settings, as a TOML file or a command line has them.

        Names are those of the fields, dotted ("harm.base_rate") or nested ({"harm": {"base_rate": 0.1}}), or only the
        last part where it is unique ("base_rate"). "messages" stands for as many accounts as give about that many.

        Raises
        ------
        BadInput
            For an unknown name or a value out of range, naming what is allowed.
        """
        plain = dict(settings)
        target = plain.pop("messages", None)
        world = cls().changed(plain)
        if target is None:
            return world
        if "accounts" in plain:
            raise BadInput("both accounts and messages are set", where="world", allowed="one of the two")
        if not isinstance(target, int) or isinstance(target, bool) or target < 1:
            raise BadInput(f"messages = {target!r}", where="world", allowed="a whole number from 1")
        return world.changed({"accounts": max(1, round(target / world._messages_of_an_account()))})

    def _messages_of_an_account(self) -> float:
        # How many sittings warnings prevent has no closed form: a pilot without text counts them.
        pilot = self.changed({"accounts": _PILOT, "traffic.text": "off", "traffic.corpus": None})
        return int(max(pilot.draw(0).tables["messages"].num_rows, 1)) / _PILOT

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """Give the same world with some settings changed; names as in `from_settings`."""
        top: dict[str, Any] = {}
        groups: dict[str, dict[str, Any]] = {}
        for name, value in settings.items():
            full = _full_name(name)
            group, _, leaf = full.partition(".")
            current = getattr(self, group)
            if leaf:
                groups.setdefault(group, {})[leaf] = value
            elif is_dataclass(current) and isinstance(value, Mapping):
                groups.setdefault(group, {}).update(value)
            else:
                top[group] = _listed(group, value) if group in _LISTS else value
        values = {item.name: getattr(self, item.name) for item in fields(Setup)}
        for group, changes in groups.items():
            old = {item.name: getattr(values[group], item.name) for item in fields(values[group])}
            refuse_unknown(changes, old, f"world.{group}")
            values[group] = fill(type(values[group]), old | changes, f"world.{group}")
        return type(self)(**(values | _plain_top(top)))


def _plain_top(top: Mapping[str, Any]) -> dict[str, Any]:
    filled = fill(Setup, top, "world") if top else None
    return {name: getattr(filled, name) for name in top}


def _full_name(name: str) -> str:
    known = flat_names(Setup)
    groups = {full.partition(".")[0] for full in known}
    if name in known or name in groups:
        return name
    short = [full for full in known if full.rpartition(".")[2] == name]
    if len(short) == 1:
        return short[0]
    refuse_unknown([name], [*known, "messages"])
    return name


def _listed(group: str, value: object) -> tuple[Any, ...]:
    kind = _LISTS[group]
    if not isinstance(value, list | tuple):
        raise BadInput(
            f"{group} = {value!r} is no list", where="world", allowed=f"a list of {kind.__name__.lower()} tables"
        )
    return tuple(entry if isinstance(entry, kind) else _entry(kind, entry, f"world.{group}") for entry in value)


def _entry(kind: type, entry: object, where: str) -> object:
    needed = {"drift": ("kind", "onset_day"), "experiment": ("name",)}[kind.__name__.lower()]
    if not isinstance(entry, Mapping):
        raise BadInput(f"{entry!r} is no table", where=where, allowed=f"a table with {', '.join(needed)}")
    refuse_unknown(entry, [item.name for item in fields(kind)], where)
    missing = [name for name in needed if name not in entry]
    if missing:
        raise BadInput(f"{missing[0]!r} is missing", where=where, allowed=f"a table with {', '.join(needed)}")
    return fill(kind, entry, where)
