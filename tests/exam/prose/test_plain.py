"""Is what a candidate says plainly read as it is meant?"""

from __future__ import annotations

import pytest

from liveloop.exam.prose import find

PLAIN = """
+canary | I would use a canary.
+canary | I'd start with a canary.
+holdout | I would keep a holdout.
+holdout | I would use a holdout group.
+t-test -bootstrap | I would use a t-test, not a bootstrap.
+bootstrap -delta-method | I would use the bootstrap instead of the delta method.
+did -synthetic-control | I'd use DiD, not synthetic control.
+propensity -iv | I'd use propensity score matching, not an IV.
+cuped | I'd use CUPED.
+cuped +t-test | CUPED, then a t-test.
-propensity | I'd avoid propensity score matching.
-canary | I don't think we should use a canary.
-holdout | No need for a holdout.
-synthetic-control | I'd avoid synthetic control because we only have two cities.
-t-test +clustered-errors | No t-test: cluster the standard errors by account.
+sequential-testing | To avoid peeking I'd use sequential testing with alpha spending.
+multiple-testing | To avoid false positives I'd use Bonferroni.
+cluster-randomisation | To avoid interference I would use cluster randomisation.
+synthetic-control | A synthetic control would fix this.
+cuped | CUPED would reduce the variance without changing the estimate.
+clustered-errors | Clustered standard errors would fix the understated variance.
+calibration | Isotonic regression or temperature scaling would fix the calibration.
+power-analysis | Don't skip the power analysis.
+aa-test | I would not skip the A/A test.
+guardrail-metric | I would not ship without a guardrail on latency.
+bias-variance | There is a bias-variance trade-off.
+speed-rigour | There's a trade-off between speed and rigour.
+latency-quality | There's a latency versus quality trade-off.
+precision-recall-trade | There is a trade-off between precision and recall here.
+privacy-utility | There's a trade-off between privacy and utility.
+novelty | Beware of novelty effects.
+srm-check | First I would check for a sample ratio mismatch.
+shadow-mode +canary +rollback-trigger | Shadow mode, then a canary at 1 %, and roll back if p99 latency doubles.
+drift-monitoring | I'd monitor PSI on the input features every day.
+point-in-time | Join the features as of the decision time, point in time correct.
+human-review | Uncertain cases go to human review.
+agreement | I'd measure inter-annotator agreement with Cohen's kappa.
+precision-recall | I would report precision and recall on a labelled sample.
+power-analysis | We ran a power analysis: 40,000 users per arm.
+randomisation-unit | I'd randomise by user, not by session, because sessions share a memory.
+itt +late | Report the ITT, and the LATE by 2SLS.
+rdd | I'd use a regression discontinuity at the threshold.
+switchback | A switchback design, alternating every two hours.
+post-stratification | I'd post-stratify to the platform's mix of languages.
+proper-score | Compare them by the Brier score.
"""


@pytest.fixture(scope="module")
def read():
    told: dict[str, bool] = {}
    for line in PLAIN.strip().splitlines():
        labels, text = line.split(" | ")
        found = {("+" if one.stance == "used" else "-") + one.concept for one in find(text)}
        told |= {f"{label} in {text!r}": label in found for label in labels.split()}
    return told


def test_seven_in_eight_plain_answers_are_read_as_they_are_meant(read):
    wrong = [name for name, right in read.items() if not right]
    assert len(read) >= 50
    assert len(wrong) <= len(read) / 8, "\n".join(wrong)
