// Which lines of an attempt are shown around the place of a change, and what in them is marked?
import type { Place } from "../../api/contract";

const AROUND = 1;

export interface CutLine {
  number: number;
  before: string;
  part: string;
  after: string;
}

// The server counts characters, a string here counts UTF-16 units: an emoji is one there and two here.
export function cutAround(text: string, place: Place): CutLine[] {
  const lines: CutLine[] = [];
  let from = 0;
  text.split("\n").forEach((line, index) => {
    const letters = Array.from(line);
    const [start, end] = [place.start, place.end].map((at) => Math.min(Math.max(at - from, 0), letters.length)) as [number, number];
    const cut = (a: number, b?: number): string => letters.slice(a, b).join("");
    lines.push({ number: index + 1, before: cut(0, start), part: cut(start, end), after: cut(end) });
    from += letters.length + 1;
  });
  const marked = lines.filter((line) => line.part).map((line) => line.number);
  const [first, last] = [Math.min(place.line, ...marked), Math.max(place.line, ...marked)];
  return lines.slice(Math.max(0, first - 1 - AROUND), last + AROUND);
}
