// Do the small decisions about written texts hold: the clock's colours, lengths, what is read back, a kept page?
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readBegun } from "../pages/cases/desk.svelte";
import { mayEnd, moveOn, partsOf } from "../pages/narratives/rehearsal";
import { readWorking } from "../pages/narratives/working";
import type { LookedCard, WritingRow } from "./api";
import { KeptPage } from "./page.svelte";
import { Stopwatch } from "./stopwatch.svelte";
import { duration, markName, pace, rowSaid, someOf, spokenSeconds } from "./words";

beforeEach(() => void localStorage.clear());
afterEach(() => void vi.useRealTimers());

describe("words", () => {
  it("turns amber at four fifths and red at the end", () => {
    expect([pace(47, 60), pace(48, 60), pace(60, 60), pace(5, 0)]).toEqual(["", "late", "over", ""]);
  });
  it("says lengths and marks", () => {
    expect([duration(61.4), markName(0.25), markName(0.3), spokenSeconds("one two three four five six seven")]).toEqual(["01:01", "¼", "0.30", 3]);
    const row = { seconds: 62, words: 1, found: 2, of: 3 } as WritingRow;
    expect(rowSaid(row)).toBe("01:02, 1 word, 2 of 3 found");
  });
  it("knows that some of the evidence is there", () => {
    const criterion = { id: "a" } as LookedCard;
    expect(someOf(criterion, [{ name: "Page", pieces: [{ text: "x", criteria: ["a", "b"] }] }])).toBe(true);
    expect(someOf(criterion, [{ name: "Page", pieces: [{ text: "x", criteria: [] }] }])).toBe(false);
  });
});

describe("what is read back from this browser", () => {
  it("is refused when it is damaged", () => {
    const begun = { sections: { Page: "x" }, aids: 1, seconds: 2 };
    expect(readBegun(begun)).toEqual(begun);
    for (const bad of [null, 7, {}, { ...begun, sections: { Page: 7 } }, { ...begun, aids: "1" }]) expect(readBegun(bad)).toBeNull();
    const working = { title: "T", sections: { Issue: "x" }, planned: { Issue: 40 }, rehearsing: { part: "Issue", used: {}, notes: {} } };
    expect(readWorking(working)).toEqual(working);
    expect(readWorking({ ...working, rehearsing: { part: 7 } })?.rehearsing).toBeNull();
    for (const bad of [undefined, "x", { ...working, title: 7 }, { ...working, planned: { Issue: "40" } }]) expect(readWorking(bad)).toBeNull();
  });
});

describe("a rehearsal", () => {
  const says = ["a", "b", "c", "d"];
  const page = { pushbacks: says.map((one) => ({ says: one, section: "Issue", seconds: 60 })) };
  const planned = { Context: 40, Issue: 30 };
  it("goes through the sections, then what is pushed on", () => {
    const parts = partsOf(page, planned, null);
    expect(parts.map((part) => part.name)).toEqual(["Context", "Issue", ...says]);
    let now = { part: "Context", used: {}, notes: {} };
    for (const seconds of [12.4, 30.6, 5]) now = moveOn(now, parts, seconds) as typeof now;
    expect(now).toEqual({ part: "b", used: { Context: 12, Issue: 31, a: 5 }, notes: { a: "", b: "" } });
    expect(mayEnd(parts, now)).toBe(false);
    now = moveOn(now, parts, 1) as typeof now;
    expect(mayEnd(parts, now)).toBe(true);
  });
  it("keeps what was met in front when it is gone on with", () => {
    const parts = partsOf(page, planned, { part: "c", used: {}, notes: { c: "", b: "x" } });
    expect(parts.slice(2).map((part) => part.name)).toEqual(["c", "b", "a", "d"]);
  });
  it("may end earlier where there is less to push on", () => {
    expect(mayEnd(partsOf({ pushbacks: page.pushbacks.slice(0, 1) }, planned, null), { part: "a", used: {}, notes: { a: "" } })).toBe(true);
  });
});

describe("a kept page", () => {
  const make = (saves: string[], server = { value: { text: "" }, savedAt: null as string | null }) =>
    new KeptPage<{ text: string }>({
      key: "cases/x",
      server,
      read: (said) => (said && typeof said === "object" && "text" in said ? (said as { text: string }) : null),
      save: (value) => {
        saves.push(value.text);
        return Promise.resolve({ saved_at: new Date().toISOString() });
      },
    });
  it("saves what is written, and has it at once in this browser", async () => {
    vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
    const saves: string[] = [];
    const page = make(saves);
    page.write({ text: "a" });
    page.write({ text: "ab" });
    expect(make([]).value).toEqual({ text: "ab" });
    await vi.advanceTimersByTimeAsync(500);
    expect(saves).toEqual(["ab"]);
    expect(page.kept.at).toBe("saved");
  });
  it("keeps nothing more once it was handed in", async () => {
    vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
    const saves: string[] = [];
    const page = make(saves);
    page.write({ text: "a" });
    page.forget();
    await vi.advanceTimersByTimeAsync(5000);
    expect(saves).toEqual([]);
    expect(make([]).restored).toBe(false);
  });
  it("takes the server's when that is newer", () => {
    vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
    make([]).write({ text: "mine" });
    const page = make([], { value: { text: "theirs" }, savedAt: "2026-03-01T13:00:00Z" });
    expect([page.value.text, page.restored]).toEqual(["theirs", false]);
  });
});

describe("a stopwatch", () => {
  it("counts on from what was before, and not while it stands", () => {
    vi.useFakeTimers();
    const watch = new Stopwatch(10);
    vi.advanceTimersByTime(3000);
    expect(watch.exact).toBe(10);
    watch.start();
    vi.advanceTimersByTime(2500);
    expect(watch.exact).toBeCloseTo(12.5, 1);
    watch.stop();
    vi.advanceTimersByTime(9000);
    expect(watch.exact).toBeCloseTo(12.5, 1);
    watch.restart(1);
    expect(watch.exact).toBe(1);
  });
});
