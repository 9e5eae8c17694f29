WITH a AS (SELECT model_version m, message_id i, score s, ROW_NUMBER() OVER (PARTITION BY model_version ORDER BY score DESC, message_id) n FROM decisions WHERE score < threshold AND score >= 0.25), b AS (SELECT DISTINCT model_version m FROM decisions)
SELECT b.m, COUNT(a.i), COUNT(a.i) >= 7, MAX(a.i) FILTER (WHERE a.n = 1), MAX(a.s) FROM b LEFT JOIN a ON a.m = b.m GROUP BY 1
