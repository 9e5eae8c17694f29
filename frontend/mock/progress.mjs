// What does a person's progress look like after some weeks, and before the first attempt?
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

export function progress(empty) {
  if (empty) return { heat: [], skills: [], calibration: { n: 0, brier: null, bins: [] }, signals: [] };
  const heat = [0, 1, 2, 3, 5, 6, 8, 9, 12, 13, 14, 16, 20, 21, 22, 27, 30, 31, 36].map((ago, index) => ({ date: day(ago), attempts: 1 + ((index * 7) % 6), minutes: 14 * (1 + ((index * 7) % 6)) }));
  const scale = ["strong no", "no", "lean no", "lean yes", "yes", "strong yes"];
  const slugs = ["warned-unsupported-retention", "warnings-per-active-user", "latest-label-per-message", "clustered-rate-interval", "trimmed-group-means"];
  return {
    heat,
    skills: [
      { skill: "sql.time-joins", attempts: 9, clean: 3, mastery: 0.41, last_at: new Date(Date.now() - 90_000_000).toISOString(), findings: 7 },
      { skill: "sql.null", attempts: 6, clean: 4, mastery: 0.66, last_at: new Date(Date.now() - 200_000_000).toISOString(), findings: 2 },
      { skill: "sql.windows", attempts: 4, clean: 4, mastery: 0.8, last_at: new Date(Date.now() - 500_000_000).toISOString(), findings: 0 },
      { skill: "python.clustering", attempts: 2, clean: 0, mastery: 0, last_at: new Date(Date.now() - 170_000_000).toISOString(), findings: 3 },
    ],
    calibration: {
      n: 31, brier: 0.271,
      bins: [
        { low: 0.2, high: 0.4, n: 3, mean_confidence: 0.32, share_clean: 0.3333, interval: [0.06, 0.79] },
        { low: 0.4, high: 0.6, n: 6, mean_confidence: 0.52, share_clean: 0.3333, interval: [0.1, 0.7] },
        { low: 0.6, high: 0.8, n: 12, mean_confidence: 0.71, share_clean: 0.4167, interval: [0.19, 0.68] },
        { low: 0.8, high: 1, n: 10, mean_confidence: 0.9, share_clean: 0.6, interval: [0.31, 0.83] },
      ],
    },
    signals: Array.from({ length: 24 }, (_, index) => ({ date: day(40 - index * 1.6), slug: slugs[index % slugs.length], signal: scale[Math.max(0, Math.min(5, Math.round(index / 6 + Math.sin(index * 2.3) * 1.6)))] })),
  };
}
