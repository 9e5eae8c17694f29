"""Where does the content that is no drill lie: loops, cases, prompts, the library, offers?"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from liveloop.base.settings import Settings


def shipped_content() -> Path:
    """Find the folder of content that ships with the package (beside `src` in a checkout).

    Examples
    --------
    >>> (shipped_content() / "skills.toml").is_file()
    True
    """
    package = Path(str(files("liveloop")))
    shipped = package / "_content"
    return shipped if shipped.is_dir() else package.parents[1] / "content"


def content_of(settings: Settings) -> tuple[Path, ...]:
    """List the folders of content that a person has: the one that ships first, then their own."""
    return (shipped_content(), *settings.content)
