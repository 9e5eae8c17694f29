// What is going on in a review: which card is up, is it turned, and how did those before it go?
import { toWire, type Picked } from "../../parts/choices";
import { sendReview, type Due, type ReviewedCard, type ReviewIn, type ReviewPage } from "./api";

export interface Gone {
  due: Due;
  told: ReviewedCard;
}

export class ReviewSession {
  page = $state.raw<ReviewPage>() as ReviewPage;
  place = $state(0);
  shown = $state(false); // the back of a card, or what is right of an item
  picked = $state<Picked>(null);
  told = $state.raw<ReviewedCard | null>(null); // of an item that is up still
  gone = $state.raw<Gone[]>([]);
  busy = $state(false);
  problem = $state.raw<Error | null>(null);
  card = $derived(this.page.due[this.place] ?? null);
  #since = performance.now();

  constructor(page: ReviewPage) {
    this.page = page;
  }

  get last(): Gone | null {
    return this.gone.at(-1) ?? null;
  }

  // The list was asked for anew: what was done in this sitting stays counted.
  refill(page: ReviewPage): void {
    this.page = page;
    this.place = 0;
    this.#turn();
  }

  show = (): void => {
    if (this.card?.sort === "card") this.shown = true;
  };

  // A card is rated by oneself, and gives way to the next at once.
  rate = async (rating: number): Promise<boolean> => {
    if (!this.card || !this.shown || this.card.sort !== "card") return false;
    if (!(await this.#send({ rating, sure: true }))) return false;
    this.next();
    return true;
  };

  // An item is rated by what was chosen; it stays up, with what is right and why.
  answer = async (sure: boolean): Promise<boolean> => {
    if (!this.card || this.picked === null || this.told || this.card.sort !== "item") return false;
    const told = await this.#send({ choice: toWire(this.picked), sure });
    if (!told) return false;
    this.told = told;
    this.shown = true;
    return true;
  };

  next = (): void => {
    this.place += 1;
    this.#turn();
  };

  async #send(given: ReviewIn): Promise<ReviewedCard | null> {
    const due = this.card;
    if (!due || this.busy) return null;
    this.busy = true;
    try {
      const seconds = Math.min(86_400, Math.round((performance.now() - this.#since) / 1000));
      const told = await sendReview(due.card_id, { ...given, seconds });
      this.gone = [...this.gone, { due, told }];
      this.problem = null;
      return told;
    } catch (problem) {
      this.problem = problem as Error;
      return null;
    } finally {
      this.busy = false;
    }
  }

  #turn(): void {
    this.shown = false;
    this.picked = null;
    this.told = null;
    this.problem = null;
    this.#since = performance.now();
  }
}
