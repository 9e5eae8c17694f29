// Which block is being dragged over the calendar, over which day, and may it be dropped there?
import type { Block, PlanPage } from "./api";
import { mayGo } from "./reach";

export class Carry {
  block = $state.raw<Block | null>(null);
  over = $state("");
  #page: () => PlanPage;
  #drop: (block: Block, day: string) => void;

  constructor(page: () => PlanPage, drop: (block: Block, day: string) => void) {
    this.#page = page;
    this.#drop = drop;
  }

  may(day: string): boolean {
    return this.block !== null && mayGo(this.block, day, this.#page());
  }

  // Listens on the whole table: a long plan has too many blocks and days for listeners of their own.
  attach = (table: HTMLElement): (() => void) => {
    const heard: [keyof HTMLElementEventMap, (event: DragEvent) => void][] = [
      ["dragstart", this.#start],
      ["dragover", this.#hover],
      ["drop", this.#end],
      ["dragend", this.#stop],
    ];
    for (const [name, listener] of heard) table.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of heard) table.removeEventListener(name, listener as EventListener);
    };
  };

  #start = (event: DragEvent): void => {
    const id = closest(event, "block");
    this.block = this.#page().plan?.blocks.find((block) => block.id === id && block.state === "planned") ?? null;
    if (!this.block || !event.dataTransfer) return event.preventDefault();
    event.dataTransfer.setData("text/plain", this.block.title);
    event.dataTransfer.effectAllowed = "move";
  };

  #hover = (event: DragEvent): void => {
    const day = closest(event, "day");
    const may = this.may(day);
    if (may) event.preventDefault();
    if (this.over !== (may ? day : "")) this.over = may ? day : "";
  };

  #end = (event: DragEvent): void => {
    const [block, day] = [this.block, closest(event, "day")];
    if (block && this.may(day)) {
      event.preventDefault();
      this.#drop(block, day);
    }
    this.#stop();
  };

  #stop = (): void => {
    [this.block, this.over] = [null, ""];
  };
}

function closest(event: Event, name: "block" | "day"): string {
  const found = event.target instanceof Element ? event.target.closest<HTMLElement>(`[data-${name}]`) : null;
  return found?.dataset[name] ?? "";
}
