// What is going on in the baseline: what is shown, what is picked, and what is under way?
import { storage } from "../../drafts/storage";
import { toWire, type Picked } from "../../parts/choices";
import { finishBaseline, sendAnswer, skipBaseline, takeAgain, type BaselinePage } from "./api";
import { NOTHING, readSpent, tick, turnTo, writeSpent, type Spent } from "./spent";

const TICK_MS = 1000;

export class BaselineDesk {
  page = $state.raw<BaselinePage>() as BaselinePage;
  begun = $state(false);
  skipped = $state(false);
  picked = $state<Picked>(null);
  sure = $state<number | null>(null);
  busy = $state(false);
  problem = $state.raw<Error | null>(null);
  spent = $state.raw<Spent>(NOTHING);

  constructor(page: BaselinePage) {
    this.page = page;
    this.begun = page.state === "running";
    if (page.state === "running") this.spent = readSpent(storage);
    this.#settle();
  }

  begin = (): void => {
    this.spent = NOTHING;
    this.skipped = false;
    this.begun = true;
    this.#settle();
  };

  // True once the answer is kept and the next item, or the end, is there.
  answer = async (): Promise<boolean> => {
    const item = this.page.item;
    if (!item || this.picked === null || this.busy) return false;
    const [choice, seconds] = [toWire(this.picked), Math.round(this.spent.itemMs / 1000)];
    const confidence = choice === null ? null : this.sure;
    return this.#ask(() => sendAnswer({ item_id: item.id, choice, confidence, seconds }));
  };

  stop = (): Promise<boolean> => this.#ask(finishBaseline);

  skip = async (): Promise<void> => {
    // One that was begun again and is left out leaves the earlier one as it was.
    if (await this.#ask(skipBaseline)) this.skipped = this.page.state !== "done";
  };

  again = async (): Promise<void> => {
    if (await this.#ask(takeAgain)) this.begin();
  };

  leave = (): void => {
    this.begun = false;
  };

  // Counts only while the page is looked at.
  watch(): () => void {
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      if (this.begun && this.page.item && document.visibilityState === "visible") {
        this.spent = tick(this.spent, now - last);
        writeSpent(storage, this.spent);
      }
      last = now;
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  async #ask(call: () => Promise<BaselinePage>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      this.page = await call();
      this.problem = null;
      if (this.page.state !== "running") {
        this.begun = false;
        writeSpent(storage, null);
      }
      this.#settle();
      return true;
    } catch (problem) {
      this.problem = problem as Error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  #settle(): void {
    this.picked = null;
    this.sure = null;
    this.spent = turnTo(this.spent, this.page.item?.id ?? "");
  }
}
