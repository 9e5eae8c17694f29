WITH moment AS (
    SELECT
        TIMESTAMPTZ '2026-04-06 00:00:00+00' AS trained_at,
        TIMESTAMPTZ '2026-03-30 00:00:00+00' AS settled_at
),
targets AS (
    -- The embargo decides which messages are in; what their label is, all that is known at midnight decides.
    SELECT labels.message_id, FIRST(labels.harmful ORDER BY labels.revision DESC) AS target
    FROM labels
    CROSS JOIN moment
    WHERE labels.known_at <= moment.trained_at
    GROUP BY labels.message_id, moment.settled_at
    HAVING MIN(labels.known_at) <= moment.settled_at
),
rows_wanted AS (
    SELECT messages.message_id, messages.user_id, messages.happened_at AS written_at, targets.target
    FROM targets
    INNER JOIN messages ON messages.message_id = targets.message_id
    WHERE targets.target OR NOT targets.target
),
settled_verdicts AS (
    SELECT
        rows_wanted.message_id,
        labels.message_id AS other_id,
        FIRST(labels.harmful ORDER BY labels.revision DESC) AS harmful
    FROM rows_wanted
    INNER JOIN messages
        ON messages.user_id = rows_wanted.user_id
        AND messages.message_id <> rows_wanted.message_id
    INNER JOIN labels ON labels.message_id = messages.message_id
    WHERE labels.known_at + INTERVAL 7 DAY <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY rows_wanted.message_id, labels.message_id
)
SELECT
    rows_wanted.message_id,
    rows_wanted.target,
    COUNT(settled_verdicts.harmful) AS judged_before,
    COUNT(*) FILTER (WHERE settled_verdicts.harmful) AS harmful_before
FROM rows_wanted
LEFT JOIN settled_verdicts ON settled_verdicts.message_id = rows_wanted.message_id
GROUP BY rows_wanted.message_id, rows_wanted.target
