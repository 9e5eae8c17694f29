// Are weeks laid right, is what moved told right, does each block lead where it is done, and is a refusal put at its field?
import { describe, expect, it } from "vitest";
import { ACTIVITIES, byHand, recorded, toBlock, type Activity } from "../../words/activities";
import { match } from "../../routing/routes";
import type { Block, PlanPage, Promised, RoundCard } from "./api";
import { compare, marksOf, wordDifference } from "./compare";
import { draftOf, fieldOf, firstMissing, goalOf } from "./form";
import { keptSaid, triageSaid } from "./promises";
import { byWeek, choices, mayGo, nextDay } from "./reach";
import { blockSaid, chipName, shortTitle } from "./said";
import { walk } from "./walk";
import { lastDay, layWeeks, weekSaid } from "./weeks";

function block(id: string, day: string, change: Partial<Block> = {}): Block {
  return { id, day, activity: "sql", minutes: 20, title: `Title of ${id}`, refers: `slug-${id}`, skills: [], why: "", state: "planned", pinned: false, done_by: "", stood_on: null, ...change };
}
const round = (id: string, date: string): RoundCard => ({ id, title: `Round ${id}`, stage: 1, minutes: 45, weight: 0.5, full: true, looks_for: [], skills: [], date });

// From Wednesday 4 March to Monday 16 March 2026, seen on Thursday the 5th; Sunday the 8th is off.
function page(blocks: Block[], change: Partial<PlanPage> = {}): PlanPage {
  const rounds = [round("screen", "2026-03-12"), round("last", "2026-03-16")];
  const loop = { id: "x", title: "Loop", says: "", rounds };
  const goal = { loop: "x", begins: "2026-03-04", dates: { screen: "2026-03-12", last: "2026-03-16" }, hours_a_week: 7, weekdays_off: [6], dates_off: [], baseline: true, evening: "19:00", morning: "10:00" };
  const week = (number: number, begins: string) => ({ number, begins, theme: `Theme ${number}`, minutes: 0, done_minutes: 0 });
  const days = ["2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-13", "2026-03-14"];
  return {
    today: "2026-03-05",
    loop,
    loops: [loop],
    plan: { goal, blocks, promises: [], triage: [] },
    weeks: [week(1, "2026-03-04"), week(2, "2026-03-11")],
    capacity: Object.fromEntries(days.map((day) => [day, 60])),
    over: false,
    let_go: [],
    ...change,
  };
}

describe("layWeeks", () => {
  const rows = layWeeks(page([block("a", "2026-03-04", { state: "missed" }), block("b", "2026-03-05", { state: "done" }), block("c", "2026-03-05", { minutes: 45 }), block("d", "2026-03-05", { state: "dropped" })]));
  it("lays whole weeks from Monday, to the week of the last round", () => {
    expect(rows.map((row) => row.monday)).toEqual(["2026-03-02", "2026-03-09", "2026-03-16"]);
    expect(rows.every((row) => row.days.length === 7)).toBe(true);
    expect(lastDay(page([]))).toBe("2026-03-16");
  });
  it("names a row by the week that begins in it, and says where none does", () => {
    expect(rows.map((row) => [row.week?.number, row.begins])).toEqual([[1, true], [2, true], [2, false]]);
  });
  it("knows of each day whether it is inside, free, filled or the day of a round", () => {
    const [monday, , wednesday, thursday, , , sunday] = rows[0]?.days ?? [];
    expect([monday?.inside, wednesday?.past, thursday?.today]).toEqual([false, true, true]);
    expect([thursday?.planned, thursday?.capacity, sunday?.capacity, sunday?.inside]).toEqual([65, 60, null, true]);
    expect([wednesday?.planned, wednesday?.blocks.length]).toEqual([0, 1]);
    expect(rows[1]?.days[3]?.rounds.map((one) => one.id)).toEqual(["screen"]);
  });
  it("counts what was missed or left out neither as planned nor as done", () => {
    expect([rows[0]?.minutes, rows[0]?.done]).toEqual([65, 20]);
    expect([weekSaid({ past: false, minutes: 65, done: 20 }), weekSaid({ past: true, minutes: 0, done: 0 })].map((said) => said.replaceAll("\u00a0", " "))).toEqual(["1 h 05, 20 min done", ""]);
  });
  it("has no rows without a plan", () => {
    expect(layWeeks(page([], { plan: null }))).toEqual([]);
  });
});

