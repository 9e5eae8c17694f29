// Does each path lead to its page, and is each click that is not ours left to the browser?
import { describe, expect, it } from "vitest";
import { isOurs, match, toAttempt, toDrill } from "./routes";

describe("match", () => {
  it("finds every page, with or without a slash at the end", () => {
    expect(["/", "/drills", "/drills/", "/progress"].map((path) => match(path).page)).toEqual(["today", "drills", "drills", "progress"]);
    expect(match("/drills/a-b")).toEqual({ page: "workspace", parameters: { slug: "a-b" } });
    expect(match("/attempts/att_1")).toEqual({ page: "debrief", parameters: { id: "att_1" } });
  });

  it("finds nothing where nothing is", () => {
    expect(["/drill", "/drills/a/b", "/attempts", "/Progress", "/drills/%E0%A4%A"].map((path) => match(path).page)).toEqual(Array(5).fill("missing"));
  });

  it("brings a slug back as it was, whatever is in it", () => {
    for (const slug of ["a-b", "a b", "50%", "a/b", "ä"]) expect(match(toDrill(slug)).parameters["slug"]).toBe(slug);
    expect(match(toAttempt("x?y")).parameters["id"]).toBe("x?y");
  });
});

describe("isOurs", () => {
  function click(html: string, how: MouseEventInit = {}): boolean {
    document.body.innerHTML = html;
    const link = document.querySelector("a");
    if (!link) throw new Error("no link");
    return isOurs(new MouseEvent("click", { cancelable: true, ...how }), link);
  }

  it("takes a plain click on a path of the app", () => {
    expect(click('<a href="/drills">Drills</a>')).toBe(true);
  });

  it("leaves new tabs, other sites, downloads and the API to the browser", () => {
    expect(click('<a href="/drills">x</a>', { ctrlKey: true })).toBe(false);
    expect(click('<a href="/drills">x</a>', { metaKey: true })).toBe(false);
    expect(click('<a href="/drills">x</a>', { button: 1 })).toBe(false);
    expect(click('<a href="https://example.org/">x</a>')).toBe(false);
    expect(click('<a href="/drills" target="_blank">x</a>')).toBe(false);
    expect(click('<a href="/file" download>x</a>')).toBe(false);
    expect(click('<a href="/api/openapi.json">x</a>')).toBe(false);
  });
});
