// What is going on with the plan: as it is now, what the last change moved, and what was refused?
import type { PlanPage } from "./api";
import { compare, marksOf, wordDifference, type Mark } from "./compare";

export class PlanDesk {
  page = $state.raw<PlanPage>() as PlanPage;
  busy = $state(false);
  // Blocks that the last change moved, until the next change.
  marks = $state.raw<ReadonlyMap<string, Mark>>(new Map());
  said = $state("");
  problem = $state.raw<Error | null>(null);

  constructor(page: PlanPage) {
    this.page = page;
  }

  // One change at a time; true when it was made. `lead` says what the person did, the rest what the plan did.
  change = async (call: () => Promise<PlanPage>, lead: string): Promise<boolean> => {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      const page = await call();
      const difference = compare(this.page.plan?.blocks ?? [], page.plan?.blocks ?? []);
      this.page = page;
      this.marks = marksOf(difference);
      this.said = `${lead} ${wordDifference(difference)}`;
      return true;
    } catch (problem) {
      this.problem = problem instanceof Error ? problem : new Error(String(problem));
      return false;
    } finally {
      this.busy = false;
    }
  };

  // A plan made anew is not compared with the old one: everything in it is new.
  take = (page: PlanPage, said: string): void => {
    this.page = page;
    this.marks = new Map();
    this.problem = null;
    this.said = said;
  };
}
