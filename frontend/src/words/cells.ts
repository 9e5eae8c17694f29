// How is one cell of a sheet shown?
import type { Cell } from "../api/contract";

export type Look = "null" | "number" | "time" | "flag" | "text" | "empty";
export interface ShownCell {
  text: string;
  look: Look;
  title: string;
}

const TIME_TYPE = /TIMESTAMP|DATE|TIME|datetime/i;
const NUMBER_TYPE = /INT|DOUBLE|FLOAT|DECIMAL|REAL|NUMERIC|float|HUGEINT/i;
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{0,2})?$/;

export function showCell(cell: Cell, type: string): ShownCell {
  if (cell === null) return { text: "NULL", look: "null", title: "NULL: no value" };
  if (typeof cell === "boolean") return { text: String(cell), look: "flag", title: "" };
  if (typeof cell === "number") return { text: showNumber(cell), look: "number", title: String(cell) };
  if (cell === "") return { text: "''", look: "empty", title: "an empty text" };
  const time = TIME_TYPE.test(type) ? shortTime(cell) : null;
  if (time !== null) return { text: time, look: "time", title: cell };
  // Numbers that JSON cannot hold come as text: NaN, Infinity, integers beyond 2^53.
  if (NUMBER_TYPE.test(type)) return { text: cell, look: "number", title: cell };
  return { text: cell, look: "text", title: "" };
}

function showNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e12 || size < 1e-4)) return value.toExponential(4);
  return String(Number(value.toPrecision(10)));
}

// 2026-03-01T10:00:00.000000+00:00 is long to read: zeros go, UTC becomes Z; nothing that tells two times apart is lost.
export function shortTime(iso: string): string | null {
  const parts = ISO.exec(iso);
  if (!parts) return null;
  const [, date, minutes, whole = "", fraction = "", zone = ""] = parts;
  const finer = fraction.replace(/\.?0+$/, "");
  const shownSeconds = whole === ":00" && finer === "" ? "" : (whole || ":00") + finer;
  const shownZone = /^[+-]00:?(00)?$/.test(zone) ? "Z" : zone;
  return `${date} ${minutes}${shownSeconds}${shownZone}`;
}

export function isNumeric(type: string): boolean {
  return NUMBER_TYPE.test(type);
}
