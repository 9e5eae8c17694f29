"""Where are things kept, and on which door does the app listen? The environment is read here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import SecretStr

from liveloop.base.address import read_address
from liveloop.base.errors import BadInput

Level = Literal["bwrap", "landlock", "process"]
Provider = Literal["anthropic", "openai"]
PREFIX = "LIVELOOP_"


@dataclass(frozen=True)
class Settings:
    """Hold what the environment decides; every field has a default but the home folder.

    `sandbox` None means the best level that this machine has. `hosts` are names allowed in the Host header besides
    the loopback ones. `zone` is where the candidate's days begin; None means the machine's own.
    `examiners` examinations run at once; a claim on one lapses after `lease_seconds` without a sign of life.
    The `model_` fields say which language model may mark a written text; with none of them no model is asked. The
    prices are dollars for a million tokens; a price not given is unknown, not nought.

    Examples
    --------
    >>> Settings(Path("/tmp/home")).journal.name
    'journal.db'
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8765
    sandbox: Level | None = None
    drills: tuple[Path, ...] = ()
    content: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    examiners: int = 2
    model_provider: Provider | None = None
    model_url: str | None = None
    model_name: str | None = None
    model_key: SecretStr | None = None
    model_price_in: float | None = None
    model_price_out: float | None = None
    lease_seconds: float = 20.0
    longest_body_bytes: int = 2_000_000

    @property
    def journal(self) -> Path:
        """Say where the journal lies."""
        return self.home / "journal.db"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment (or from a mapping given in its place).

    Raises
    ------
    BadInput
        For a value that means nothing and for an unknown LIVELOOP_ variable: a misspelt setting must not pass in
        silence.

    Examples
    --------
    >>> read_settings({"LIVELOOP_HOME": "/tmp/home", "LIVELOOP_PORT": "9000"}).port
    9000
    >>> read_settings({"LIVELOOP_PROT": "9000"})
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: LIVELOOP_PROT: unknown setting. Allowed: LIVELOOP_CONTENT, LIVELOOP_DRILLS, \
LIVELOOP_EXAMINERS, LIVELOOP_HOME, LIVELOOP_HOST, LIVELOOP_HOSTS, LIVELOOP_MODEL_KEY, LIVELOOP_MODEL_NAME, \
LIVELOOP_MODEL_PRICE_IN, LIVELOOP_MODEL_PRICE_OUT, LIVELOOP_MODEL_PROVIDER, LIVELOOP_MODEL_URL, LIVELOOP_PORT, \
LIVELOOP_SANDBOX, LIVELOOP_ZONE.
    """
    source = os.environ if environ is None else environ
    given = {name: value.strip() for name, value in source.items() if name.startswith(PREFIX) and value.strip()}
    fields: dict[str, object] = {"home": user_data_path("liveloop", appauthor=False)}
    for name, value in sorted(given.items()):
        reader = READERS.get(name)
        if reader is None:
            raise BadInput("unknown setting", where=name, allowed=", ".join(sorted(READERS)))
        fields[name.removeprefix(PREFIX).lower()] = reader(name, value)
    return Settings(**fields)  # type: ignore[arg-type]  # each reader gives its field's type; a test holds them together


def read_folder(name: str, value: str) -> Path:
    """Read a folder's absolute path; it need not be there yet."""
    if "\0" in value:
        raise BadInput("holds a NUL character", where=name, allowed="a folder")
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise BadInput(f"{path} is not a folder", where=name, allowed="a folder, or a path where one can be made")
    return path


def read_folders(name: str, value: str) -> tuple[Path, ...]:
    """Read a list of folders that are there, separated as the machine's search path is."""
    folders = tuple(read_folder(name, part) for part in value.split(os.pathsep) if part)
    for folder in folders:
        if not folder.is_dir():
            raise BadInput(f"there is no folder {folder}", where=name, allowed="folders that are there")
    return folders


