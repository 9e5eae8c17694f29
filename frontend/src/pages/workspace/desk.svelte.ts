// What is going on at one drill: the text, its draft, the visible run, the hand-in and what came of it?
import { examineAgain, fetchAttempt, fetchDrill, handIn, runVisible, saveDraft } from "../../api/calls";
import { connection } from "../../api/connection.svelte";
import type { AttemptPage, DrillPage, Shown, Stage } from "../../api/contract";
import { follow, type Following } from "../../api/follow";
import { Keeper, type KeptState } from "../../drafts/keeper";
import { keepAside, readAside, readKept, shelfKey } from "../../drafts/shelf";
import { storage } from "../../drafts/storage";
import { firstText } from "./firsttext";

export type Handing =
  | { at: "writing" }
  | { at: "asking" }
  | { at: "sending" }
  | { at: "examining"; id: string; stage: Stage | null }
  | { at: "debriefed"; page: AttemptPage }
  | { at: "refused"; problem: Error }
  | { at: "failed"; id: string; problem: Error };

export class Desk {
  drill = $state.raw<DrillPage>() as DrillPage;
  text = $state("");
  confidence = $state<number | null>(null);
  kept = $state.raw<KeptState>({ at: "idle" });
  shown = $state.raw<Shown | null>(null);
  running = $state(false);
  runProblem = $state.raw<Error | null>(null);
  handing = $state.raw<Handing>({ at: "writing" });
  restored = $state(false);
  aside = $state<string | null>(null);
  otherTab = $state<string | null>(null);
  readonly openedAt = new Date();
  #keeper: Keeper;
  #following: Following | null = null;

  constructor(drill: DrillPage, fresh: boolean) {
    this.drill = drill;
    this.#keeper = new Keeper(drill.card.slug, {
      save: (draft, keepalive) => saveDraft(drill.card.slug, draft, { keepalive }),
      storage,
      now: () => new Date(),
      tell: (state) => (this.kept = state),
    });
    const kept = this.#keeper.restore(drill.draft?.saved_at ?? null);
    const first = firstText(drill, kept, fresh);
    this.text = first.text;
    this.confidence = first.confidence;
    this.aside = readAside(storage, drill.card.slug);
    if (fresh) this.#keeper.restart();
    if (fresh && (kept ?? drill.draft)) this.#setAside((kept ?? drill.draft)?.text ?? null);
    this.restored = first.from === "browser";
    if (first.from === "server" && drill.draft) this.kept = { at: "saved", when: new Date(drill.draft.saved_at) };
    if (first.from === "browser") this.#keeper.typed({ text: first.text, confidence: first.confidence });
  }

  get slug(): string {
    return this.drill.card.slug;
  }
  get busy(): boolean {
    return this.handing.at === "sending" || this.handing.at === "examining";
  }
  get startedAt(): Date {
    return this.#keeper.startedAt ? new Date(this.#keeper.startedAt) : this.openedAt;
  }

  write = (text: string): void => {
    if (text === this.text) return;
    this.text = text;
    this.#draft();
  };

  sure = (confidence: number): void => {
    this.confidence = confidence;
    if (this.handing.at === "asking") this.handing = { at: "writing" };
    this.#draft();
  };

  freshStart = (): void => {
    this.#setAside(this.text);
    this.write(this.drill.starter);
    this.confidence = null;
    if (!this.busy) this.handing = { at: "writing" };
    this.shown = null;
    this.#keeper.restart();
    this.#draft();
  };

  takeOtherTab = (): void => {
    if (this.otherTab === null) return;
    this.#setAside(this.text);
    this.write(this.otherTab);
    this.otherTab = null;
  };

  bringBack = (): void => {
    if (this.aside === null) return;
    this.write(this.aside);
    this.#setAside(null);
  };

  takeUpLast = async (): Promise<void> => {
    const last = this.drill.attempts[0];
    if (!last) return;
    try {
      this.write((await fetchAttempt(last.id)).attempt.text);
    } catch (problem) {
      this.runProblem = problem as Error;
    }
  };

  run = async (): Promise<void> => {
    if (this.running) return;
    this.running = true;
    this.runProblem = null;
    try {
      this.shown = await runVisible(this.slug, this.text);
    } catch (problem) {
      this.runProblem = problem as Error;
    } finally {
      this.running = false;
    }
  };

  // The first call without a stated confidence asks for it; a second one hands in without.
  handIn = async (): Promise<void> => {
    if (this.busy) return;
    if (this.confidence === null && this.handing.at !== "asking") {
      this.handing = { at: "asking" };
      return;
    }
    this.handing = { at: "sending" };
    try {
      await this.#keeper.flush();
      const started_at = this.startedAt.toISOString();
      const { attempt_id } = await handIn(this.slug, { text: this.text, confidence: this.confidence, started_at });
      this.#keeper.forget();
      this.#setAside(null);
      this.shown = null; // what an earlier text gave stands for nothing beside the debrief
      this.runProblem = null;
      await this.#followAttempt(attempt_id);
    } catch (problem) {
      this.handing = { at: "refused", problem: problem as Error };
    }
  };

  examineAgain = async (id: string): Promise<void> => {
    this.handing = { at: "examining", id, stage: null };
    try {
      await examineAgain(id);
      await this.#followAttempt(id);
    } catch (problem) {
      this.handing = { at: "failed", id, problem: problem as Error };
    }
  };

  async #followAttempt(id: string): Promise<void> {
    this.handing = { at: "examining", id, stage: null };
    this.#following = follow(id, (stage) => {
      if (this.handing.at === "examining") this.handing = { at: "examining", id, stage };
    });
    try {
      this.handing = { at: "debriefed", page: await this.#following.done };
      this.confidence = null; // the next attempt states its own
    } catch (problem) {
      this.handing = { at: "failed", id, problem: problem as Error };
    }
    // The list of attempts and after.md changed; failing to renew them takes nothing away.
    fetchDrill(this.slug).then(
      (drill) => (this.drill = drill),
      () => {},
    );
  }

  // Keeps the draft when the page goes away by any of the ways a page goes away.
  watch(): () => void {
    const leave = (): void => void this.#keeper.flush(true);
    const hide = (): void => {
      if (document.visibilityState === "hidden") leave();
    };
    const elsewhere = (event: StorageEvent): void => {
      const text = event.key === shelfKey(this.slug) && event.newValue ? readKept(storage, this.slug)?.text : undefined;
      if (text !== undefined) this.otherTab = text === this.text ? null : text;
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
      this.#following?.stop();
      this.#keeper.stop();
    };
  }

  // What a fresh start displaced is kept in this browser until it is brought back or an attempt is handed in.
  #setAside(text: string | null): void {
    this.aside = text === null || text.trim() === this.drill.starter.trim() ? null : text;
    keepAside(storage, this.slug, this.aside);
  }

  #draft(): void {
    this.#keeper.typed({ text: this.text, confidence: this.confidence });
  }
}