describe("compare", () => {
  const before = [block("a", "2026-03-05"), block("b", "2026-03-06"), block("c", "2026-03-07"), block("d", "2026-03-07")];
  const after = [block("a", "2026-03-06", { pinned: true }), block("b", "2026-03-06", { refers: "other" }), block("c", "2026-03-07", { state: "done" }), block("e", "2026-03-09")];
  it("tells moved from changed, new and gone; a state alone is none of them", () => {
    expect(compare(before, after)).toEqual({ moved: ["a"], changed: ["b"], added: ["e"], gone: ["d"] });
    expect([...marksOf(compare(before, after))]).toEqual([["a", "moved"], ["b", "changed"], ["e", "new"]]);
  });
  it("says so in a sentence", () => {
    expect(wordDifference({ moved: ["a", "b"], changed: [], added: [], gone: [] })).toBe("2 blocks moved, none new.");
    expect(wordDifference(compare(before, after))).toBe("1 block moved, 1 new, 1 gone; 1 opens something else now.");
    expect(wordDifference({ moved: [], changed: ["a", "b"], added: [], gone: [] })).toBe("No block moved, none new; 2 open something else now.");
    expect(wordDifference(compare(before, before))).toBe("Nothing else changed.");
  });
});

describe("where a block may go", () => {
  const plan = page([block("a", "2026-03-06"), block("m", "2026-03-06", { activity: "mock", refers: "screen" }), block("z", "2026-03-04", { state: "missed" })]);
  const [a, m, z] = plan.plan?.blocks as [Block, Block, Block];
  it("is from today to the day before the last round, a mock before its own round, nothing that is over", () => {
    expect([mayGo(a, "2026-03-04", plan), mayGo(a, "2026-03-05", plan), mayGo(a, "2026-03-15", plan), mayGo(a, "2026-03-16", plan)]).toEqual([false, true, true, false]);
    expect([mayGo(m, "2026-03-11", plan), mayGo(m, "2026-03-12", plan), mayGo(z, "2026-03-06", plan), mayGo(a, "2026-03-06", plan)]).toEqual([true, false, false, false]);
  });
  it("is offered day by day with what is planned there, days off among them", () => {
    const found = choices(a, plan);
    expect([found.length, found[0]?.day, found.at(-1)?.day]).toEqual([10, "2026-03-05", "2026-03-15"]);
    expect(found.find((choice) => choice.day === "2026-03-08")).toEqual({ day: "2026-03-08", planned: 0, capacity: null });
    expect(byWeek(found).map(([monday, days]) => [monday, days.length])).toEqual([["2026-03-02", 3], ["2026-03-09", 7]]);
  });
  it("by key is the next day with time for practice, over days off and rounds", () => {
    expect([nextDay(a, plan, -1), nextDay(a, plan, 1)]).toEqual(["2026-03-05", "2026-03-07"]);
    expect([nextDay({ ...a, day: "2026-03-07" }, plan, 1), nextDay({ ...a, day: "2026-03-05" }, plan, -1), nextDay({ ...a, day: "2026-03-14" }, plan, 1)]).toEqual(["2026-03-09", null, null]);
  });
});

