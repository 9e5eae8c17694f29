SELECT
    model_version,
    COUNT(*) FILTER (WHERE action = 'allow') AS close_calls,
    COUNT(*) FILTER (WHERE action = 'allow') >= 7 AS enough,
    FIRST(message_id ORDER BY score DESC NULLS LAST, message_id) FILTER (WHERE action = 'allow') AS closest_message_id,
    MAX(score) FILTER (WHERE action = 'allow') AS closest_score
FROM decisions
GROUP BY model_version
