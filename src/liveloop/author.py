"""What may drill code use? This door and nothing else.

A drill's own `probes.py` imports from here: the probe's shape, the nouns it speaks with, the world it may draw and the
truth that is sealed from the candidate.
"""

from __future__ import annotations

from liveloop.attempt import Attempt, Kind
from liveloop.drill import Drill
from liveloop.finding import (
    CallEvidence,
    CoverageEvidence,
    DatabaseEvidence,
    Dimension,
    Evidence,
    Finding,
    LinesEvidence,
    Remark,
    TimingEvidence,
)
from liveloop.probe import Contrast, Exhibit, Probe, Trial
from liveloop.scene import Replicates, Scene

__all__ = [
    "Attempt",
    "CallEvidence",
    "Contrast",
    "CoverageEvidence",
    "DatabaseEvidence",
    "Dimension",
    "Drill",
    "Evidence",
    "Exhibit",
    "Finding",
    "Kind",
    "LinesEvidence",
    "Probe",
    "Remark",
    "Replicates",
    "Scene",
    "TimingEvidence",
    "Trial",
]