def read_names(name: str, value: str) -> tuple[str, ...]:
    """Read host names, separated by commas."""
    names = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    for part in names:
        if any(char in part for char in "/ *@"):
            raise BadInput(
                f"{part!r} is no host name", where=name, allowed="names such as box.local, separated by commas"
            )
    return names


def read_host(name: str, value: str) -> str:
    """Read the one name or address to listen on."""
    if any(char in value for char in "/ ,@\0"):
        raise BadInput(f"{value!r} is no address", where=name, allowed="an address such as 127.0.0.1")
    return value


def read_port(name: str, value: str) -> int:
    """Read a port."""
    return read_whole(name, value, 0, 65535)


def read_examiners(name: str, value: str) -> int:
    """Read how many examinations may run at once."""
    return read_whole(name, value, 1, 64)


def read_whole(name: str, value: str, low: int, high: int) -> int:
    """Read a whole number within its range."""
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and low <= int(value) <= high):
        raise BadInput(f"{value!r} is no number of that range", where=name, allowed=f"{low} to {high}")
    return int(value)


def read_level(name: str, value: str) -> Level | None:
    """Read the lowest sandbox level that is acceptable; `best` stands for none in particular."""
    levels: dict[str, Level | None] = {level: level for level in get_args(Level)} | {"best": None}
    if value not in levels:
        raise BadInput(f"{value!r} is no sandbox level", where=name, allowed=", ".join(levels))
    return levels[value]


def read_zone(name: str, value: str) -> ZoneInfo:
    """Read a time zone by its IANA name."""
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise BadInput(f"{value!r} is no time zone", where=name, allowed="an IANA name such as Europe/Berlin") from None


def read_provider(name: str, value: str) -> Provider:
    """Read which protocol the model's service speaks."""
    providers: dict[str, Provider] = {provider: provider for provider in get_args(Provider)}
    if value not in providers:
        raise BadInput(f"{value!r} is no provider", where=name, allowed=", ".join(providers))
    return providers[value]


def read_model(name: str, value: str) -> str:
    """Read a model's name as its service writes it."""
    if len(value) > 200 or not value.isprintable() or " " in value:
        raise BadInput("it is no name of a model", where=name, allowed="a name without spaces, as its service lists it")
    return value


def read_key(name: str, value: str) -> SecretStr:
    """Read a key; it is never repeated, whatever is wrong with it."""
    if len(value) > 1000 or any(not "!" <= char <= "~" for char in value):
        raise BadInput("it holds what no key holds", where=name, allowed="the key alone: ASCII without spaces")
    return SecretStr(value)


def read_price(name: str, value: str) -> float:
    """Read a price in dollars for a million tokens."""
    whole, _, part = value.partition(".")
    if not (value.isascii() and f"{whole}{part}".isdigit() and len(value) <= 12 and float(value) <= 10_000):
        raise BadInput(f"{value!r} is no price", where=name, allowed="dollars for a million tokens, 0 to 10000")
    return float(value)


READERS: dict[str, Callable[[str, str], object]] = {
    "LIVELOOP_HOME": read_folder,
    "LIVELOOP_HOST": read_host,
    "LIVELOOP_PORT": read_port,
    "LIVELOOP_SANDBOX": read_level,
    "LIVELOOP_DRILLS": read_folders,
    "LIVELOOP_CONTENT": read_folders,
    "LIVELOOP_HOSTS": read_names,
    "LIVELOOP_ZONE": read_zone,
    "LIVELOOP_EXAMINERS": read_examiners,
    "LIVELOOP_MODEL_PROVIDER": read_provider,
    "LIVELOOP_MODEL_URL": read_address,
    "LIVELOOP_MODEL_NAME": read_model,
    "LIVELOOP_MODEL_KEY": read_key,
    "LIVELOOP_MODEL_PRICE_IN": read_price,
    "LIVELOOP_MODEL_PRICE_OUT": read_price,
}
