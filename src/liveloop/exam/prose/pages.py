"""Where do the words, sentences and clauses of a text begin and end?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liveloop.exam.prose.forms import plain

LONGEST_SENTENCE = 120  # words; what is longer has no punctuation and is cut, so that no search is wider
SHORT_LINE = 60  # letters; a shorter line whose successor begins with a capital was ended by the writer

_TOKEN = re.compile(
    r"""(?P<ab>(?<![^\W_])[Aa]\s?/\s?[AaBb](?![^\W_]))
    | (?P<number>(?<![^\W_])[£$€]?\d+(?:[.,]\d+)*(?:\s?%|(?:pp|ppt|pts|ms|min|bn|[kKmMxhs])(?![^\W_]))?(?![^\W\d_]))
    | (?P<word>[^\W_]+(?:['’ʼ][^\W\d_]+)*)
    | (?P<line>\n)
    | (?P<mark>[.!?;:,()\[\]—–…"“”&+>→*•-])""",
    re.VERBOSE,
)
_BULLET = re.compile(r"\s*(?:[-*•–+]\s|\d{1,2}[.)]\s|\#)")
_SHORT = ("eg", "ie", "vs", "etc", "approx", "cf", "dr", "mr", "mrs", "ms", "prof", "fig", "al", "resp", "incl", "ca")
_STRONG = {";": ";", ":": ":", "(": "(", "[": "(", ")": ")", "]": ")", "—": "-", "–": "-", "→": "-", "…": "-"}
_ENDS = frozenset(".!?")
_ACRONYMS = {"DiD": "diffindiff", "DID": "diffindiff", "LATE": "complierlate", "IV": "instrumentiv"}
_NOT = {"can't": "can", "won't": "will", "shan't": "shall", "ain't": "is"}
_UNMARKED = re.compile(r"(do|does|did|is|are|was|were|would|could|should|ca|wo|have|has|had)nt")
_SHORTENED = {"d": "would", "ll": "will", "m": "am", "re": "are", "ve": "have"}
_IS = ("it", "that", "there", "what", "he", "she", "who", "here", "where", "how", "let", "this", "which")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words `first` to `last` (excluded): does it ask, does it head what follows, is it a bullet?"""

    first: int
    last: int
    asks: bool = False
    heads: bool = False
    bullet: bool = False


@dataclass(frozen=True)
class Page:
    """A text laid out in words.

    Word `i` is `words[i]` in its plain form and stands at `starts[i]:ends[i]` of the text; `gaps[i]` is the strongest
    mark before it (empty, a comma, `-` for a dash, a colon, a semicolon or a parenthesis); `within[i]` is the number
    of its sentence.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    within: list[int]
    sentences: list[Sentence]


def lay_out(text: str) -> Page:
    """Split a text into words and sentences; offsets are those of the text as given.

    Examples
    --------
    >>> page = lay_out("I wouldn't use it, e.g. here. Would you?")
    >>> page.words
    ['i', 'would', 'not', 'use', 'it', 'e', 'g', 'here', 'would', 'you']
    >>> [(one.first, one.last, one.asks) for one in page.sentences]
    [(0, 8, False), (8, 10, True)]
    """
    return _Layout(text).page()


class _Layout:
    """The state of one walk over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.gaps: list[str] = []
        self.within: list[int] = []
        self.sentences: list[Sentence] = []
        self.first = 0
        self.gap = ""
        self.line_start = 0
        self.bullet = bool(_BULLET.match(text))

    def page(self) -> Page:
        """Walk over the text once."""
        for found in _TOKEN.finditer(self.text):
            kind = found.lastgroup
            if kind == "mark":
                self.mark(found.group(), found.start())
            elif kind == "line":
                self.line(found.start())
            else:
                self.word(found.group(), found.start(), found.end(), str(kind))
        self.close()
        return Page(self.words, self.starts, self.ends, self.gaps, self.within, self.sentences)

    def word(self, raw: str, start: int, end: int, kind: str) -> None:
        """Add a word, or the two that a short form stands for."""
        if len(self.words) - self.first >= LONGEST_SENTENCE:
            self.close()
        if kind == "ab":
            pieces = [("a/a" if raw[-1] in "aA" else "a/b", start, end)]
        elif kind == "number":
            pieces = [(raw.replace(" ", ""), start, end)]
        else:
            pieces = list(_pieces(raw, start, end))
        for word, begins, ends in pieces:
            self.words.append(word)
            self.starts.append(begins)
            self.ends.append(ends)
            self.gaps.append(self.gap)
            self.within.append(len(self.sentences))
            self.gap = ""

    def mark(self, mark: str, at: int) -> None:
        """Take a mark: the end of a sentence, a border of a clause, or nothing."""
        if mark in _ENDS:
            if self.ends_here(mark, at):
                self.close(asks=mark == "?")
            return
        if mark in "&+":
            self.word("and", at, at + 1, "word")
            return
        if mark == "-":  # a hyphen joins, two hyphens or one between blanks divide
            around = self.text[at - 1 : at] + self.text[at + 1 : at + 2]
            mark = "—" if not around.strip() or "-" in around else ""
        elif mark == ">" and self.text[at - 1 : at] in "-=":
            mark = "→"
        if mark in _STRONG:
            self.gap = _STRONG[mark]
        elif mark == "," and not self.gap:
            self.gap = ","

    def ends_here(self, mark: str, at: int) -> bool:
        """Say whether a stop ends a sentence: not inside a word, nor after an abbreviation that goes on."""
        after = self.text[at + 1 : at + 2]
        last = self.words[-1] if self.words else ""
        if mark != ".":
            return True
        if after and not after.isspace() and after not in "\"”'’)]*_.":
            return after.isupper() and len(last) > 2
        following = self.text[at + 1 : at + 12].lstrip(" \"”'’)]*_")[:1]
        if last in _SHORT or (len(last) == 1 and last != "i"):
            return last == "etc" and (following.isupper() or not following)
        return True

    def line(self, at: int) -> None:
        """Take a line's end: it ends a sentence before a blank line, a bullet or a heading, or a short line."""
        length, rest = at - self.line_start, self.text[at + 1 : at + 81]
        begins = rest.lstrip(" \t>*_")[:1]
        bullet = bool(_BULLET.match(rest))
        if bullet or begins in ("", "\n") or (length < SHORT_LINE and begins.isupper()):
            self.close(heads=self.gap == ":")
            self.bullet = bullet
        self.line_start = at + 1

    def close(self, *, asks: bool = False, heads: bool = False) -> None:
        """End the sentence that is open, if it has any word."""
        last = len(self.words)
        if last > self.first:
            self.sentences.append(Sentence(self.first, last, asks, heads, self.bullet))
            self.bullet = False
        self.first, self.gap = last, ""


def _pieces(raw: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Split a short form into its two words; drop the mark of a possessive."""
    if raw in _ACRONYMS:
        yield _ACRONYMS[raw], start, end
        return
    small = raw.lower().replace("’", "'").replace("ʼ", "'")
    if small == "cannot":
        yield from (("can", start, start + 3), ("not", start + 3, end))
    elif small == "n't":  # "would n't", as some texts have it
        yield "not", start, end
    elif small.endswith("n't"):
        yield from ((plain(_NOT.get(small, small[:-3])), start, end - 3), ("not", end - 3, end))
    elif _UNMARKED.fullmatch(small):
        base = {"cant": "can", "wont": "will"}.get(small, small[:-2])
        yield from ((plain(base), start, end - 2), ("not", end - 2, end))
    elif "'" in small:
        base, _, tail = small.partition("'")
        yield plain(base), start, start + len(base)
        second = _SHORTENED.get(tail) or ("is" if tail == "s" and base in _IS else "")
        if second:
            yield second, start + len(base), end
    else:
        yield plain(small), start, end
