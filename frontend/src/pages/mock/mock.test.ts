// Do the clocks count what they should, does a mock come back after a reload, and is a mark sheet sent as it was filled in?
import { describe, expect, it } from "vitest";
import type { MockPage, OutcomeCard } from "./api";
import { goOn, goTo, pause, read, spentMs, totalMs, type Clocks } from "./clock";
import { opens } from "./opens";
import { AWAY_MS, begin, parseRun, readRun, wake, writeRun, type Run } from "./run";
import { compare, mean, shownMark, sittings, toRequest, unmarked, verdict, whoOf } from "./sheet";

const MIN = 60_000;
const page: MockPage = {
  minutes: 45,
  earlier: [],
  mock: {
    round_id: "product",
    title: "Product case",
    phases: [
      { title: "Opening", minutes: 4, activity: "opening", refers: "", says: "" },
      { title: "A case", minutes: 36, activity: "case", refers: "a-case", says: "" },
    ],
    sheet: [
      { id: "look-1", asks: "The goal comes first", good: "Unasked" },
      { id: "structure", asks: "You could follow", good: "An order" },
      { id: "time", asks: "It ended in time", good: "A conclusion" },
    ],
  },
};

describe("clocks", () => {
  const fresh: Clocks = { spentMs: [0, 0], phase: 0, since: 1000 };
  it("count the phase that is on, and stop when paused", () => {
    expect([spentMs(fresh, 0, 61_000), spentMs(fresh, 1, 61_000)]).toEqual([60_000, 0]);
    const paused = pause(fresh, 61_000);
    expect([totalMs(paused, 999_000), paused.since]).toEqual([60_000, null]);
    expect(totalMs(goOn(paused, 100_000), 101_000)).toBe(61_000);
  });
  it("go to another phase running or paused as they were, and nowhere beyond the ends", () => {
    const second = goTo(fresh, 1, 11_000);
    expect(second).toEqual({ spentMs: [10_000, 0], phase: 1, since: 11_000 });
    expect(goTo(pause(second, 12_000), 0, 90_000)).toEqual({ spentMs: [10_000, 1000], phase: 0, since: null });
    expect([goTo(fresh, -1, 5), goTo(fresh, 2, 5), goTo(fresh, 0, 5)]).toEqual([fresh, fresh, fresh]);
  });
  it("add up when a phase is taken up again", () => {
    const back = goTo(goTo(fresh, 1, 11_000), 0, 21_000);
    expect([spentMs(back, 0, 26_000), totalMs(back, 26_000)]).toEqual([15_000, 25_000]);
  });
});

describe("reading a clock", () => {
  const at = (minutes: number, spent: number): [string, string] => {
    const reading = read(minutes, spent);
    return [reading.shown, reading.tone];
  };
  it("counts down, warns at a quarter and a tenth, then shows how far it is over", () => {
    expect([at(20, 0), at(20, 14 * MIN), at(20, 15 * MIN), at(20, 17.9 * MIN), at(20, 18 * MIN), at(20, 20 * MIN)]).toEqual([
      ["20:00", "calm"],
      ["06:00", "calm"],
      ["05:00", "late"],
      ["02:06", "late"],
      ["02:00", "near"],
      ["00:00", "near"],
    ]);
    expect([at(20, 20 * MIN + 999), at(20, 20 * MIN + 1000), at(20, 84 * MIN)]).toEqual([["00:00", "near"], ["+00:01", "over"], ["+1:04:00", "over"]]);
  });
  it("shows a second until it is used up", () => {
    expect([at(4, 1)[0], at(4, 1000)[0], at(4, 1001)[0]]).toEqual(["04:00", "03:59", "03:59"]);
  });
});

const store = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
};

