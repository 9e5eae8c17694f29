"""How much of what a text uses or rejects is found, and how much of what is found is so?

    python bench/prose.py

Prints, for each half of the labelled passages and each kind of concept, precision and recall of the pairs (concept,
stance) with 95 % Wilson intervals, and the time for a thousand words. `held` was written by other authors than `dev`
and was never looked at while the finder was made; `more` is a further set that may be read.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from liveloop.coach.content import shipped_content
from liveloop.coach.skill import wilson
from liveloop.exam.prose import find, load_concepts

PASSAGES = Path(__file__).parents[1] / "tests" / "exam" / "prose" / "passages"
HALVES = ("dev", "more", "held")


def main() -> None:
    """Measure every half."""
    kinds = {concept.id: concept.kind for concept in load_concepts(shipped_content() / "concepts.toml")}
    find("warm")
    print(f"{'half':6}{'kind':12}{'n':>5}  {'precision':22}{'recall':22}")
    for half in HALVES:
        counts, words, seconds = measure(half, kinds)
        for kind in sorted(set(kinds.values())):
            hit, false, missed = (counts[kind, what] for what in ("hit", "false", "missed"))
            print(f"{half:6}{kind:12}{hit + missed:5}  {share(hit, hit + false):22}{share(hit, hit + missed):22}")
        print(f"{half:6}{1e6 * seconds / words:.0f} ms for a thousand words")


def measure(half: str, kinds: dict[str, str]) -> tuple[Counter[tuple[str, str]], int, float]:
    """Hold what is found against the labels of one half."""
    counts: Counter[tuple[str, str]] = Counter()
    words, seconds = 0, 0.0
    for path in sorted(PASSAGES.glob(f"{half}-*.toml")):
        for passage in tomllib.loads(path.read_text(encoding="utf-8"))["passage"]:
            wanted = {(one, "used") for one in passage["uses"]} | {(one, "rejected") for one in passage["rejects"]}
            began = time.perf_counter()
            found = {(mention.concept, mention.stance) for mention in find(passage["text"])}
            seconds += time.perf_counter() - began
            words += len(passage["text"].split())
            for what, pairs in (("hit", wanted & found), ("false", found - wanted), ("missed", wanted - found)):
                counts.update((kinds[concept], what) for concept, _ in pairs)
    return counts, words, seconds


def share(part: int, whole: int) -> str:
    """Write a share with its interval."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{part / whole:.3f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    sys.exit(main())
