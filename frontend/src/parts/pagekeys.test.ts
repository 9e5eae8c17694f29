// Does a page take the keys that are meant for it, and leave all others alone?
import { beforeEach, describe, expect, it } from "vitest";
import { storage } from "../drafts/storage";
import { keyed, toWire } from "./choices";
import { pageKey } from "./pagekeys";

function press(id: string, key: string, held: KeyboardEventInit = {}): string | null {
  let taken: string | null = null;
  const listen = (event: KeyboardEvent): void => void (taken = pageKey(event));
  addEventListener("keydown", listen);
  (document.getElementById(id) ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
  removeEventListener("keydown", listen);
  return taken;
}

beforeEach(() => {
  storage.removeItem("liveloop.single-keys");
  document.body.innerHTML =
    '<h2 id="heading" tabindex="-1">x</h2><textarea id="area"></textarea><input id="text"><label id="card"><input id="radio" type="radio"></label><button id="button"></button><a id="link" href="/">x</a>';
});

describe("pageKey", () => {
  it("takes a plain key where nothing is typed", () => {
    expect([press("", "1"), press("heading", " "), press("heading", "Enter"), press("radio", "3"), press("button", "n")]).toEqual(["1", " ", "Enter", "3", "n"]);
  });
  it("leaves what is typed, held or repeated", () => {
    expect([press("area", "1"), press("text", "n"), press("heading", "1", { ctrlKey: true }), press("heading", "1", { repeat: true })]).toEqual([null, null, null, null]);
  });
  it("leaves Enter and Space to what acts on them, but a radio button does nothing on Enter", () => {
    expect([press("button", "Enter"), press("link", "Enter"), press("button", " "), press("radio", " "), press("radio", "Enter")]).toEqual([null, null, null, null, "Enter"]);
  });
  it("takes no single keys once they are switched off; Enter still goes on", () => {
    storage.setItem("liveloop.single-keys", "off");
    expect([press("heading", "1"), press("heading", "Enter"), press("heading", " ")]).toEqual([null, "Enter", " "]);
  });
  it("takes nothing while a dialog is open", () => {
    document.body.insertAdjacentHTML("beforeend", "<dialog open></dialog>");
    expect(press("heading", "1")).toBeNull();
  });
});

describe("keyed", () => {
  it("picks the choices that there are, and 0 for not knowing", () => {
    expect(["1", "4", "5", "0", "a", "12", "Enter"].map((key) => keyed(key, 4))).toEqual([0, 3, null, "unknown", null, null, null]);
    expect([toWire(2), toWire("unknown"), toWire(null)]).toEqual([2, null, null]);
  });
});
