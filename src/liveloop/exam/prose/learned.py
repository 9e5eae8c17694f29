"""What has been learned from examples of how people say things?

Every concept comes with some hundred sentences of our own, and there are passages with labels. From them two readings
of what a text is about are taken: how much commoner each word is in a concept's sentences than in all others (naive
Bayes with a floor, after Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes text classifiers"), and a
multinomial logistic regression; a third, of how it speaks, tells use from rejection. `liveloop.exam.prose.learn` makes
the file of weights that is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

FILE = Path(__file__).with_name("learned.npz")
NOTHING = "nothing"
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """Weighs some evidence: found when `evidence @ weights + bias` is above zero."""

    weights: Numbers
    bias: float

    def __call__(self, evidence: Numbers) -> Numbers:
        """Give the log odds; evidence has its kinds in the last dimension."""
        odds: Numbers = evidence @ self.weights + self.bias
        return odds


@dataclass(frozen=True)
class Learned:
    """The weights.

    Parameters
    ----------
    concepts
        In the order of the columns; `sounds` has one more, for what is about nothing.
    subjects, manners
        The place of each feature.
    sounds
        How much louder than `floor` a feature speaks for a concept, naive Bayes.
    floor
        What each feature says of a concept in whose sentences it never stands.
    leans, lean_bias
        Multinomial regression: a column for each concept and for nothing.
    kin
        Which concepts (columns, and nothing) often stand beside which (rows), and do not compete with it.
    trust
        How far a name can be trusted to mean its concept, as log odds: by concept, and by concept and words.
    found
        The judge of whether a concept is there, for each concept in order.
    against, against_bias
        How far each feature of `manners` speaks for rejection.
    rejected
        The judge of whether a concept is rejected.
    digest
        Of the examples from which all this was learned.
    """

    concepts: tuple[str, ...]
    subjects: dict[str, int]
    manners: dict[str, int]
    sounds: csr_matrix
    floor: Numbers
    leans: csr_matrix
    lean_bias: Numbers
    kin: npt.NDArray[np.bool_]
    trust: dict[str, float]
    found: tuple[Judge, ...]
    against: Numbers
    against_bias: float
    rejected: Judge
    digest: str


def save(learned: Learned, path: Path = FILE) -> None:
    """Write the weights to a file, in half precision."""
    arrays: dict[str, Any] = {
        "concepts": _text(learned.concepts),
        "subjects": _text(learned.subjects),
        "manners": _text(learned.manners),
        "floor": learned.floor.astype(np.float16),
        "lean_bias": learned.lean_bias,
        "kin": np.packbits(learned.kin),
        "names": _text(learned.trust),
        "trust": np.array(list(learned.trust.values()), np.float16),
        "found": np.array([[*judge.weights, judge.bias] for judge in learned.found]),
        "against": learned.against.astype(np.float16),
        "against_bias": np.array(learned.against_bias),
        "rejected": np.array([*learned.rejected.weights, learned.rejected.bias]),
        "digest": _text([learned.digest]),
    }
    for name, matrix in (("sounds", learned.sounds), ("leans", learned.leans)):
        arrays |= {
            f"{name}.data": matrix.data.astype(np.float16),
            f"{name}.columns": matrix.indices.astype(np.uint8),
            f"{name}.counts": np.diff(matrix.indptr).astype(np.uint8),
        }
    np.savez_compressed(path, **arrays)


def load(path: Path = FILE) -> Learned:
    """Read the weights from a file."""
    with np.load(path, allow_pickle=False) as arrays:
        concepts = tuple(_lines(arrays["concepts"]))
        columns = len(concepts) + 1
        kin = np.unpackbits(arrays["kin"], count=len(concepts) * columns).reshape(-1, columns).astype(bool)
        found = tuple(Judge(row[:-1], float(row[-1])) for row in arrays["found"])
        rejected = arrays["rejected"]
        return Learned(
            concepts=concepts,
            subjects={word: place for place, word in enumerate(_lines(arrays["subjects"]))},
            manners={word: place for place, word in enumerate(_lines(arrays["manners"]))},
            sounds=_matrix(arrays, "sounds", columns),
            floor=arrays["floor"].astype(np.float64),
            leans=_matrix(arrays, "leans", columns),
            lean_bias=arrays["lean_bias"],
            kin=kin,
            trust=dict(zip(_lines(arrays["names"]), arrays["trust"].astype(float).tolist(), strict=True)),
            found=found,
            against=arrays["against"].astype(np.float64),
            against_bias=float(arrays["against_bias"]),
            rejected=Judge(rejected[:-1], float(rejected[-1])),
            digest=next(iter(_lines(arrays["digest"]))),
        )


@cache
def shipped() -> Learned:
    """Give the weights that the house ships, read once."""
    return load()


def _text(lines: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Write lines as bytes."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _lines(text: npt.NDArray[np.uint8]) -> list[str]:
    """Read lines from bytes."""
    return text.tobytes().decode().split("\n")


def _matrix(arrays: Mapping[str, npt.NDArray[Any]], name: str, columns: int) -> csr_matrix:
    """Read a sparse matrix, a row for each feature."""
    counts = arrays[f"{name}.counts"].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    data, places = arrays[f"{name}.data"].astype(np.float64), arrays[f"{name}.columns"].astype(np.int32)
    return csr_matrix((data, places, starts), shape=(len(counts), columns))
