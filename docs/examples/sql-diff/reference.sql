SELECT w.warning_id
FROM warnings w
WHERE NOT EXISTS (SELECT 1 FROM support s WHERE s.user_id = w.user_id
                  AND s.sent_at >= w.warned_at AND s.sent_at < w.warned_at + INTERVAL 24 HOUR)
