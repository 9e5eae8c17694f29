// What is going on while a case or a prompt is written: the page, its help, the clock, what was asked, the hand-in?
import { askInterviewer, handInText, saveBegun, type Begun, type BegunIn, type Exchange, type Frame, type Sort } from "../../written/api";
import { KeptPage } from "../../written/page.svelte";
import { Stopwatch } from "../../written/stopwatch.svelte";
import { EXECUTED, PAGE } from "../../written/words";
import { here } from "../../routing/here.svelte";
import { toCase, toPrompt } from "../../routing/routes";

export interface Opened {
  sort: Sort;
  slug: string;
  aids: number;
  draft: Begun | null;
  frame: Frame | null;
}

export interface Box {
  name: string;
  title: string;
  asks?: string;
  aside?: string;
}

const MOST_AIDS = 2;

export class WritingDesk {
  page: KeptPage<BegunIn>;
  clock: Stopwatch;
  asked = $state.raw<Exchange[]>([]);
  asking = $state(false);
  handing = $state(false);
  problem = $state.raw<{ what: string; error: Error } | null>(null);
  readonly opened: Opened;
  #over = false; // handed in: nothing more is kept, whatever still ends

  constructor(opened: Opened) {
    this.opened = opened;
    const { sort, slug, draft } = opened;
    const value = { sections: draft?.sections ?? {}, aids: draft?.aids ?? opened.aids, seconds: draft?.seconds ?? 0 };
    this.page = new KeptPage<BegunIn>({
      key: `${sort}/${slug}`,
      server: { value, savedAt: draft?.saved_at ?? null },
      read: readBegun,
      save: (begun, keepalive) => saveBegun(sort, slug, begun, { keepalive }),
    });
    this.asked = draft?.asked ?? [];
    this.clock = new Stopwatch(this.page.value.seconds);
    this.clock.start();
  }

  get texts(): Record<string, string> {
    return this.page.value.sections;
  }
  get aids(): number {
    return this.page.value.aids;
  }
  get empty(): boolean {
    return Object.values(this.texts).every((text) => !text.trim());
  }

  // The boxes that the page has with this much help; what was written under less help keeps its box.
  get boxes(): Box[] {
    const { frame } = this.opened;
    const executed = this.texts[EXECUTED] ? [{ name: EXECUTED, title: EXECUTED, asks: "Kept with your text; nothing is looked for in it." }] : [];
    if (!frame || this.aids === 0) return [{ name: PAGE, title: frame ? "Your page" : "Your story" }, ...this.#orphans([PAGE]), ...executed];
    const steps = frame.steps ?? [];
    const boxes = steps.map((step) => this.#stepBox(step.title, step.asks, step.minutes));
    return [...this.#orphans(steps.map((step) => step.title)), ...boxes, ...executed];
  }

  keepExecuted = (text: string): void => {
    const before = this.page.latest.sections[EXECUTED] ?? "";
    this.write(EXECUTED, before.trim() ? `${before.trimEnd()}\n\n${text}` : text);
  };

  write = (name: string, text: string): void => {
    this.page.write({ sections: { ...this.page.latest.sections, [name]: text }, seconds: this.clock.exact });
  };

  moreHelp = (): void => this.page.write({ aids: Math.min(MOST_AIDS, this.aids + 1), seconds: this.clock.exact });

  // Going on from an earlier version is writing, too: it is kept, and can be undone by hand.
  takeUp = (sections: Record<string, string>): void => this.page.write({ sections, seconds: this.clock.exact });

  ask = async (asked: string): Promise<boolean> => {
    if (this.asking || !asked.trim()) return false;
    this.asking = true;
    this.problem = null;
    try {
      await this.page.flush();
      const told = await askInterviewer(this.opened.slug, asked, this.aids);
      this.asked = [...this.asked.filter((one) => one.says !== told.asked), { says: told.asked, reply: told.says }];
      return true;
    } catch (error) {
      this.problem = { what: "The interviewer did not hear that.", error: error as Error };
      return false;
    } finally {
      this.asking = false;
    }
  };

  handIn = async (): Promise<void> => {
    if (this.handing) return;
    this.handing = true;
    this.problem = null;
    try {
      await this.page.flush();
      const { sort, slug } = this.opened;
      const { writing_id } = await handInText(sort, slug, { ...this.page.latest, seconds: this.clock.exact });
      this.#over = true;
      this.clock.stop();
      this.page.forget();
      here.go(`${sort === "cases" ? toCase(slug) : toPrompt(slug)}?writing=${encodeURIComponent(writing_id)}`);
    } catch (error) {
      this.problem = { what: "It was not handed in.", error: error as Error };
    } finally {
      this.handing = false;
    }
  };

  watch(): () => void {
    const clock = this.clock.watch();
    const page = this.page.watch(() => {
      const texts = Object.values(this.page.latest.sections);
      if (!this.#over && texts.some((text) => text.trim())) this.page.write({ seconds: this.clock.exact });
    });
    return () => {
      clock();
      page();
    };
  }

  #stepBox(title: string, asks: string, minutes: number): Box {
    return this.aids === MOST_AIDS ? { name: title, title, asks, aside: `${minutes} min` } : { name: title, title };
  }

  #orphans(shown: string[]): Box[] {
    const left = Object.keys(this.texts).filter((name) => name !== EXECUTED && !shown.includes(name) && this.texts[name]?.trim());
    return left.map((name) => ({ name, title: name === PAGE ? "Written before" : name }));
  }
}

export function readBegun(said: unknown): BegunIn | null {
  if (!said || typeof said !== "object") return null;
  const { sections, aids, seconds } = said as Partial<BegunIn>;
  if (!sections || typeof sections !== "object" || typeof aids !== "number" || typeof seconds !== "number") return null;
  if (!Object.values(sections).every((text) => typeof text === "string")) return null;
  return { sections, aids, seconds };
}