describe("a run", () => {
  it("comes back after a reload with its phases and clock", () => {
    const shelf = store();
    const run = { ...begin(page, " Ann ", 1000), notes: "stalled", marks: { time: 0.5 }, seenAt: 60_000 };
    writeRun(shelf, run, "product");
    const again = readRun(shelf, "product");
    expect([again, again?.peer, readRun(shelf, "design")]).toEqual([run, "Ann", null]);
    expect(again && spentMs(again, 0, 121_000)).toBe(120_000);
  });
  it("stops its clock where it was last seen when it was away for long", () => {
    const seen = { ...begin(page, null, 0), seenAt: 90_000 };
    const { run, awayMs } = wake(seen, 90_000 + AWAY_MS + 1);
    expect([run.since, run.spentMs, awayMs]).toEqual([null, [90_000, 0], AWAY_MS + 1]);
    expect(wake(seen, 90_000 + AWAY_MS)).toEqual({ run: seen, awayMs: 0 });
    const paused = pause(seen, 90_000);
    expect(wake(paused, 1e12)).toEqual({ run: paused, awayMs: 0 });
  });
  it("is dropped when it is damaged, and forgotten when it is given up", () => {
    const whole = begin(page, null, 0);
    for (const part of [{ phase: 7 }, { spentMs: [0] }, { spentMs: [0, null] }, { stage: "elsewhere" }, { mock: null }, { seenAt: "x" }]) expect(parseRun(JSON.stringify({ ...whole, ...part }))).toBeNull();
    const shelf = store();
    shelf.setItem("liveloop.mock.product", "{");
    expect(readRun(shelf, "product")).toBeNull();
    writeRun(shelf, whole, "product");
    writeRun(shelf, null, "product");
    expect(shelf.getItem("liveloop.mock.product")).toBeNull();
  });
});

describe("a mark sheet", () => {
  const run: Run = { ...begin(page, "Ann", 0), spentMs: [61_400, 0], notes: "mine", marks: { time: 0, "look-1": 0.75, strange: 1 }, peerMarks: { structure: 1 }, peerNotes: "theirs" };
  it("is sent with the marks that were given, in the sheet's order, and each phase's clock", () => {
    const sent = toRequest(run, "self");
    expect(sent.marks).toEqual([{ line: "look-1", mark: 0.75 }, { line: "time", mark: 0 }]);
    expect(sent).toMatchObject({ by: "self", who: "", notes: "mine", run: run.id });
    expect(sent.clocks).toEqual([{ title: "Opening", minutes: 4, seconds: 61 }, { title: "A case", minutes: 36, seconds: 0 }]);
  });
  it("of a peer holds nothing of one's own", () => {
    expect(toRequest(run, "peer")).toMatchObject({ by: "peer", who: "Ann", notes: "theirs", marks: [{ line: "structure", mark: 1 }], run: run.id });
  });
  it("has a mean over what was marked, none when nothing was", () => {
    expect([mean(run.marks, page.mock.sheet), mean({}, page.mock.sheet), unmarked(run.marks, page.mock.sheet)]).toEqual([0.375, null, 1]);
    expect([0, 0.25, 0.5, 0.75, 1, 0.6, null].map(shownMark)).toEqual(["0", "¼", "½", "¾", "1", "0.60", "–"]);
  });
});

describe("oneself against a peer", () => {
  const rows = compare({ "look-1": 0.75, structure: 1, time: 0.5 }, { "look-1": 0.5, structure: 0.25 }, page.mock.sheet);
  it("puts first where they differ most, last what one of them left out", () => {
    expect(rows.map((row) => [row.line.id, row.apart])).toEqual([["structure", 0.75], ["look-1", 0.25], ["time", null]]);
  });
  it("says who marks higher, and what to talk about", () => {
    expect(verdict(rows, "Ann")).toBe("You mark yourself higher than Ann does, by 0.50 on average. Furthest apart: you could follow. Talk about that one.");
    expect(verdict(compare({ time: 0.5 }, { time: 0.5 }, page.mock.sheet), "Ann")).toBe("You and Ann agree on the whole.");
    expect(verdict(compare({ time: 0.5 }, {}, page.mock.sheet), "Ann")).toBe("");
  });
  it("joins the sheets of one run, and leaves others alone", () => {
    const card = (id: string, by: string, run: string): OutcomeCard => ({ id, at: "2026-03-11T10:00:00Z", by, mark: 0.5, notes: "", marks: {}, run, clocks: [] });
    const found = sittings([card("4", "self", ""), card("3", "peer: Ann", "r"), card("2", "self", "r"), card("1", "peer", "")]);
    expect(found.map((one) => [one.self?.id ?? null, one.peers.map((peer) => peer.id)])).toEqual([["4", []], ["2", ["3"]], [null, ["1"]]]);
    expect(["peer: Ann", "peer", "peer: "].map((by) => whoOf({ by }))).toEqual(["Ann", "your peer", "your peer"]);
  });
});

describe("opens", () => {
  it("finds the page of what a phase practises", () => {
    const to = (activity: string, refers: string): string | undefined => opens({ activity, refers })?.to;
    expect([to("sql", "a"), to("python", "b"), to("case", "c"), to("design", "d"), to("reading", "e"), to("prompt", "f"), to("narrative", ""), to("opening", ""), to("sql", "")]).toEqual(["/drills/a", "/drills/b", "/cases/c", "/cases/d", "/library/e", "/prompts/f", "/narratives", undefined, undefined]);
  });
});
