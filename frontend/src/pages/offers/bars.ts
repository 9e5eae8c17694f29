// Where does each piece of a bar, and each mark of an axis, stand?
import type { Scenario, Worth, YearPay } from "./api";

export const PIECES = ["base", "bonus", "signing", "equity"] as const;
export type Piece = (typeof PIECES)[number];
export const PIECE_NAMES: Record<Piece, string> = { base: "Base", bonus: "Bonus", signing: "Signing", equity: "Equity" };

export interface Stacked {
  piece: Piece;
  from: number;
  to: number;
}

export function stack(year: YearPay): Stacked[] {
  let from = 0;
  const pieces: Stacked[] = [];
  for (const piece of PIECES) {
    const to = from + year[piece];
    if (year[piece] > 0) pieces.push({ piece, from, to });
    from = to;
  }
  return pieces;
}

export const scenarioOf = (worth: Worth, name: Scenario["name"]): Scenario | undefined => worth.scenarios.find((one) => one.name === name);

// The ends of an axis and the marks within: 1, 2 or 5 times a power of ten apart. One that begins at 0 stays there.
export function axis(low: number, high: number, most = 5): { from: number; to: number; marks: number[] } {
  const span = Math.max(high - low, Math.abs(high) * 0.1, 1);
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? rough;
  const from = low === 0 ? 0 : low - 0.03 * span;
  const to = high + 0.03 * span;
  const marks: number[] = [];
  for (let mark = Math.ceil(from / step) * step; mark <= to; mark += step) marks.push(mark);
  return { from, to, marks };
}

// A letter stands for an offer where its name has no room.
export const letter = (index: number): string => String.fromCharCode(65 + index);
