// Which calls does each page make?
import { get, send, type Sending } from "./client";
import type {
  AttemptIn,
  AttemptPage,
  DataKept,
  Deleted,
  DraftIn,
  DrillList,
  DrillPage,
  HandedIn,
  LibraryList,
  Place,
  Progress,
  ReferenceShown,
  RowsTaken,
  Saved,
  Shown,
  Today,
} from "./contract";

const segment = encodeURIComponent;

export const fetchToday = (): Promise<Today> => get("/api/today");
export const fetchProgress = (): Promise<Progress> => get("/api/progress");
export const fetchDrills = (query: string): Promise<DrillList> => get(`/api/drills${query ? `?${query}` : ""}`);
export const fetchDrill = (slug: string): Promise<DrillPage> => get(`/api/drills/${segment(slug)}`);
export const fetchAttempt = (id: string): Promise<AttemptPage> => get(`/api/attempts/${segment(id)}`);
export const fetchPlace = (id: string): Promise<Place | null> => get(`/api/attempts/${segment(id)}/place`);

export const runVisible = (slug: string, text: string): Promise<Shown> =>
  send("POST", `/api/drills/${segment(slug)}/run`, { text });

export const handIn = (slug: string, attempt: AttemptIn): Promise<HandedIn> =>
  send("POST", `/api/drills/${segment(slug)}/attempts`, attempt);

export const examineAgain = (id: string): Promise<HandedIn> => send("POST", `/api/attempts/${segment(id)}/examine`, {});

export const saveDraft = (slug: string, draft: DraftIn, sending: Sending = {}): Promise<Saved> =>
  send("PUT", `/api/drills/${segment(slug)}/draft`, draft, sending);

export const sendReply = (id: string, pushback: string, text: string): Promise<unknown> =>
  send("POST", `/api/attempts/${segment(id)}/replies`, { pushback, text });

export const saveMarks = (id: string, marks: Record<string, number>): Promise<unknown> =>
  send("PUT", `/api/attempts/${segment(id)}/marks`, marks);

export const fetchData = (): Promise<DataKept> => get("/api/data");
export const takeArchive = (data: string): Promise<RowsTaken> => send("POST", "/api/archive", { data });
export const deleteEverything = (confirm: string): Promise<Deleted> => send("POST", "/api/archive/delete", { confirm });

export const fetchLibrary = (query: string): Promise<LibraryList> => get(`/api/library${query ? `?${query}` : ""}`);
export const fetchReference = (slug: string): Promise<ReferenceShown> => get(`/api/library/${segment(slug)}`);
