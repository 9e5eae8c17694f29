// Do calendar dates add up and read as they are said, whatever the zone of the machine?
import { describe, expect, it } from "vitest";
import { addDays, daysBetween, fromToday, hours, mondayOf, shortDay, weekday } from "./days";

describe("dates", () => {
  it("add up over months, years and the change of the clocks", () => {
    expect([addDays("2026-02-28", 1), addDays("2027-01-01", -1), addDays("2026-03-28", 2)]).toEqual(["2026-03-01", "2026-12-31", "2026-03-30"]);
    expect([daysBetween("2026-03-28", "2026-03-30"), daysBetween("2026-01-01", "2025-12-31")]).toEqual([2, -1]);
  });
  it("know their weekday, Monday first", () => {
    expect([weekday("2026-03-02"), weekday("2026-03-08"), mondayOf("2026-03-08"), mondayOf("2026-03-02")]).toEqual([0, 6, "2026-03-02", "2026-03-02"]);
  });
  it("are said short, and from today", () => {
    expect(shortDay("2026-03-08")).toBe("Sun 8 Mar");
    expect([-2, -1, 0, 1, 12].map((days) => fromToday("2026-03-08", addDays("2026-03-08", days)))).toEqual(["2 days ago", "yesterday", "today", "tomorrow", "in 12 days"]);
  });
});

describe("hours", () => {
  it("keep minutes under the hour and drop an empty rest", () => {
    expect([0, 45, 60, 65, 135].map(hours).map((said) => said.replaceAll("\u00a0", " "))).toEqual(["0 min", "45 min", "1 h", "1 h 05", "2 h 15"]);
  });
});
