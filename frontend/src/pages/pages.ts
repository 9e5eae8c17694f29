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
  missing: () => import("./missing/Missing.svelte"),
};

export async function loadPage(name: PageName): Promise<PageComponent> {
  return (await LOADERS[name]()).default as PageComponent;
}
