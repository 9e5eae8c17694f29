"""Is the model examiner off unless it is set up, and refused when it is set up by half?"""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from liveloop.base.errors import BadInput
from liveloop.base.settings import read_settings
from liveloop.exam.model import Access, read_access

WHOLE = {
    "LIVELOOP_MODEL_PROVIDER": "anthropic",
    "LIVELOOP_MODEL_NAME": "a-model",
    "LIVELOOP_MODEL_KEY": "hush",
}


def access(environ):
    return read_access(read_settings(environ))


def test_it_is_off_by_default():
    assert access({}) is None
    assert access({"LIVELOOP_EXAMINERS": "3", "LIVELOOP_PORT": "9000"}) is None


def test_set_up_in_full():
    assert access(WHOLE) == Access("anthropic", "https://api.anthropic.com", "a-model", SecretStr("hush"))
    assert "hush" not in repr(access(WHOLE))
    given = access(WHOLE | {"LIVELOOP_MODEL_PROVIDER": "openai", "LIVELOOP_MODEL_PRICE_IN": "0"})
    assert given == Access("openai", "https://api.openai.com/v1", "a-model", SecretStr("hush"), 0.0)
    assert not given.here


@pytest.mark.parametrize("missing", WHOLE)
def test_set_up_by_half_is_refused_by_name(missing):
    with pytest.raises(BadInput, match=missing) as refusal:
        access({name: value for name, value in WHOLE.items() if name != missing})
    assert "hush" not in str(refusal.value) and refusal.value.allowed


@pytest.mark.parametrize("url", ["http://localhost:11434/v1", "http://127.0.0.2/v1", "https://[::1]:8443"])
def test_on_this_machine_no_key_is_needed(url):
    given = access({"LIVELOOP_MODEL_PROVIDER": "openai", "LIVELOOP_MODEL_NAME": "m", "LIVELOOP_MODEL_URL": url})
    assert given == Access("openai", url, "m") and given.here


def test_one_setting_alone_does_not_pass_for_off():
    with pytest.raises(BadInput, match="LIVELOOP_MODEL_PROVIDER"):
        access({"LIVELOOP_MODEL_PRICE_OUT": "15"})
