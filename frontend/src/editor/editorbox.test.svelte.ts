// Does the box hand over the text both ways, before and after the full editor has come?
import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it, vi } from "vitest";
import EditorBox from "./EditorBox.svelte";
import type { EditorWishes } from "./open";

const opened = vi.hoisted(() => {
  let come = (): void => {};
  const arrived = new Promise<void>((resolve) => (come = resolve));
  return { wishes: [] as EditorWishes[], texts: [] as string[], arrived, come: () => come() };
});
vi.mock("./open", async () => {
  await opened.arrived;
  return {
    openEditor: (wishes: EditorWishes) => {
      opened.wishes.push(wishes);
      return { setText: (text: string) => opened.texts.push(text), focus: () => {}, destroy: () => {} };
    },
  };
});

describe("EditorBox", () => {
  it("is a plain text area first, then the editor with the text as it stands then, and follows later changes", async () => {
    document.head.innerHTML = '<meta name="csp-nonce" content="abc">';
    const changed = vi.fn();
    const props = $state({ text: "starter", kind: "sql" as const, tables: [], label: "Your SQL", changed, run: () => {}, handIn: () => {} });
    const box = mount(EditorBox, { target: document.body, props });
    flushSync();
    const area = document.querySelector("textarea");
    expect(area?.value).toBe("starter");
    if (area) area.value = "typed early";
    area?.dispatchEvent(new Event("input", { bubbles: true }));
    expect(changed).toHaveBeenCalledWith("typed early");
    props.text = "typed early";
    flushSync();
    opened.come();
    await vi.waitFor(() => expect(opened.wishes).toHaveLength(1));
    expect(opened.wishes[0]).toMatchObject({ text: "typed early", nonce: "abc", attributes: { "aria-label": "Your SQL" } });
    flushSync();
    expect(document.querySelector("textarea")).toBeNull();
    props.text = "from outside";
    flushSync();
    expect(opened.texts.at(-1)).toBe("from outside");
    await unmount(box);
  });
});
