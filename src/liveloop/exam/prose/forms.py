"""Which spellings and forms of a word are one word?"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KNOWN_FORMS = 50_000  # remembered words; a hostile text brings as many as it likes
_ISE = re.compile(r"is(e|ed|es|ing|ation|ations|er|ers)$")
_YSE = re.compile(r"ys(e|ed|es|ing|er|ers)$")
_OUR = re.compile(r"^(behavi|fav|col|lab|neighb|hon|rum|harb|endeav|rig|hum)our")
_VOWEL = re.compile(r"[aeiouy]")
_SHORT_WITH_E = re.compile(r"[^aeiouy][aeiouy][^aeiouwxy]")  # rat(ed), not(ed): the e belongs to the word
_HISSING_ENDS = ("xes", "ches", "shes", "sses", "zzes")
_KEPT_ENDS = ("ss", "us", "is", "ias", "aas", "eas")

# Forms that no rule finds, by the word that they belong to.
_IRREGULAR = {
    "analysis": "analyses",
    "begin": "began begun",
    "bias": "biases biased biasing",
    "break": "broke broken",
    "build": "built",
    "buy": "bought",
    "catch": "caught",
    "center": "centre centred centring",
    "choose": "chose chosen",
    "come": "came",
    "criterion": "criteria",
    "defense": "defence",
    "die": "dying died dies",
    "do": "done doing does",
    "draw": "drew drawn",
    "fall": "fell fallen",
    "find": "found",
    "get": "got gotten getting gets",
    "give": "gave given",
    "go": "went gone going goes",
    "grow": "grew grown",
    "hide": "hid hidden",
    "hold": "held",
    "hypothesis": "hypotheses",
    "index": "indices",
    "judgment": "judgement",
    "keep": "kept",
    "know": "knew known",
    "learn": "learnt",
    "leave": "left",
    "lie": "lying lies lied",
    "lose": "lost losing",
    "make": "made",
    "mean": "meant",
    "pay": "paid",
    "program": "programme",
    "rise": "rose risen",
    "run": "ran running",
    "see": "saw seen seeing",
    "sell": "sold",
    "send": "sent",
    "shrink": "shrank shrunk",
    "skeptical": "sceptical",
    "speak": "spoke spoken",
    "spend": "spent",
    "stand": "stood",
    "take": "took taken",
    "teach": "taught",
    "tell": "told",
    "think": "thought",
    "throw": "threw thrown",
    "tie": "tying",
    "understand": "understood",
    "use": "used uses using",
    "wear": "wore worn",
    "while": "whilst",
    "among": "amongst",
    "write": "wrote written",
}
_FORM_OF = {form: word for word, forms in _IRREGULAR.items() for form in forms.split()}


@lru_cache(maxsize=KNOWN_FORMS)
def plain(word: str) -> str:
    """Write a word in small letters, without accents, as an American would spell it.

    Examples
    --------
    >>> [plain(word) for word in ("Naïve", "randomisation", "labelled", "behaviour")]
    ['naive', 'randomization', 'labelled', 'behavior']
    """
    small = word.lower()
    if not small.isascii():
        small = "".join(letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter))
    if small in _FORM_OF:
        small = _FORM_OF[small]
    return _OUR.sub(r"\1or", _YSE.sub(r"yz\1", _ISE.sub(r"iz\1", small)))


@lru_cache(maxsize=KNOWN_FORMS)
def stem(word: str) -> str:
    """Cut what inflection adds to a plain word; two forms of one word end alike, whatever they end in.

    Examples
    --------
    >>> {stem(word) for word in ("label", "labels", "labelled", "labeling")}
    {'label'}
    >>> stem("rates") == stem("rating"), stem("clusters") == stem("clustering"), stem("note"), stem("bias")
    (True, True, 'note', 'bias')
    """
    if len(word) <= 3:
        return word
    cut = _without_past(_without_plural(word))
    if len(cut) > 4 and cut.endswith("e"):
        cut = cut[:-1]
    if len(cut) > 3 and cut.endswith("y"):
        cut = f"{cut[:-1]}i"
    return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "aeiou" else cut


def _without_plural(word: str) -> str:
    """Cut a plural's ending."""
    if not word.endswith("s") or word.endswith(_KEPT_ENDS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(_HISSING_ENDS) else word[:-1]


def _without_past(word: str) -> str:
    """Cut -ed or -ing where a word is left."""
    if word.endswith("ied") and len(word) > 4:
        return f"{word[:-3]}y"
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest) and not word.endswith("eed"):
            return f"{rest}e" if _SHORT_WITH_E.fullmatch(rest) else rest
    return word
