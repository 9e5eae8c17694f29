// Are numbers, times, cells and codes put in the right words?
import { describe, expect, it } from "vitest";
import { isNumeric, shortTime, showCell } from "./cells";
import { claimSentence, pieces } from "./claims";
import { ago, longDay, many, percent, running, seconds, sentence, skillName } from "./format";
import { href, plain, read, topmost } from "./markdown";
import { probeName, splitUnknown, stageName } from "./probes";
import { leansYes, step } from "./signal";

describe("formatters", () => {
  it("words shares and counts", () => {
    expect([percent(0.875), percent(0), percent(null), percent(undefined)]).toEqual(["88 %", "0 %", "not stated", "not stated"]);
    expect([many(1, "row"), many(0, "row"), many(12345, "row"), many(2, "match", "matches")]).toEqual(["1 row", "0 rows", "12,345 rows", "2 matches"]);
  });

  it("words durations without false precision", () => {
    expect([seconds(0), seconds(0.0312), seconds(2.456), seconds(41.23)]).toEqual(["under 1 ms", "31 ms", "2.46 s", "41.2 s"]);
    expect([running(-5), running(61_000), running(3_661_000)]).toEqual(["00:00", "01:01", "1:01:01"]);
  });

  it("words how long ago, and gives the date beyond a week", () => {
    const now = new Date("2026-03-10T12:00:00Z");
    const words = ["2026-03-10T11:59:30Z", "2026-03-10T11:15:00Z", "2026-03-10T02:00:00Z", "2026-03-09T11:00:00Z", "2026-03-01T12:00:00Z"].map((at) => ago(at, now));
    expect(words).toEqual(["just now", "45 min ago", "10 h ago", "1 day ago", "1 Mar 2026"]);
    expect(ago("no date", now)).toBe("no date");
  });

  it("does not move a calendar date into another day", () => {
    expect(longDay("2026-03-01")).toBe("Sunday 1 March");
  });

  it("words skills and sentences", () => {
    expect([skillName("sql.time-joins"), skillName("sql"), skillName("")]).toEqual(["time joins", "sql", ""]);
    expect([sentence("it breaks"), sentence("Why?"), sentence(" ")]).toEqual(["It breaks.", "Why?", ""]);
  });
});

describe("cells", () => {
  it("shows NULL, the empty text and the text NULL as three things", () => {
    expect([showCell(null, "VARCHAR").look, showCell("", "VARCHAR").text, showCell("NULL", "VARCHAR").look]).toEqual(["null", "''", "text"]);
  });

  it("shortens a time without losing what tells two times apart", () => {
    expect(shortTime("2026-03-01T10:00:00+00:00")).toBe("2026-03-01 10:00Z");
    expect(shortTime("2026-03-01T10:00:00.000001+00:00")).toBe("2026-03-01 10:00:00.000001Z");
    expect(shortTime("2026-03-01T10:00:59.500000+05:30")).toBe("2026-03-01 10:00:59.5+05:30");
    expect(shortTime("2026-03-01 10:00:01")).toBe("2026-03-01 10:00:01");
    expect(shortTime("2026-03-01")).toBeNull();
  });

  it("shows numbers in full, and those that JSON cannot hold as they are named", () => {
    expect([showCell(0.1 + 0.2, "DOUBLE").text, showCell(1e-9, "DOUBLE").text, showCell(7, "BIGINT").text]).toEqual(["0.3", "1.0000e-9", "7"]);
    expect(showCell("NaN", "DOUBLE")).toMatchObject({ text: "NaN", look: "number" });
    expect(showCell("9223372036854775807", "BIGINT").text).toBe("9223372036854775807");
    expect([isNumeric("float64"), isNumeric("VARCHAR"), isNumeric("TIMESTAMPTZ")]).toEqual([true, false, false]);
  });

  it("leaves a text alone that merely looks like a time", () => {
    expect(showCell("2026-03-01T10:00:00Z", "VARCHAR").text).toBe("2026-03-01T10:00:00Z");
  });
});

describe("markdown", () => {
  it("follows only the web and the app's own paths", () => {
    const refused = ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", "vbscript:x"];
    expect(refused.map((to) => href({ href: to }))).toEqual(refused.map(() => ""));
    expect([href({ href: "https://duckdb.org" }), href({ href: "/drills" })]).toEqual(["https://duckdb.org", "/drills"]);
  });

  it("reads raw HTML as a token of its own, which is shown as text", () => {
    expect(read("<script>alert(1)</script>")[0]?.type).toBe("html");
  });

  it("finds the topmost heading", () => {
    expect([topmost(read("## two\n\n### three")), topmost(read("none"))]).toEqual([2, 1]);
  });

  it("turns entities into signs", () => {
    expect(plain("a &lt; b &amp;&amp; c &unknown;")).toBe("a < b && c &unknown;");
  });
});

describe("codes", () => {
  it("names the probes it knows, and lets others speak for themselves", () => {
    expect([probeName("fan-out"), probeName("week-start")]).toEqual(["Duplicated matches", "Week start"]);
    expect(splitUnknown("slow: no larger world: none")).toEqual({ probe: "slow", reason: "no larger world: none" });
    expect(splitUnknown("slow")).toEqual({ probe: "slow", reason: "" });
  });

  it("puts the signals in order", () => {
    expect([step("strong no"), step("strong yes"), leansYes("lean no"), leansYes("lean yes")]).toEqual([0, 5, false, true]);
  });
});

describe("claims", () => {
  it("complete the sentence, unless they are one", () => {
    expect(claimSentence("two rows have the same `day`")).toBe("It breaks when two rows have the same `day`.");
    expect(claimSentence("it does not run: Parser Error")).toBe("It does not run: Parser Error.");
    expect(claimSentence("the sandbox stopped it (wall)")).toBe("The sandbox stopped it (wall).");
    expect(claimSentence("items are missing")).toBe("It breaks when items are missing.");
  });

  it("set names as code and leave words alone", () => {
    const named = (text: string) => pieces(text).filter((piece) => piece.code).map((piece) => piece.text);
    expect(named("`user id` is missing")).toEqual(["user id"]);
    expect(named("sessions.happened_at is exactly 7 days after warnings.happened_at")).toEqual(["sessions.happened_at", "warnings.happened_at"]);
    expect(named("support_messages has no rows, e.g. when nobody wrote")).toEqual(["support_messages"]);
    expect(pieces("plain words.").map((piece) => piece.text).join("")).toBe("plain words.");
  });

  it("word the stages of an examination", () => {
    expect([stageName("tie"), stageName("waiting"), stageName("week-start")]).toEqual(["Asking: ties", "Waiting", "Week start"]);
  });
});
