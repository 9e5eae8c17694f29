WITH known_rows AS (
    SELECT user_id, arm, happened_at, exposed_at
    FROM assignments
    WHERE experiment = 'softer_warning'
      AND known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
),
contaminated AS (
    SELECT DISTINCT one.user_id
    FROM known_rows AS one
    INNER JOIN known_rows AS other ON other.user_id = one.user_id AND other.arm <> one.arm
),
first_rows AS (
    SELECT
        known_rows.user_id,
        known_rows.arm,
        MIN(known_rows.happened_at) AS assigned_at,
        MIN(known_rows.exposed_at) AS exposed_at
    FROM known_rows
    LEFT JOIN contaminated ON contaminated.user_id = known_rows.user_id
    WHERE contaminated.user_id IS NULL
    GROUP BY known_rows.user_id, known_rows.arm
),
outcomes AS (
    SELECT
        first_rows.user_id,
        first_rows.arm,
        CASE WHEN first_rows.exposed_at <= first_rows.assigned_at + INTERVAL '168 hours' THEN 1 ELSE 0 END AS exposed,
        COUNT(sessions.session_id) AS returned
    FROM first_rows
    LEFT JOIN sessions
        ON sessions.user_id = first_rows.user_id
        AND sessions.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
        AND sessions.happened_at > first_rows.assigned_at
        AND sessions.happened_at <= first_rows.assigned_at + INTERVAL '168 hours'
    WHERE first_rows.assigned_at + INTERVAL '168 hours' <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
    GROUP BY first_rows.user_id, first_rows.arm, first_rows.assigned_at, first_rows.exposed_at
)
SELECT
    arms.arm,
    COUNT(outcomes.user_id) AS assigned,
    COALESCE(SUM(outcomes.exposed), 0) AS exposed,
    COALESCE(SUM(outcomes.returned), 0) AS returned,
    AVG(outcomes.returned) AS return_rate
FROM (SELECT 'control' AS arm UNION ALL SELECT 'treatment' AS arm) AS arms
LEFT JOIN outcomes ON outcomes.arm = arms.arm
GROUP BY arms.arm
