WITH scored AS (
    SELECT model_version, message_id, COALESCE(score, 0.3) AS score, threshold
    FROM decisions
),
close_calls AS (
    SELECT
        model_version,
        message_id,
        score,
        ROW_NUMBER() OVER (PARTITION BY model_version ORDER BY score DESC, message_id) AS place
    FROM scored
    WHERE score < threshold AND score >= 0.25
),
versions AS (
    SELECT DISTINCT model_version
    FROM decisions
)
SELECT
    versions.model_version,
    COUNT(close_calls.message_id) AS close_calls,
    COUNT(close_calls.message_id) >= 7 AS enough,
    MAX(close_calls.message_id) FILTER (WHERE close_calls.place = 1) AS closest_message_id,
    MAX(close_calls.score) AS closest_score
FROM versions
LEFT JOIN close_calls ON close_calls.model_version = versions.model_version
GROUP BY versions.model_version
