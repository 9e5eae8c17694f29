"""Is a quote found exactly where it stands, and only if it does?"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from liveloop.exam.model.instructs import Passage
from liveloop.exam.model.quotes import ABSENT, LONGEST, MANY, MOST, SHORTEST, SIZE, SPOKEN, sift
from liveloop.exam.model.seen import prose, squeezed, visible

TEXT = "We hold out 5% for good,\r\n\tso that   a slow harm\u200b shows; the rest gets the change."
BLANKS = st.text(st.sampled_from(" \n\t\u00a0\u2028"), min_size=1, max_size=3)


def fallen(quote, text=TEXT, spoken=()):
    sifted = sift([quote], text, spoken)
    assert sifted.quotes == ()
    return sifted.fallen


def test_a_quote_across_lines_has_its_place():
    (quote,) = sift(["for good, so that a slow harm shows"], TEXT).quotes
    assert TEXT[quote.start : quote.end] == "for good,\r\n\tso that   a slow harm\u200b shows"
    assert quote.text == "for good, so that a slow harm shows"


def test_what_is_not_there_letter_for_letter_is_no_quote():
    for quote in (
        "We hold out 5 % for good",
        "we hold out 5% for good",
        "We hold out ... the change",
        "\u201cWe hold out 5%\u201d",
    ):
        assert fallen(quote) == {ABSENT: 1}


def test_too_short_and_too_long_are_no_quotes():
    assert fallen("the") == fallen("") == fallen(" \n ") == fallen("x" * (SHORTEST - 1)) == {SIZE: 1}
    assert fallen("word " * LONGEST, "word " * LONGEST) == {SIZE: 1}


def test_the_same_twice_is_one_and_more_than_a_few_are_left_out():
    text = "".join(f"reason number {i:03d}; " for i in range(20))
    sifted = sift([f"reason number {i:03d}" for i in (*range(8), 0)], text)
    assert len(sifted.quotes) == MOST and sifted.fallen == {MANY: 3}


def test_a_quote_that_touches_a_passage_to_the_marker_is_no_evidence():
    start = TEXT.index("so that")
    spoken = [Passage("gives orders", "", start, start + 7)]
    assert fallen("for good, so that a slow", spoken=spoken) == {SPOKEN: 1}
    assert len(sift(["We hold out 5% for good,", "a slow harm shows"], TEXT, spoken).quotes) == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("abc é字\u200b", min_size=1).filter(str.strip), min_size=6, max_size=12), st.data())
def test_any_run_of_words_is_found_however_it_is_spaced(words, data):
    text = "".join(word + data.draw(BLANKS) for word in words)
    plain, places = squeezed(text)
    assert len(plain) == len(places) and places == sorted(places)
    low = data.draw(st.integers(0, max(0, len(plain) - SHORTEST)))
    quote = plain[low : low + 60].strip()
    found = sift([quote.replace(" ", data.draw(BLANKS))], text).quotes
    if len(quote) >= SHORTEST:
        assert squeezed(text[found[0].start : found[0].end])[0] == quote == found[0].text


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_what_is_sent_reads_as_what_is_quoted_from(text):
    assert squeezed(visible(text))[0] == squeezed(text)[0]
    assert len(prose(text, 10)) <= 10 and "\n" not in prose(text, 10)
