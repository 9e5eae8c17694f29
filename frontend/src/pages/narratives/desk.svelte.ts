// What is going on with one project: its working draft, its versions, a rehearsal?
import { KeptPage } from "../../written/page.svelte";
import { endRehearsal, fetchNarrative, keepVersion, restoreVersion, saveNarrative, type NarrativePage, type Rehearsing } from "./api";
import { fromServer, readWorking, toServer, type Working } from "./working";

export class NarrativeDesk {
  page = $state.raw<NarrativePage>() as NarrativePage;
  draft: KeptPage<Working>;
  problem = $state.raw<{ what: string; error: Error } | null>(null);
  busy = $state(false);
  said = $state("");
  readonly id: string;

  constructor(page: NarrativePage) {
    this.id = page.id;
    this.page = page;
    this.draft = new KeptPage<Working>({
      key: `narratives/${page.id}`,
      server: { value: fromServer(page), savedAt: page.saved_at },
      read: readWorking,
      save: (working, keepalive) => saveNarrative(page.id, toServer(working), { keepalive }),
    });
  }

  get working(): Working {
    return this.draft.value;
  }

  write = (name: string, text: string): void => this.draft.write({ sections: { ...this.draft.latest.sections, [name]: text } });
  plan = (name: string, seconds: number): void => this.draft.write({ planned: { ...this.draft.latest.planned, [name]: seconds } });
  rename = (title: string): void => this.draft.write({ title });
  rehearse = (rehearsing: Rehearsing | null): void => this.draft.write({ rehearsing });

  // What is found, and the versions, as the server sees the draft that it has; what is typed here stays.
  renew = async (): Promise<void> => {
    try {
      this.page = await fetchNarrative(this.id);
    } catch {
      // The next save tells of a lost server; what was found before stays on the page.
    }
  };

  keep = (): Promise<void> =>
    this.#do("The version was not kept.", async () => {
      await this.draft.flush();
      await keepVersion(this.id);
      await this.renew();
      this.said = "Version kept";
    });

  restore = (writingId: string): Promise<void> =>
    this.#do("The version could not be taken up.", async () => {
      await this.draft.flush();
      this.page = await restoreVersion(this.id, writingId);
      this.draft.replace(fromServer(this.page));
      this.said = "You go on from that version; what stood here before is kept as a version";
    });

  // Gives the id of the writing that was made of the rehearsal.
  end = async (): Promise<string | null> => {
    let made: string | null = null;
    await this.#do("The rehearsal was not kept.", async () => {
      await this.draft.flush();
      made = (await endRehearsal(this.id)).writing_id;
      this.draft.replace({ ...this.draft.latest, rehearsing: null });
    });
    return made;
  };

  async #do(what: string, work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    this.said = "";
    try {
      await work();
    } catch (error) {
      this.problem = { what, error: error as Error };
    } finally {
      this.busy = false;
    }
  }
}
