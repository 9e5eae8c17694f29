// Are refusals told in the server's words, is a lost server noticed, and is an examination followed to its end?
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get, readRefusal, Refusal, send } from "./client";
import { connection } from "./connection.svelte";
import type { AttemptPage } from "./contract";
import { follow } from "./follow";

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

describe("a refusal", () => {
  it("keeps message, place and what is allowed", async () => {
    const refusal = await readRefusal(json(422, { message: "unknown state 'x'", where: "state", allowed: "new, tried" }));
    expect(refusal).toMatchObject({ message: "unknown state 'x'", where: "state", allowed: "new, tried", status: 422, lost: false });
  });
  it("says what it can when the answer is not the API's", async () => {
    expect((await readRefusal(new Response("<html>", { status: 502 }))).message).toContain("502");
    expect((await readRefusal(json(500, { detail: "?" }))).message).toContain("500");
  });
});

describe("a call", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("becomes a refusal of status 0 when nothing answers, and the connection is known as lost", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("failed"))));
    await expect(get("/api/today")).rejects.toMatchObject({ status: 0, lost: true });
    expect(connection.lost).toBe(true);
    const back = vi.fn();
    connection.onReturn(back);
    vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(json(200, { status: "ok" }))));
    await vi.advanceTimersByTimeAsync(1000);
    expect([connection.lost, back.mock.calls.length]).toEqual([false, 1]);
    vi.useRealTimers();
  });

  it("asks once for a new token when the server was restarted", async () => {
    const tokens = ["old", "new"];
    const sent: (string | null)[] = [];
    vi.stubGlobal("fetch", vi.fn((path: string, init?: RequestInit) => {
      if (path === "/api/session") return Promise.resolve(json(200, { csrf_token: tokens.shift() }));
      const token = new Headers(init?.headers).get("X-CSRF-Token");
      sent.push(token);
      return Promise.resolve(token === "new" ? json(200, { saved_at: "now" }) : json(403, { message: "the token is not ours" }));
    }));
    await expect(send("PUT", "/api/drills/a/draft", { text: "" })).resolves.toEqual({ saved_at: "now" });
    expect(sent).toEqual(["old", "new"]);
  });

  it("does not ask for ever", async () => {
    const asked = vi.fn((path: string) => Promise.resolve(path === "/api/session" ? json(200, { csrf_token: "t" }) : json(403, { message: "no" })));
    vi.stubGlobal("fetch", asked);
    await expect(send("POST", "/api/drills/a/run", {})).rejects.toBeInstanceOf(Refusal);
    expect(asked.mock.calls.filter(([path]) => path !== "/api/session")).toHaveLength(2);
  });
});

describe("following an examination", () => {
  class Stream {
    heard = new Map<string, (event: Event) => void>();
    closed = false;
    addEventListener = (name: string, listener: (event: Event) => void): void => void this.heard.set(name, listener);
    close = (): void => void (this.closed = true);
    say(name: string, data?: unknown): void {
      this.heard.get(name)?.(data === undefined ? new Event(name) : new MessageEvent(name, { data: JSON.stringify(data) }));
    }
  }
  const page = (state: string, failed: string | null = null) => ({ state, failed }) as AttemptPage;
  let stream: Stream;
  beforeEach(() => {
    vi.useFakeTimers();
    stream = new Stream();
  });
  afterEach(() => vi.useRealTimers());

  it("tells the stages and ends with the debriefed attempt", async () => {
    const told = vi.fn();
    const following = follow("a", told, () => stream, () => Promise.resolve(page("debriefed")));
    stream.say("progress", { stage: "probes", done: 1, total: 3 });
    stream.say("debrief", { attempt_id: "a", signal: "yes" });
    await expect(following.done).resolves.toMatchObject({ state: "debriefed" });
    expect(told).toHaveBeenCalledWith({ stage: "probes", done: 1, total: 3 });
    expect(stream.closed).toBe(true);
  });

  it("asks on its own when the stream breaks or stays silent", async () => {
    const states = ["examining", "examining", "debriefed"];
    const look = vi.fn(() => Promise.resolve(page(states.shift() ?? "")));
    const following = follow("a", () => {}, () => stream, look);
    stream.say("error");
    await vi.advanceTimersByTimeAsync(5000);
    await expect(following.done).resolves.toMatchObject({ state: "debriefed" });
    expect(look).toHaveBeenCalledTimes(3);
  });

  it("waits out a lost server, for the attempt is in its journal", async () => {
    let away = 3;
    const look = () => (away-- > 0 ? Promise.reject(new Refusal("no answer", 0)) : Promise.resolve(page("debriefed")));
    const following = follow("a", () => {}, () => stream, look);
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(following.done).resolves.toBeDefined();
  });

  it("fails in the examiner's words, told by the stream or by the attempt itself", async () => {
    const told = follow("a", () => {}, () => stream, () => Promise.resolve(page("examining")));
    stream.say("failed", { message: "the reference cannot run" });
    await expect(told.done).rejects.toThrow("the reference cannot run");
    const found = follow("a", () => {}, () => new Stream(), () => Promise.resolve(page("waiting", "the app is closing")));
    const refused = expect(found.done).rejects.toThrow("the app is closing");
    await vi.advanceTimersByTimeAsync(4000);
    await refused;
  });

  it("asks no more once it is stopped", async () => {
    const look = vi.fn(() => Promise.resolve(page("examining")));
    const following = follow("a", () => {}, () => stream, look);
    following.stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([look.mock.calls.length, stream.closed]).toEqual([0, true]);
  });
});
