"""What does a text say of a concept when its sentences do not agree?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liveloop.exam.prose.candidates import Candidate

PASSAGE = 5  # sentences between two mentions that are still one train of thought


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate, its stance, its sentence, and whether the text said so or the name only stands there."""

    one: Candidate
    stance: Literal["used", "rejected"]
    sentence: int
    said: bool


def settle(judged: list[Judged], tools: set[str]) -> list[Judged]:
    """Let a train of thought speak with one voice of a concept.

    What is said of it beats the bare name; in one sentence use beats rejection ("by account, not by session"); across
    sentences the last word counts.
    """
    kept: list[Judged] = []
    for train in _trains(judged):
        said = [one for one in train if one.said]
        if not said or len({one.stance for one in train}) == 1:
            kept += train
            continue
        last = max(one.sentence for one in said)
        voices = {one.stance for one in said if one.sentence == last}
        if train[0].one.concept not in tools and "used" in {one.stance for one in said}:
            voices = {"used"}
        final: Literal["used", "rejected"] = "used" if "used" in voices else "rejected"
        kept += [one for one in train if one.stance == final or (not one.said and final == "used")]
        if final == "rejected":
            kept += [
                Judged(one.one, final, one.sentence, said=False)
                for one in train
                if not one.said and one.stance != final
            ]
    return kept


def _trains(judged: list[Judged]) -> list[list[Judged]]:
    """Put mentions of one concept together that lie near one another."""
    trains: dict[str, list[list[Judged]]] = {}
    for one in judged:
        mine = trains.setdefault(one.one.concept, [])
        if mine and one.sentence - mine[-1][-1].sentence <= PASSAGE:
            mine[-1].append(one)
        else:
            mine.append([one])
    return [train for mine in trains.values() for train in mine]
