// Does each key do what the list of shortcuts says, and nothing while text is typed?
import { beforeEach, describe, expect, it, vi } from "vitest";
import { match } from "../routing/routes";
import { isTyping, PLACES, SEQUENCE_MS, singleKey, withModifier, type Pressed } from "./keys";
import { onWish, tellWish } from "./wishes";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe("keys with a modifier", () => {
  it("run and hand in with Ctrl or Cmd, and nothing else", () => {
    expect(withModifier(press("Enter", { ctrlKey: true }))).toBe("run");
    expect(withModifier(press("Enter", { metaKey: true }))).toBe("run");
    expect(withModifier(press("Enter", { ctrlKey: true, shiftKey: true }))).toBe("hand in");
    expect(withModifier(press("Enter"))).toBeNull();
    expect(withModifier(press("Enter", { shiftKey: true }))).toBeNull();
    expect(withModifier(press("Enter", { ctrlKey: true, altKey: true }))).toBeNull();
  });
});

describe("single keys", () => {
  it("wait for the second key after g, but not for long", () => {
    const first = singleKey(press("g"), null, 1000);
    expect(first).toEqual({ wish: null, leader: 1000 });
    expect(singleKey(press("d"), 1000, 1200).wish).toBe("drills");
    expect(singleKey(press("d"), 1000, 1001 + SEQUENCE_MS).wish).toBeNull();
    expect(singleKey(press("x"), 1000, 1200)).toEqual({ wish: null, leader: null });
  });

  it("go to every page of the head and to the reviews, each by a key of its own", () => {
    const goes = Object.keys(PLACES).map((key) => singleKey(press(key), 1000, 1200).wish);
    expect(goes).toEqual(["today", "plan", "drills", "review", "cases", "narratives", "library", "offers", "progress"]);
    for (const place of goes) expect(match(place === "today" ? "/" : `/${place}`).page).toBe(place);
  });

  it("leave the browser's own shortcuts alone", () => {
    expect(singleKey(press("/", { ctrlKey: true }), null, 0).wish).toBeNull();
    expect([singleKey(press("?"), null, 0).wish, singleKey(press("/"), null, 0).wish]).toEqual(["shortcuts", "find"]);
  });
});

describe("isTyping", () => {
  beforeEach(() => {
    document.body.innerHTML =
      '<input id="text"><input id="range" type="range"><textarea id="area"></textarea><button id="button"></button><div class="cm-editor"><div id="inside" contenteditable="true"></div></div>';
  });
  it("is true in fields and the editor, false on sliders and buttons", () => {
    const typing = ["text", "range", "area", "button", "inside"].map((id) => isTyping(document.getElementById(id)));
    expect(typing).toEqual([true, false, true, false, true]);
    expect(isTyping(null)).toBe(false);
  });
});

describe("wishes", () => {
  it("reach the page that listens, and only while it does", () => {
    const heard = vi.fn();
    const stop = onWish("run", heard);
    expect(tellWish("run")).toBe(true);
    stop();
    expect(tellWish("run")).toBe(false);
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
