"""Which language model may be asked, with which key, at what price, and within which bounds?"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from liveloop.base.address import stays_here
from liveloop.base.errors import BadInput
from liveloop.base.settings import PREFIX, Provider, Settings

DEFAULT_URLS: dict[Provider, str] = {
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com/v1",
}
FIELDS = ("provider", "url", "name", "key", "price_in", "price_out")


@dataclass(frozen=True)
class Access:
    """Hold what it takes to ask one model. Prices are dollars for a million tokens, None when unknown.

    `url` is the address that the service's own client libraries call the base URL. The key does not show in a repr.
    """

    provider: Provider
    url: str
    model: str
    key: SecretStr | None = None
    price_in: float | None = None
    price_out: float | None = None

    @property
    def here(self) -> bool:
        """Say whether the model runs on this machine, so that nothing leaves it."""
        return stays_here(self.url)


@dataclass(frozen=True)
class Bounds:
    """Bound what one examination may take. `output_tokens` None leaves it to the number of criteria.

    `total_seconds` holds for everything together: connecting, waiting, the second try, a body that only drips.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 150.0  # a model that is not streamed says nothing until it is done
    total_seconds: float = 240.0
    longest_wait_seconds: float = 30.0
    most_bytes: int = 1_000_000
    output_tokens: int | None = None


def read_access(settings: Settings) -> Access | None:
    """Read who may be asked from the settings; None when the model examiner is off, as it is unless set up.

    Raises
    ------
    BadInput
        When it is set up in part: a provider without a model, no key for a service that is not on this machine.

    Examples
    --------
    >>> from pathlib import Path
    >>> print(read_access(Settings(Path("home"))))
    None
    >>> read_access(Settings(Path("home"), model_provider="openai", model_name="m"))
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: LIVELOOP_MODEL_KEY: not set, and api.openai.com wants one. Allowed: the key of the \
service, or a LIVELOOP_MODEL_URL on this machine.
    """
    given = {name: getattr(settings, f"model_{name}") for name in FIELDS}
    if all(value is None for value in given.values()):
        return None
    provider, model = settings.model_provider, settings.model_name
    if provider is None:
        raise missing("PROVIDER", "anthropic, openai")
    if model is None:
        raise missing("NAME", "the name of a model, as its service lists it")
    url = settings.model_url or DEFAULT_URLS[provider]
    if settings.model_key is None and not stays_here(url):
        allowed = "the key of the service, or a LIVELOOP_MODEL_URL on this machine"
        raise missing("KEY", allowed, f", and {url.split('/')[2]} wants one")
    return Access(provider, url, model, settings.model_key, settings.model_price_in, settings.model_price_out)


def missing(name: str, allowed: str, why: str = "") -> BadInput:
    """Word that one of the model's settings is missing."""
    return BadInput(f"not set{why}", where=f"{PREFIX}MODEL_{name}", allowed=allowed)