describe("walk", () => {
  const rows = layWeeks(page([block("a", "2026-03-05"), block("b", "2026-03-05"), block("c", "2026-03-07"), block("d", "2026-03-14"), block("e", "2026-03-14")]));
  it("goes through a day, to the next day with blocks, by a week, and stays at the ends", () => {
    expect(["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "PageDown", "End"].map((key) => walk(rows, "a", key))).toEqual(["b", "a", "c", "a", "d", "e"]);
    expect([walk(rows, "b", "ArrowRight"), walk(rows, "b", "ArrowDown"), walk(rows, "e", "PageUp"), walk(rows, "e", "Home")]).toEqual(["c", "b", "c", "a"]);
    expect([walk(rows, "a", "x"), walk(rows, "nobody", "ArrowUp")]).toEqual([null, null]);
  });
});

describe("toBlock", () => {
  it("leads every activity to a page that there is", () => {
    const pages = (Object.keys(ACTIVITIES) as Activity[]).map((activity) => match(toBlock({ activity, refers: "some-slug" })).page);
    expect(pages).toEqual(["baseline", "review", "reference", "workspace", "workspace", "case", "case", "narratives", "prompt", "mock"]);
  });
  it("leads to the list where a block names nothing", () => {
    expect((["sql", "reading", "narrative", "case"] as const).map((activity) => toBlock({ activity, refers: "" }))).toEqual(["/drills", "/library", "/narratives", "/cases"]);
  });
});

describe("the form", () => {
  it("comes back with the goal as it was, and asks for it again", () => {
    const draft = draftOf(page([]));
    expect([draft.last, draft.hours, draft.own]).toEqual(["2026-03-16", "7", true]);
    expect(goalOf(draft)).toMatchObject({ last: "2026-03-16", hours_a_week: 7, dates: { screen: "2026-03-12", last: "2026-03-16" }, weekdays_off: [6], loop: "x" });
    expect(goalOf({ ...draft, own: false, hours: "7,5" })).toMatchObject({ dates: null, hours_a_week: 7.5 });
    expect(draftOf(page([], { over: true }))).toMatchObject({ last: "", own: false, weekdaysOff: [6] });
  });
  it("says what is missing before anything is sent", () => {
    const draft = draftOf(page([]));
    expect(firstMissing(draft)).toBeNull();
    expect(firstMissing({ ...draft, last: "" })?.where).toBe("last");
    expect(firstMissing({ ...draft, dates: { ...draft.dates, screen: "" } })?.where).toBe("dates.screen");
    expect([firstMissing({ ...draft, hours: "" })?.where, firstMissing({ ...draft, hours: "ten" })?.where, firstMissing({ ...draft, hours: "0" })]).toEqual(["hours_a_week", "hours_a_week", null]);
    expect([firstMissing({ ...draft, evening: "" })?.where, firstMissing({ ...draft, morning: "" })?.where]).toEqual(["evening", "morning"]);
  });
  it("puts the server's words at the field they are about", () => {
    const draft = draftOf(page([]));
    expect(["dates", "begins", "body.last", "body.hours_a_week", "weekdays_off", "dates_off.0", "dates.screen", "loop"].map((where) => fieldOf(where, draft))).toEqual(["last", "last", "last", "hours_a_week", "weekdays_off", "dates_off", "dates.screen", "loop"]);
    expect([fieldOf("dates.screen", { ...draft, own: false }), fieldOf("dates.nobody", draft), fieldOf("elsewhere", draft)]).toEqual(["last", "last", ""]);
  });
});

describe("promises", () => {
  const promise = (change: Partial<Promised>): Promised => ({ id: "x", says: "", holds: true, wanted: 3, planned: 3, unit: "mocks", why_not: "", ...change });
  it("say how far they are kept without counting more than all", () => {
    const said = [promise({}), promise({ planned: 10 }), promise({ planned: 1, holds: false }), promise({ wanted: 1, planned: 1, unit: "days" }), promise({ wanted: 0, planned: 0, unit: "weeks" }), promise({ unit: "share", wanted: 0.3, planned: 0.312 }), promise({ unit: "minutes", wanted: 540, planned: 210, holds: false })];
    expect(said.map(keptSaid).map((text) => text.replaceAll("\u00a0", " "))).toEqual(["3 of 3 mocks", "10 mocks", "1 of 3 mocks", "1 of 1 day", "no such week", "31 % of the time", "3 h 30 of 9 h"]);
  });
  it("do not say twice what stands in the triage", () => {
    expect(triageSaid(["3 days are left.", "Not kept: mocks. 1 of 3 fit."], [promise({ holds: false, why_not: "1 of 3 fit." })])).toEqual(["3 days are left."]);
  });
});

describe("a block in words", () => {
  it("names the activity once, and the state and the mark", () => {
    expect(blockSaid(block("a", "2026-03-05", { pinned: true }), "moved")).toBe("SQL: Title of a, 20 min, pinned, moved");
    expect(blockSaid(block("a", "2026-03-05", { activity: "mock", title: "Mock: Product case", state: "done", pinned: true }), undefined)).toBe("Mock: Product case, 20 min, done");
    expect([chipName(block("a", "2026-03-05", { activity: "mock", title: "Mock: Product case" })), chipName(block("a", "2026-03-05"))]).toEqual(["Product case", "SQL"]);
  });
  it("says what was done elsewhere and what was left out, and that the person may take both back", () => {
    const [away, dropped, recordedOne] = [block("a", "x", { state: "done", done_by: "elsewhere" }), block("b", "x", { state: "dropped" }), block("c", "x", { state: "done", done_by: "att_1" })];
    expect([away, dropped, recordedOne].map((one) => blockSaid(one, undefined).split(", ").at(-1))).toEqual(["done elsewhere", "left out", "done"]);
    expect([away, dropped, recordedOne, block("d", "x", { state: "done" }), block("e", "x", { state: "missed" })].map(byHand)).toEqual([true, true, false, true, false]);
    expect((Object.keys(ACTIVITIES) as Activity[]).filter((activity) => !recorded(activity))).toEqual(["reading"]);
  });
  it("keeps a title to a line by whole words", () => {
    expect(shortTitle(block("a", "x", { title: "Short" }))).toBe("Short");
    expect(shortTitle(block("a", "x", { title: "Synthetic Control Methods for Comparative Case Studies" }))).toBe("Synthetic Control Methods for Comparative …");
  });
});
