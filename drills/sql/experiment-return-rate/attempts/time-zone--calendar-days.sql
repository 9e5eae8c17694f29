WITH moment AS (
    SELECT TIMESTAMPTZ '2026-04-06 00:00:00+00' AS as_of
),
assigned_users AS (
    -- One row per user: repeated rows are folded, users seen in two arms are nobody's evidence.
    SELECT
        assignments.user_id,
        MIN(assignments.arm) AS arm,
        MIN(assignments.happened_at) AS assigned_at,
        MIN(assignments.exposed_at) AS first_exposed_at
    FROM assignments
    CROSS JOIN moment
    WHERE assignments.experiment = 'softer_warning'
      AND assignments.known_at <= moment.as_of
    GROUP BY assignments.user_id
    HAVING COUNT(DISTINCT assignments.arm) = 1
),
followed_users AS (
    SELECT
        assigned_users.user_id,
        assigned_users.arm,
        assigned_users.assigned_at,
        assigned_users.first_exposed_at,
        assigned_users.assigned_at + INTERVAL 7 DAY AS week_ends_at
    FROM assigned_users
    CROSS JOIN moment
    WHERE assigned_users.assigned_at + INTERVAL 7 DAY <= moment.as_of
),
returned_users AS (
    SELECT DISTINCT followed_users.user_id
    FROM followed_users
    INNER JOIN sessions ON sessions.user_id = followed_users.user_id
    CROSS JOIN moment
    WHERE sessions.known_at <= moment.as_of
      AND sessions.happened_at > followed_users.assigned_at
      AND sessions.happened_at <= followed_users.week_ends_at
),
arms AS (
    SELECT arm
    FROM (VALUES ('control'), ('treatment')) AS list (arm)
)
SELECT
    arms.arm,
    COUNT(followed_users.user_id) AS assigned,
    COUNT(*) FILTER (WHERE followed_users.first_exposed_at <= followed_users.week_ends_at) AS exposed,
    COUNT(returned_users.user_id) AS returned,
    -- Over all assigned: dividing by the exposed would compare people who chose to come with people who did not.
    COUNT(returned_users.user_id) / NULLIF(COUNT(followed_users.user_id), 0) AS return_rate
FROM arms
LEFT JOIN followed_users ON followed_users.arm = arms.arm
LEFT JOIN returned_users ON returned_users.user_id = followed_users.user_id
GROUP BY arms.arm
