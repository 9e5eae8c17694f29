// Does Today say what comes now, what is done, and what a day without practice is?
import { describe, expect, it } from "vitest";
import type { Block } from "../../words/activities";
import { headline, nextSaid, readDay, type Agenda } from "./agenda";

const block = (id: string, state: Block["state"], minutes = 30): Block => ({ id, day: "2026-03-02", activity: "sql", minutes, title: id, refers: id, skills: [], why: "", state, pinned: false, done_by: "", stood_on: null });
const agenda = (change: Partial<Agenda> = {}): Agenda => ({ state: "running", blocks: [], missed: [], next_day: null, next_minutes: 0, days_left: 21, due: 0, rounds: [], ...change });
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("readDay", () => {
  it("begins with the first block that is still to do", () => {
    const day = readDay(agenda({ blocks: [block("a", "done"), block("b", "planned"), block("c", "planned", 45)] }));
    expect([day.state, day.now?.id, day.follows.map((one) => one.id), day.done.map((one) => one.id), day.minutes]).toEqual(["at work", "b", ["c"], ["a"], 75]);
  });
  it("tells a day that is done from a day of rest", () => {
    expect([readDay(agenda({ blocks: [block("a", "done")] })).state, readDay(agenda()).state]).toEqual(["done", "rest"]);
  });
});

describe("headline", () => {
  it("says how much there is, then how much is left", () => {
    expect(plain(headline(agenda({ blocks: [block("a", "planned"), block("b", "planned", 45)] })))).toBe("2 blocks, 1 h 15 in all. 21 days until the last round.");
    expect(plain(headline(agenda({ blocks: [block("a", "done"), block("b", "planned")], days_left: 1 })))).toBe("30 min done, 30 min to go. 1 day until the last round.");
    expect(plain(headline(agenda({ blocks: [block("a", "done")] })))).toContain("30 min done, and that was today.");
  });
  it("names rest as rest and a round before anything else", () => {
    expect(headline(agenda())).toContain("A day of rest.");
    expect(headline(agenda({ rounds: ["Recruiter screen"], blocks: [block("a", "planned")] }))).toContain("the day of a round");
    expect(headline(agenda({ state: "over", rounds: ["Product case"], days_left: null }))).toBe("Today is the last day of the loop.");
  });
});

describe("nextSaid", () => {
  it("says tomorrow as tomorrow, and nothing where nothing comes", () => {
    expect(plain(nextSaid({ next_day: "2026-03-03", next_minutes: 120 }, "2026-03-02"))).toBe("tomorrow, Tuesday: 2 h");
    expect(plain(nextSaid({ next_day: "2026-03-07", next_minutes: 45 }, "2026-03-02"))).toBe("Sat 7 Mar: 45 min");
    expect(nextSaid({ next_day: null, next_minutes: 0 }, "2026-03-02")).toBe("");
  });
});
