"""Is the environment read in one place, and refused where it means nothing?"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_args, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

import liveloop
from liveloop.base.errors import BadInput
from liveloop.base.settings import READERS, Settings, read_settings


def test_defaults():
    settings = read_settings({})
    assert settings == Settings(settings.home)
    assert settings.home.name == "liveloop" and settings.host == "127.0.0.1"
    assert settings.journal == settings.home / "journal.db"


def test_everything_given(tmp_path):
    environ = {
        "LIVELOOP_HOME": str(tmp_path / "home"),
        "LIVELOOP_HOST": "::1",
        "LIVELOOP_PORT": " 9000 ",
        "LIVELOOP_SANDBOX": "landlock",
        "LIVELOOP_DRILLS": f"{tmp_path}:{tmp_path}",
        "LIVELOOP_CONTENT": str(tmp_path),
        "LIVELOOP_HOSTS": "Box.local, other.local,",
        "LIVELOOP_ZONE": "Europe/Berlin",
        "LIVELOOP_EXAMINERS": "3",
        "LIVELOOP_MODEL_PROVIDER": "openai",
        "LIVELOOP_MODEL_URL": "http://localhost:11434/v1/",
        "LIVELOOP_MODEL_NAME": "some/model:7b",
        "LIVELOOP_MODEL_KEY": "sk-never-shown",
        "LIVELOOP_MODEL_PRICE_IN": "3",
        "LIVELOOP_MODEL_PRICE_OUT": "0.25",
        "OTHER": "x",
    }
    assert read_settings(environ) == Settings(
        home=tmp_path / "home",
        host="::1",
        port=9000,
        sandbox="landlock",
        drills=(tmp_path, tmp_path),
        content=(tmp_path,),
        hosts=("box.local", "other.local"),
        zone=ZoneInfo("Europe/Berlin"),
        examiners=3,
        model_provider="openai",
        model_url="http://localhost:11434/v1",
        model_name="some/model:7b",
        model_key=SecretStr("sk-never-shown"),
        model_price_in=3.0,
        model_price_out=0.25,
    )
    assert set(environ) - {"OTHER"} == set(READERS)


def test_every_reader_has_its_field():
    fields = get_type_hints(Settings)
    for name, reader in READERS.items():
        given, wanted = get_type_hints(reader)["return"], fields[name.removeprefix("LIVELOOP_").lower()]
        assert given == wanted or given in get_args(wanted)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVELOOP_PROT", "1"),
        ("LIVELOOP_PORT", "http"),
        ("LIVELOOP_PORT", "70000"),
        ("LIVELOOP_PORT", "-1"),
        ("LIVELOOP_PORT", "٣"),
        ("LIVELOOP_PORT", "9" * 5000),
        ("LIVELOOP_EXAMINERS", "0"),
        ("LIVELOOP_SANDBOX", "docker"),
        ("LIVELOOP_MODEL_PROVIDER", "Anthropic"),
        ("LIVELOOP_MODEL_URL", "http://models.example"),
        ("LIVELOOP_MODEL_URL", "http://127.0.0.1.example"),
        ("LIVELOOP_MODEL_URL", "ftp://127.0.0.1"),
        ("LIVELOOP_MODEL_URL", "https://models.example:port"),
        ("LIVELOOP_MODEL_URL", "https://[::1"),
        ("LIVELOOP_MODEL_URL", "https://"),
        ("LIVELOOP_MODEL_NAME", "a b"),
        ("LIVELOOP_MODEL_PRICE_IN", "-1"),
        ("LIVELOOP_MODEL_PRICE_OUT", "nan"),
        ("LIVELOOP_MODEL_PRICE_OUT", "1e3"),
        ("LIVELOOP_MODEL_PRICE_OUT", "."),
        ("LIVELOOP_ZONE", "Mars/Olympus"),
        ("LIVELOOP_ZONE", "../etc/passwd"),
        ("LIVELOOP_HOST", "http://localhost"),
        ("LIVELOOP_HOSTS", "a b"),
        ("LIVELOOP_HOSTS", "*"),
        ("LIVELOOP_HOME", "/dev/null"),
        ("LIVELOOP_HOME", "a\0b"),
        ("LIVELOOP_DRILLS", "/nowhere/at/all"),
        ("LIVELOOP_CONTENT", "/nowhere/at/all"),
    ],
)
def test_what_means_nothing_is_refused_by_name(name, value):
    with pytest.raises(BadInput, match=name) as refusal:
        read_settings({name: value})
    assert refusal.value.allowed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVELOOP_MODEL_KEY", "hush hush"),
        ("LIVELOOP_MODEL_KEY", "hush\r\nx-other: 1"),
        ("LIVELOOP_MODEL_KEY", "hush\u00e9"),
        ("LIVELOOP_MODEL_URL", "https://me:hush@models.example"),
        ("LIVELOOP_MODEL_URL", "https://models.example/?key=hush"),
        ("LIVELOOP_MODEL_URL", "https://models.example/#hush"),
        ("LIVELOOP_MODEL_URL", "http://me:hush@models.example"),
        ("LIVELOOP_MODEL_URL", "hush"),
    ],
)
def test_what_may_be_secret_is_refused_without_being_repeated(name, value):
    with pytest.raises(BadInput, match=name) as refusal:
        read_settings({name: value})
    assert "hush" not in str(refusal.value)


def test_a_key_is_not_shown_with_the_settings():
    settings = read_settings({"LIVELOOP_MODEL_KEY": "hush"})
    assert "hush" not in f"{settings} {settings!r} {dataclasses.asdict(settings)}"
    assert settings.model_key.get_secret_value() == "hush"


def test_best_is_no_level_in_particular():
    assert read_settings({"LIVELOOP_SANDBOX": "best"}).sandbox is None


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings(Path("x")).port = 1


def test_no_other_file_reads_the_environment():
    package = Path(liveloop.__file__).parent
    readers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"os\.environ|getenv|from os import environ", path.read_text(encoding="utf-8"))
    ]
    assert [path for path in readers if not path.startswith("exam/sandbox/")] == ["base/settings.py"]
