// Is only what was typed forgotten, and does a file reach the server as it is?
import { describe, expect, it } from "vitest";
import { forgetAll } from "../../drafts/storage";
import { LONGEST_ARCHIVE_BYTES, readArchive, size, sortName, takenSaid } from "./archive";

describe("forgetAll", () => {
  it("removes every key of ours but the theme, and no other app's", () => {
    localStorage.clear();
    for (const key of ["liveloop.draft.a", "liveloop.aside.a", "liveloop.theme", "other.app", "liveloop.draft.b"]) localStorage.setItem(key, "x");
    forgetAll();
    expect(Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index)).sort()).toEqual(["liveloop.theme", "other.app"]);
  });
});

describe("an archive", () => {
  it("becomes base64 of the very bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const data = await readArchive(new File([bytes], "all.zip"));
    expect(Uint8Array.from(atob(data), (char) => char.charCodeAt(0))).toEqual(bytes);
    expect(await readArchive(new File([], "empty.zip"))).toBe("");
  });
  it("is refused with its size when it is too large", async () => {
    const file = new File([], "large.zip");
    Object.defineProperty(file, "size", { value: LONGEST_ARCHIVE_BYTES + 1 });
    await expect(readArchive(file)).rejects.toThrow(/large\.zip has 47\.0 MB.*liveloop import/);
    expect((LONGEST_ARCHIVE_BYTES * 4) / 3 + 100).toBeLessThan(64_000_000);
  });
});

it("tells what an archive added from what it replaced", () => {
  const said = [{ added: 2, replaced: [] }, { added: 0, replaced: ["plan"] }, { added: 1, replaced: ["plan", "draft drl_1"] }, { added: 0, replaced: [] }];
  expect(said.map((taken) => takenSaid(taken, "a.zip"))).toEqual([
    "2 rows added from a.zip.",
    "0 rows added from a.zip, 1 replaced by a newer one: plan.",
    "1 row added from a.zip, 2 replaced by newer ones: plan, draft drl_1.",
    "a.zip holds nothing that is not here already.",
  ]);
});

it("words what is kept", () => {
  expect([sortName("stop", 1), sortName("writing_mark", 2), sortName("new_sort", 2)]).toEqual([
    "examination that stopped",
    "marks on writings",
    "new sort",
  ]);
  expect([size(999), size(1500), size(2_340_000)]).toEqual(["999 bytes", "2 kB", "2.3 MB"]);
});
