"""How does the house refuse bad input?"""

from __future__ import annotations


class BadInput(Exception):
    """Say what was wrong, where, and what is allowed.

    The command line prints the sentence and leaves with exit code 2; the web answers 4xx with the same words.

    Parameters
    ----------
    wrong
        What was wrong, as a sentence without its full stop.
    where
        The place: a file and its field, an argument, a header. Empty when there is only one place it could be.
    allowed
        What would have been accepted.

    Examples
    --------
    >>> print(BadInput("unknown field 'titel'", where="drill.toml", allowed="title, kind, skills"))
    drill.toml: unknown field 'titel'. Allowed: title, kind, skills.
    """

    def __init__(self, wrong: str, *, where: str = "", allowed: str = "") -> None:
        self.wrong, self.where, self.allowed = wrong, where, allowed
        sentence = f"{where}: {wrong}." if where else f"{wrong}."
        super().__init__(f"{sentence} Allowed: {allowed}." if allowed else sentence)


class TooLong(BadInput):
    """Say that something is longer than may be; the web answers 413."""


def first_line(error: BaseException) -> str:
    """Give the first line of what an error says; its name where it says nothing, or cannot say it."""
    try:
        said = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - somebody's own error, whose words may fail in any way
        said = ""
    return (said.strip().splitlines() or [type(error).__name__])[0].rstrip(".")
