WITH ordered_messages AS (
    SELECT
        user_id,
        topic,
        happened_at,
        LAG(happened_at) OVER (PARTITION BY user_id ORDER BY happened_at, message_id) AS previous_at,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY happened_at, message_id) AS place
    FROM messages
),
starts AS (
    SELECT
        user_id,
        topic AS opening_topic,
        place AS first_place,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY place) AS session_number,
        LEAD(place) OVER (PARTITION BY user_id ORDER BY place) AS next_first_place
    FROM ordered_messages
    WHERE previous_at IS NULL
       OR previous_at + INTERVAL '30 minutes' < happened_at
)
SELECT
    starts.user_id,
    starts.session_number,
    COUNT(*) AS messages,
    starts.opening_topic
FROM starts
INNER JOIN ordered_messages
    ON ordered_messages.user_id = starts.user_id
    AND ordered_messages.place >= starts.first_place
    AND (starts.next_first_place IS NULL OR ordered_messages.place < starts.next_first_place)
GROUP BY starts.user_id, starts.session_number, starts.opening_topic
