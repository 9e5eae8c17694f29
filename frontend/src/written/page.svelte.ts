// How is a page that is being written kept: at once in this browser, soon on the server, and by any way of leaving?
import { connection } from "../api/connection.svelte";
import { Keeper, type KeptState } from "../drafts/keeper";
import { readKept, shelfKey } from "../drafts/shelf";
import { storage } from "../drafts/storage";

export interface PageSource<T> {
  key: string;
  server: { value: T; savedAt: string | null };
  read: (said: unknown) => T | null;
  save: (value: T, keepalive: boolean) => Promise<{ saved_at: string }>;
}

export class KeptPage<T extends object> {
  // What is written; `#value` is the same for whoever asks while an effect ends, which sees the state of before.
  #shown = $state.raw<T>() as T;
  #value: T;
  kept = $state.raw<KeptState>({ at: "idle" });
  restored = $state(false);
  otherTab = $state.raw<T | null>(null);
  #source: PageSource<T>;
  #keeper: Keeper;

  constructor(source: PageSource<T>) {
    this.#source = source;
    this.#keeper = new Keeper(source.key, {
      save: (draft, keepalive) => source.save(this.#parse(draft.text) ?? this.#value, keepalive),
      storage,
      now: () => new Date(),
      tell: (state) => (this.kept = state),
    });
    const { value, savedAt } = source.server;
    const kept = this.#keeper.restore(savedAt);
    const local = kept ? this.#parse(kept.text) : null;
    this.#value = local ?? value;
    this.#shown = this.#value;
    this.restored = local !== null && kept?.text !== JSON.stringify(value);
    if (this.restored) this.#typed();
    else if (savedAt) this.kept = { at: "saved", when: new Date(savedAt) };
  }

  get value(): T {
    return this.#shown;
  }
  get latest(): T {
    return this.#value;
  }

  write = (change: Partial<T>): void => {
    this.#set({ ...this.#value, ...change });
    this.#typed();
  };

  takeOtherTab = (): void => {
    if (this.otherTab) this.write(this.otherTab);
    this.otherTab = null;
  };

  flush = (): Promise<void> => this.#keeper.flush();

  // After handing in: what was written is in the journal.
  forget(): void {
    this.#keeper.forget();
  }

  // What the server says now stands here, too: after going back to an earlier version.
  replace(value: T): void {
    this.#keeper.forget();
    this.#set(value);
    this.kept = { at: "saved", when: new Date() };
  }

  // Keeps the page when it goes away by any of the ways a page goes away; `before` adds what is only known then.
  watch(before?: () => void): () => void {
    const leave = (): void => {
      before?.();
      void this.#keeper.flush(true);
    };
    const hide = (): void => {
      if (document.visibilityState === "hidden") leave();
    };
    const elsewhere = (event: StorageEvent): void => {
      if (event.key !== shelfKey(this.#source.key) || !event.newValue) return;
      const text = readKept(storage, this.#source.key)?.text;
      const other = text === undefined ? null : this.#parse(text);
      this.otherTab = other && text !== JSON.stringify(this.#value) ? other : null;
    };
    const returned = connection.onReturn(() => void this.#keeper.flush());
    addEventListener("pagehide", leave);
    addEventListener("storage", elsewhere);
    document.addEventListener("visibilitychange", hide);
    return () => {
      removeEventListener("pagehide", leave);
      removeEventListener("storage", elsewhere);
      document.removeEventListener("visibilitychange", hide);
      returned();
      before?.();
      this.#keeper.stop();
    };
  }

  #set(value: T): void {
    this.#value = value;
    this.#shown = value;
  }

  #typed(): void {
    this.#keeper.typed({ text: JSON.stringify(this.#value), confidence: null });
  }

  #parse(text: string): T | null {
    try {
      return this.#source.read(JSON.parse(text));
    } catch {
      return null;
    }
  }
}
