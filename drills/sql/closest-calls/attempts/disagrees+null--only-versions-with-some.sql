WITH close_calls AS (
    SELECT
        model_version,
        message_id,
        score,
        ROW_NUMBER() OVER (PARTITION BY model_version ORDER BY score DESC, message_id) AS place
    FROM decisions
    WHERE score < threshold AND score >= 0.25
)
SELECT
    model_version,
    COUNT(*) AS close_calls,
    COUNT(*) >= 7 AS enough,
    MAX(message_id) FILTER (WHERE place = 1) AS closest_message_id,
    MAX(score) AS closest_score
FROM close_calls
GROUP BY model_version
