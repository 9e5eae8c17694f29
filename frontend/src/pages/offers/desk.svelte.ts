// What is going on with the offers: what was typed, whether it is kept, and what it comes to?
import { Refusal } from "../../api/client";
import { connection } from "../../api/connection.svelte";
import { Keeper, type KeptState } from "../../drafts/keeper";
import { storage } from "../../drafts/storage";
import { compareOffers, fetchSheet, saveOffers, type Offer, type OfferBook, type OffersPage, type Weighing } from "./api";
import { copyOf, MOST_OFFERS, newOffer, parseBook } from "./parts";

const SLUG = "page:offers"; // no drill can be called so

export class OffersDesk {
  book = $state<OfferBook>() as OfferBook;
  weighing = $state.raw<Weighing>() as Weighing;
  kept = $state.raw<KeptState>({ at: "idle" });
  restored = $state(false);
  own = $state(false);
  refused = $state.raw<Refusal | null>(null);
  about = $state(""); // the offer that the sheet is about
  sheet = $state("");
  sheetProblem = $state.raw<Error | null>(null);
  displaced = $state.raw<OfferBook | null>(null);
  readonly page: OffersPage;
  #keeper: Keeper;
  #refusedText = "";
  #turn = 0;
  #weighed = 0;

  constructor(page: OffersPage) {
    this.page = page;
    this.book = structuredClone(page.book);
    this.weighing = page.weighing;
    this.own = page.saved_at !== null;
    this.#keeper = new Keeper(SLUG, {
      save: (draft, keepalive) => this.#save(draft.text, keepalive),
      storage,
      now: () => new Date(),
      tell: (state) => (this.kept = state),
    });
    const unsent = this.#keeper.restore(page.saved_at);
    const mine = unsent ? parseBook(unsent.text) : null;
    if (page.saved_at) this.kept = { at: "saved", when: new Date(page.saved_at) };
    if (mine) {
      this.book = mine;
      this.restored = true;
      this.changed();
    }
    this.about = this.book.offers[0]?.name ?? "";
    void this.loadSheet();
  }

  // Every change ends here: kept in this browser at once, on the server after a pause.
  changed = (): void => {
    this.own = true;
    this.#keeper.typed({ text: JSON.stringify(this.book), confidence: null });
  };

  add = (): void => {
    if (this.book.offers.length >= MOST_OFFERS) return;
    this.book.offers.push(newOffer(this.book));
    this.changed();
  };

  copy = (index: number): void => {
    if (this.book.offers.length >= MOST_OFFERS) return;
    this.book.offers.splice(index + 1, 0, copyOf($state.snapshot(this.book) as OfferBook, index));
    this.changed();
  };

  remove = (index: number): void => {
    this.displaced = $state.snapshot(this.book) as OfferBook;
    this.book.offers.splice(index, 1);
    this.changed();
  };

  takeShipped = (): void => {
    this.displaced = $state.snapshot(this.book) as OfferBook;
    this.book = structuredClone(this.page.shipped);
    this.changed();
  };

  bringBack = (): void => {
    if (!this.displaced) return;
    const before = this.displaced;
    this.displaced = $state.snapshot(this.book) as OfferBook; // a second press takes it back
    this.book = structuredClone(before);
    this.changed();
  };

  tellAbout = (name: string): void => {
    this.about = name;
    void this.loadSheet();
  };

  loadSheet = async (): Promise<void> => {
    const turn = ++this.#turn;
    try {
      const sheet = await fetchSheet(this.about);
      if (turn !== this.#turn) return;
      this.sheet = sheet;
      this.sheetProblem = null;
    } catch (problem) {
      if (turn === this.#turn) this.sheetProblem = problem as Error;
    }
  };

  async #save(text: string, keepalive: boolean): Promise<{ saved_at: string }> {
    // What was refused is refused again until it is changed: the keeper's retries need not ask.
    if (this.refused && text === this.#refusedText) throw this.refused;
    const book = JSON.parse(text) as OfferBook;
    try {
      const saved = await saveOffers(book, { keepalive });
      this.refused = null;
      void this.#weigh(book);
      return saved;
    } catch (problem) {
      if (problem instanceof Refusal && problem.status === 422) {
        this.refused = problem;
        this.#refusedText = text;
      }
      throw problem;
    }
  }

  async #weigh(book: OfferBook): Promise<void> {
    const turn = ++this.#weighed;
    try {
      const weighing = await compareOffers(book);
      if (turn !== this.#weighed) return;
      this.weighing = weighing;
    } catch {
      return; // a lost server is told by the shell; the next save weighs again
    }
    if (!book.offers.some((offer: Offer) => offer.name === this.about)) this.about = book.offers[0]?.name ?? "";
    await this.loadSheet();
  }

  watch(): () => void {
    const leave = (): void => void this.#keeper.flush(true);
    const hide = (): void => {
      if (document.visibilityState === "hidden") leave();
    };
    const returned = connection.onReturn(() => void this.#keeper.flush());
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", hide);
    return () => {
      removeEventListener("pagehide", leave);
      document.removeEventListener("visibilitychange", hide);
      returned();
      this.#keeper.stop();
    };
  }
}
