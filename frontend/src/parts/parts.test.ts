// Do the pieces show what they are given, and never run it?
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { Finding, Sheet } from "../api/contract";
import { Refusal } from "../api/client";
import FindingShown from "./FindingShown.svelte";
import Markdown from "./Markdown.svelte";
import Problem from "./Problem.svelte";
import SheetTable from "./SheetTable.svelte";
import SignalGauge from "./SignalGauge.svelte";

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

let shown: Record<string, unknown> | null = null;
function show<P extends Record<string, unknown>>(piece: Component<P>, props: P): HTMLElement {
  document.body.innerHTML = "";
  shown = mount(piece, { target: document.body, props }) as Record<string, unknown>;
  flushSync();
  return document.body;
}
afterEach(() => {
  if (shown) void unmount(shown);
  shown = null;
});

const sheet = (rows: Sheet["rows"], marked: number[] = []): Sheet => ({ columns: ["day", "n"], types: ["VARCHAR", "BIGINT"], rows, marked, cut: 0 });

describe("Markdown", () => {
  it("shows hostile HTML as text and makes no element of it", () => {
    const page = show(Markdown, {
      text: '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\ntext <b onclick="alert(1)">bold</b>\n\n[a](javascript:alert(1)) ![b](http://evil.example/x.png)\n\n<style>body{display:none}</style>',
    });
    expect(page.querySelectorAll("script, img, style, b, iframe, [onclick], [onerror], [style]")).toHaveLength(0);
    expect([...page.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([]);
    expect(page.textContent).toContain("<script>alert(1)</script>");
    expect(page.textContent).toContain("bold");
  });

  it("makes real elements of what is Markdown", () => {
    const page = show(Markdown, { text: "## Head\n\n> said\n\n1. one\n2. **two** `x < y`\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[docs](https://duckdb.org)\n\n```sql\nSELECT 1\n```" });
    expect(page.querySelector("h3")?.textContent).toBe("Head");
    expect(page.querySelector("blockquote")?.textContent?.trim()).toBe("said");
    expect(page.querySelectorAll("ol > li")).toHaveLength(2);
    expect(page.querySelector("li code")?.textContent).toBe("x < y");
    expect(page.querySelectorAll("th[scope=col]")).toHaveLength(2);
    expect(page.querySelector("a")?.rel).toBe("noopener noreferrer");
    expect(page.querySelector("pre")?.textContent).toBe("SELECT 1");
  });
});

describe("SheetTable", () => {
  it("marks a row by a sign and a word, and a cell by its class", () => {
    const marks = { rows: new Set([1]), cells: new Map([[1, new Set([1])]]) };
    const page = show(SheetTable, { sheet: sheet([["Mon", 1], ["Tue", 2]]), caption: "Yours gives", marks });
    const rows = [...page.querySelectorAll("tbody tr")];
    expect(rows.map((row) => row.querySelector("th[scope=row]")?.textContent?.trim())).toEqual(["row 1 is the same", "≠row 2 differs"]);
    expect(rows[1]?.querySelectorAll("td.apart")).toHaveLength(1);
    expect(rows[0]?.querySelectorAll("td.apart")).toHaveLength(0);
  });

  it("says so when there are no rows", () => {
    expect(show(SheetTable, { sheet: sheet([]), caption: "Result" }).textContent).toContain("no rows");
  });
});

describe("FindingShown", () => {
  const finding = (evidence: unknown): Finding => ({ probe: "tie", claim: "two rows have the same `day`", dimension: "edge cases", skill: "sql.windows", evidence }) as Finding;

  it("puts both results side by side, with the database below", () => {
    const evidence = { kind: "database", database: { users: sheet([["Mon", 1]]) }, expected: sheet([["Mon", 1]]), got: sheet([["Mon", 2]]), error: null, time_zone: "Asia/Kolkata" };
    const page = show(FindingShown, { finding: finding(evidence), number: 1 });
    expect(page.querySelector("h3")?.textContent).toBe("It breaks when two rows have the same day.");
    expect([...page.querySelectorAll("figcaption .title")].map((title) => title.textContent)).toEqual(["Yours gives", "Expected", "users"]);
    expect(page.querySelectorAll("td.apart")).toHaveLength(2);
    expect(page.textContent).toContain("session time zone Asia/Kolkata");
  });

  it("shows the error when the attempt raised, and what was stopped", () => {
    const raised = { kind: "call", call: "f(x)", arguments: { x: "3" }, expected: "4", got: null, error: "ValueError: no" };
    expect(show(FindingShown, { finding: finding(raised), number: 1 }).textContent).toContain("Yours stops with");
    const stopped = { kind: "containment", limit: "memory", detail: "2 GB" };
    expect(show(FindingShown, { finding: finding(stopped), number: 1 }).textContent).toContain("memory");
  });
});

describe("SignalGauge", () => {
  it("tells the step to everybody", () => {
    expect(show(SignalGauge, { signal: "lean no" }).querySelector("[aria-current]")?.textContent).toContain("lean no");
  });
});

describe("Problem", () => {
  it("gives the server's words once, with place and what is allowed", () => {
    const page = show(Problem, { problem: new Refusal("unknown state 'x'", 422, "state", "new, tried"), what: "No list." });
    expect(page.textContent).toMatch(/unknown state 'x'.*Allowed: new, tried/s);
    const named = show(Problem, { problem: new Refusal("port 80: in use. Allowed: another port", 422, "port 80", "another port"), what: "No." });
    expect(named.textContent?.match(/another port/g)).toHaveLength(1);
  });
});
