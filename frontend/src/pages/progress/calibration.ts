// Which bins can be drawn, and what may honestly be said of them?
import type { CalibrationBin, Progress } from "../../api/contract";

export interface Point {
  mean: number;
  share: number;
  low: number;
  high: number;
  n: number;
}

// Below this many attempts the intervals span most of the scale.
const FEW = 20;

export function drawable(bins: CalibrationBin[]): Point[] {
  return bins.flatMap((bin) => {
    if (bin.n === 0 || bin.mean_confidence === null || bin.share_clean === null) return [];
    const [low = bin.share_clean, high = bin.share_clean] = bin.interval ?? [];
    return [{ mean: bin.mean_confidence, share: bin.share_clean, low, high, n: bin.n }];
  });
}

export function verdict(calibration: Progress["calibration"]): string {
  const points = drawable(calibration.bins);
  if (calibration.n === 0 || points.length === 0) return "Do things break as rarely as you say? Nothing to tell yet.";
  if (calibration.n < FEW)
    return `${calibration.n} of about ${FEW} attempts needed before this says much; the intervals show how little is known.`;
  const over = points.filter((point) => point.mean > point.high).length;
  const under = points.filter((point) => point.mean < point.low).length;
  if (over > under) return "You are surer than you should be: things break more often than you say.";
  if (under > over) return "You are less sure than you could be: things break less often than you say.";
  return "No sign of over- or underconfidence: your stated confidence lies within the intervals.";
}
