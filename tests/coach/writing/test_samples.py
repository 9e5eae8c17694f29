"""How far is found in the shipped samples what their cases say, and do liars stay behind?

The samples are not what the finder was made from. What it gets wrong is named when the share falls.
"""

from __future__ import annotations

from liveloop.coach.writing import examine, load_cases

AGREES = 0.9  # of all that samples.toml says, found or missing
STRONG, LIAR = 0.75, 0.5  # shares of the rubric's weight
CASES = load_cases()


def held_to_their_word():
    for case in CASES.values():
        for sample in case.samples:
            found = examine({"Page": sample.text}, case.criteria).found
            for key in (*sample.found, *sample.missing):
                yield f"{case.slug}/{sample.file}: {key}", (key in found) == (key in sample.found)


def test_samples_are_found_as_their_cases_say():
    told = dict(held_to_their_word())
    wrong = [name for name, right in told.items() if not right]
    assert len(told) >= 400
    assert len(wrong) <= (1 - AGREES) * len(told), f"{len(wrong)} of {len(told)}:\n" + "\n".join(wrong)


def test_a_strong_text_has_far_more_than_a_liar_that_uses_its_words():
    told: dict[str, float] = {}
    for case in CASES.values():
        shares = {sample.file: examine({"Page": sample.text}, case.criteria).share for sample in case.samples}
        liars = [share for file, share in shares.items() if file.startswith("liar--")]
        assert liars and shares["strong.md"] >= STRONG, (case.slug, shares)
        told[case.slug] = max(liars)
        assert told[case.slug] <= shares["strong.md"] - 0.2, (case.slug, shares)
    believed = {slug: share for slug, share in told.items() if share > LIAR}
    assert len(believed) <= 2, believed  # docs/guide/prose.md tells which
