WITH distinct_moments AS (
    -- An as-of join takes any of several rows with one time, so the tie is broken before.
    SELECT user_id, happened_at, MAX(warning_id) AS warning_id
    FROM warnings
    GROUP BY user_id, happened_at
),
last_warnings AS (
    SELECT
        support.support_message_id,
        CASE
            WHEN moments.happened_at >= support.happened_at - INTERVAL 72 HOUR THEN moments.warning_id
        END AS warning_id
    FROM support_messages AS support
    ASOF LEFT JOIN distinct_moments AS moments
        ON moments.user_id = support.user_id
        AND moments.happened_at <= support.happened_at
    WHERE support.direction = 'from_user'
)
SELECT last_warnings.support_message_id, last_warnings.warning_id, warnings.policy
FROM last_warnings
LEFT JOIN warnings ON warnings.warning_id = last_warnings.warning_id
