"""Which words of a phrase carry its meaning, and when are two words the same?"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

TOGETHER = re.compile(r"(?<=\b\w)/(?=\w\b)")  # A/B is one word, with/without are two
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
LIGHT = """
    a about all also am an and any anybody anyone anything are as at be been but by can could did do does else ever for
    from get give gives had has have he her here him his how i if in into is it its just know let like look may me might
    mine more much must my of off on one or our ours out over please s shall she should so some tell than that the their
    them then there these they this those to too up us was we were what when where which while who whom whose why will
    with would you your yours
    """
STOP = frozenset(LIGHT.split())
ENDINGS = ("ations", "ation", "ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y")
SHORTEST_STEM = 3
LONG_ENOUGH = 5  # letters: shorter words must be right
ALIKE, SLIPPED = 0.84, 2  # one letter wrong in a word of six or more is a slip; so many may be missing


def content_words(text: str) -> tuple[str, ...]:
    """Take the stems of the words that carry meaning, each once, in order.

    Examples
    --------
    >>> content_words("How is a *dismissed* warning defined?")
    ('dismiss', 'warn', 'defin')
    """
    return tuple(dict.fromkeys(stem(word) for word in all_words(text) if word not in STOP))


def all_words(text: str) -> tuple[str, ...]:
    """Take every word in small letters, as it stands.

    Examples
    --------
    >>> all_words("A/B test, by when?")
    ('ab', 'test', 'by', 'when')
    """
    return tuple(WORD.findall(TOGETHER.sub("", text.casefold().replace("’", "'"))))


def stem(word: str) -> str:
    """Cut an ending, so that the forms of a word meet; crude on purpose, it only has to be the same for both.

    Examples
    --------
    >>> [stem(word) for word in ("repeats", "repeated", "policies", "policy", "dismissal")]
    ['repeat', 'repeat', 'polic', 'polic', 'dismissal']
    """
    word = word.partition("'")[0]
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def alike(one: str, other: str) -> bool:
    """Say whether two stems are the same word, a slip of the hand or a longer ending apart.

    Examples
    --------
    >>> alike("dismissal", "dismiss"), alike("experimnt", "experiment"), alike("rate", "date")
    (True, True, False)
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < LONG_ENOUGH or short[0] != long[0]:
        return False
    if long.startswith(short) or len(long) - len(short) > SLIPPED:
        return long.startswith(short)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
