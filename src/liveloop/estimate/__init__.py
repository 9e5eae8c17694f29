"""What did a change do, by how much, and how sure is that? Experiments and causal inference.

A table in, a frozen `Estimate` out: with its interval, what it assumes, and what could show that it is wrong.
"""

from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates

__all__ = ["Convention", "Diagnostic", "Estimate", "Estimates", "difference"]
