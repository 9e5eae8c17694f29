// Which rows, and which cells in them, differ between two sheets that stand side by side?
import type { Cell, Sheet } from "../api/contract";
import { many } from "./format";

export interface Marks {
  rows: Set<number>;
  cells: Map<number, Set<number>>;
}
export interface Differing {
  expected: Marks;
  got: Marks;
  shape: string;
}

export function differing(expected: Sheet, got: Sheet): Differing {
  const [left, right] = markRows(expected, got);
  const [leftCells, rightCells] = markCells(expected, got, left, right);
  return {
    expected: { rows: new Set(left), cells: leftCells },
    got: { rows: new Set(right), cells: rightCells },
    shape: compareShape(expected, got),
  };
}

// The examiner's own marks win, for it knows tolerance and order; without them rows are compared as a bag.
function markRows(expected: Sheet, got: Sheet): [number[], number[]] {
  if (expected.marked.length || got.marked.length) return [[...expected.marked], [...got.marked]];
  return [unmatched(expected, got), unmatched(got, expected)];
}

function unmatched(sheet: Sheet, other: Sheet): number[] {
  const left = new Map<string, number>();
  for (const row of other.rows) left.set(key(row), (left.get(key(row)) ?? 0) + 1);
  const alone: number[] = [];
  for (const [index, row] of sheet.rows.entries()) {
    const count = left.get(key(row)) ?? 0;
    if (count > 0) left.set(key(row), count - 1);
    else alone.push(index);
  }
  return alone;
}

const key = (row: Cell[]): string => JSON.stringify(row);

// Marked rows are paired in order; a cell is pointed at only when the pair shares some other cell, else all differs.
function markCells(
  expected: Sheet,
  got: Sheet,
  left: number[],
  right: number[],
): [Map<number, Set<number>>, Map<number, Set<number>>] {
  const marks: [Map<number, Set<number>>, Map<number, Set<number>>] = [new Map(), new Map()];
  if (left.length !== right.length || expected.columns.length !== got.columns.length) return marks;
  for (const [turn, index] of left.entries()) {
    const pair = right[turn] ?? 0;
    const [one, two] = [expected.rows[index] ?? [], got.rows[pair] ?? []];
    const apart = one.flatMap((cell, column) => (Object.is(cell, two[column]) ? [] : [column]));
    if (one.length > 1 && apart.length === one.length) continue;
    marks[0].set(index, new Set(apart));
    marks[1].set(pair, new Set(apart));
  }
  return marks;
}

function compareShape(expected: Sheet, got: Sheet): string {
  const said: string[] = [];
  if (expected.columns.length !== got.columns.length)
    said.push(instead(got.columns.length, expected.columns.length, "column"));
  const [wanted, came] = [expected.rows.length + expected.cut, got.rows.length + got.cut];
  if (wanted !== came) said.push(instead(came, wanted, "row"));
  return said.join("; ");
}

function instead(came: number, wanted: number, what: string): string {
  return `${many(came, what)} where ${wanted} ${wanted === 1 ? "was" : "were"} expected`;
}
