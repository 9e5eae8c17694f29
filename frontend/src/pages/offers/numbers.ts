// How are money, shares and multiples typed and written?

// "305,000", "305k" and "1.2m" are numbers; null is an empty field, NaN is none.
export function readNumber(text: string): number | null {
  const bare = text.replaceAll(/[\s,_%]/g, "").toLowerCase();
  if (bare === "") return null;
  const found = /^(-?(?:\d+\.?\d*|\.\d+))([km]?)$/.exec(bare);
  if (!found) return NaN;
  return Number(found[1]) * (found[2] === "k" ? 1000 : found[2] === "m" ? 1_000_000 : 1);
}

export function writeNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : value.toLocaleString("en-GB", { maximumFractionDigits: 6 });
}

// Shares by year, in percent: "40, 30, 20, 10". Empty means equal ones, null means that it cannot be read.
export function readShares(text: string): number[] | null {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== "");
  const shares = parts.map(readNumber);
  return shares.every((share) => share !== null && !Number.isNaN(share)) ? shares.map((share) => tidy((share as number) / 100)) : null;
}

export const writeShares = (shares: readonly number[]): string => shares.map((share) => writeNumber(tidy(share * 100))).join(", ");

// 0.1 * 100 * 3 and its like end in digits that nobody typed.
export const tidy = (value: number): number => Number(value.toPrecision(12));

// With a true minus sign: a hyphen before a figure breaks at the end of a line.
export const money = (value: number): string => (Math.round(value) || 0).toLocaleString("en-GB").replace("-", "−");

export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${Number((value / 1_000_000).toPrecision(3))}m`;
  return size >= 1000 ? `${Math.round(value / 1000)}k` : String(Math.round(value) || 0);
}

export const signed = (value: number): string => (Math.round(value) > 0 ? "+" : "") + money(value);

// Whole percents, but what happened in some draws and not in others is neither 0 nor 100 %.
export function odds(chance: { value: number; high: number; low: number }): string {
  if (chance.value === 0) return "0 %";
  if (chance.value === 1) return "100 %";
  const percent = chance.value * 100;
  return percent < 1 ? "under 1 %" : percent > 99 ? "over 99 %" : `${Math.round(percent)} %`;
}

export const halfWidth = (figure: { low: number; high: number }): number => (figure.high - figure.low) / 2;
