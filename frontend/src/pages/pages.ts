// Where does the code of each page lie? A page is loaded when it is first opened.
import type { Component } from "svelte";
import type { PageName } from "../routing/routes";

type PageComponent = Component<Record<string, string>>;
type Loader = () => Promise<{ default: unknown }>;

const LOADERS: Record<PageName, Loader> = {
  today: () => import("./today/Today.svelte"),
  drills: () => import("./drills/Drills.svelte"),
  workspace: () => import("./workspace/Workspace.svelte"),
  debrief: () => import("./debrief/Debrief.svelte"),
  progress: () => import("./progress/Progress.svelte"),
  plan: () => import("./plan/Plan.svelte"),
  baseline: () => import("./baseline/Baseline.svelte"),
  review: () => import("./review/Review.svelte"),
  mock: () => import("./mock/Mock.svelte"),
  cases: () => import("./cases/Cases.svelte"),
  case: () => import("./cases/Case.svelte"),
  prompt: () => import("./cases/Prompt.svelte"),
  narratives: () => import("./narratives/Narratives.svelte"),
  narrative: () => import("./narratives/Narrative.svelte"),
  library: () => import("./library/Library.svelte"),
  reference: () => import("./library/Reference.svelte"),
  offers: () => import("./offers/Offers.svelte"),
  data: () => import("./data/Data.svelte"),
  missing: () => import("./missing/Missing.svelte"),
};

export async function loadPage(name: PageName): Promise<PageComponent> {
  return (await LOADERS[name]()).default as PageComponent;
}
