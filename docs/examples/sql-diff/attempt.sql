SELECT w.warning_id
FROM warnings w
LEFT JOIN support s ON s.user_id = w.user_id
  AND s.sent_at >= w.warned_at
  AND s.sent_at <= w.warned_at + INTERVAL 24 HOUR
WHERE s.support_id IS NULL
