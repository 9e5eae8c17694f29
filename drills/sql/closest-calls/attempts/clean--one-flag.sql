WITH judged AS (
    SELECT model_version, message_id, score, COALESCE(score >= 0.25 AND score < threshold, FALSE) AS is_close
    FROM decisions
),
ranked AS (
    SELECT
        *,
        SUM(CASE WHEN is_close THEN 1 ELSE 0 END) OVER (PARTITION BY model_version) AS close_calls,
        ROW_NUMBER() OVER (PARTITION BY model_version ORDER BY is_close DESC, score DESC, message_id ASC) AS place
    FROM judged
)
SELECT
    model_version,
    close_calls,
    close_calls >= 7 AS enough,
    CASE WHEN is_close THEN message_id END AS closest_message_id,
    CASE WHEN is_close THEN score END AS closest_score
FROM ranked
WHERE place = 1
