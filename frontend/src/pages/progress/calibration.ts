// Which bins can be drawn, and what may honestly be said of them?
import type { CalibrationBin, Progress } from "../../api/contract";
import { percent } from "../../words/format";

export interface Point {
  mean: number;
  share: number;
  low: number;
  high: number;
  n: number;
}

// Below this many attempts the intervals span most of the scale.
const FEW = 20;
const Z95 = 1.96;

export function drawable(bins: CalibrationBin[]): Point[] {
  return bins.flatMap((bin) => {
    if (bin.n === 0) return [];
    const [low, high] = bin.interval;
    return [{ mean: bin.mean_confidence, share: bin.share_clean, low, high, n: bin.n }];
  });
}

// One test over all attempts, not one for each bin: under honest confidence the count of clean ones has mean sum(p)
// and variance at most sum(p (1 - p)) with p the bin's mean (Spiegelhalter, 1986, in its simplest form).
function compare(points: Point[]): { stated: number; clean: number; z: number } {
  const n = points.reduce((sum, point) => sum + point.n, 0);
  const stated = points.reduce((sum, point) => sum + point.n * point.mean, 0) / n;
  const clean = points.reduce((sum, point) => sum + point.n * point.share, 0) / n;
  const variance = points.reduce((sum, point) => sum + point.n * point.mean * (1 - point.mean), 0);
  return { stated, clean, z: (n * (clean - stated)) / Math.sqrt(Math.max(variance, 1e-9)) };
}

export function verdict(calibration: Progress["calibration"]): string {
  const points = drawable(calibration.bins);
  if (calibration.n === 0 || points.length === 0) return "Do things break as rarely as you say? Nothing to tell yet.";
  if (calibration.n < FEW)
    return `${calibration.n} of about ${FEW} attempts needed before this says much; the intervals show how little is known.`;
  const { stated, clean, z } = compare(points);
  const means = `You say ${percent(stated)} on average; nothing broke in ${percent(clean)}`;
  if (z < -Z95) return `${means}. You are surer than you should be.`;
  if (z > Z95) return `${means}. You may trust yourself more.`;
  return `${means}. That is within chance: no sign of over- or underconfidence.`;
}
