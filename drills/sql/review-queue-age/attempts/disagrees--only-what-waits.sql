SELECT
    COALESCE(severity, 4) AS severity,
    COUNT(*) AS waiting,
    MAX(EPOCH('2026-03-30 00:00:00+00'::TIMESTAMPTZ) - EPOCH(happened_at)) / 3600 AS oldest_hours,
    COUNT(*) FILTER (WHERE happened_at < '2026-03-30 00:00:00+00'::TIMESTAMPTZ - INTERVAL 24 HOUR) AS waiting_over_24h
FROM escalations
WHERE known_at <= '2026-03-30 00:00:00+00'::TIMESTAMPTZ
  AND (resolved_at IS NULL OR resolved_at > '2026-03-30 00:00:00+00'::TIMESTAMPTZ)
GROUP BY COALESCE(severity, 4)
