"""How much of what a text uses or rejects is found, and how much of what is found is so?

    python bench/prose.py

Prints, for each kind of concept, precision and recall of the pairs (concept, stance) with 95 % Wilson intervals, and
the time for a thousand words, on passages by authors from whom nothing was learned and that were never looked at.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from liveloop.coach.content import shipped_content
from liveloop.coach.skill import wilson
from liveloop.exam.prose import find, load_concepts
from liveloop.exam.prose.learn.examples import Passage, read_passages
from liveloop.exam.prose.learn.train import hold

PASSAGES = Path(__file__).parents[1] / "tests" / "exam" / "prose" / "passages"


BOTH = ["technique", "trade-off"]
ROWS = (("techniques", ["technique"]), ("trade-offs", ["trade-off"]), ("both", BOTH), ("moves", ["move"]))
SETS = (("held", "measured often while the finder grew"), ("fresh", "by six other authors, measured twice"))


def main() -> None:
    """Measure the passages, set by set."""
    kinds = {concept.id: concept.kind for concept in load_concepts(shipped_content() / "concepts.toml")}
    find("warm")
    words, seconds = 0, 0.0
    for name, says in SETS:
        passages = [one for one in read_passages(kinds, PASSAGES) if one.file.startswith(name)]
        counts, many, took = measure(passages, kinds)
        words, seconds = words + many, seconds + took
        print(f"{name}: {len(passages)} passages, {says}")
        print(f"{'kind':12}{'pairs':>6}  {'precision':22}{'recall':22}")
        for row, chosen in ROWS:
            hit, false, missed = (sum(counts[kind, what] for kind in chosen) for what in ("hit", "false", "missed"))
            print(f"{row:12}{hit + missed:6}  {share(hit, hit + false):22}{share(hit, hit + missed):22}")
    print(f"{1e6 * seconds / words:.0f} ms for a thousand words")


def measure(passages: list[Passage], kinds: dict[str, str]) -> tuple[Counter[tuple[str, str]], int, float]:
    """Hold what is found against the labels."""
    counts: Counter[tuple[str, str]] = Counter()
    words, seconds = 0, 0.0
    for passage in passages:
        began = time.perf_counter()
        mentions = find(passage.text)
        seconds += time.perf_counter() - began
        words += len(passage.text.split())
        counts.update(hold({(one.concept, one.stance) for one in mentions}, passage, kinds))
    return counts, words, seconds


def share(part: int, whole: int) -> str:
    """Write a share with its interval."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{part / whole:.3f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    sys.exit(main())
