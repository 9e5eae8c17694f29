SELECT
    model_version,
    COUNT(*) FILTER (WHERE score >= 0.25 AND score < threshold) AS close_calls,
    COUNT(*) FILTER (WHERE score >= 0.25 AND score < threshold) >= 7 AS enough,
    ARG_MAX(message_id, score) FILTER (WHERE score >= 0.25 AND score < threshold) AS closest_message_id,
    MAX(score) FILTER (WHERE score >= 0.25 AND score < threshold) AS closest_score
FROM decisions
GROUP BY model_version
