// How is the API called, and what does a refusal or a lost server become?
import { connection } from "./connection.svelte";
import type { Session } from "./contract";

// A refusal in the server's own words; `status` 0 means that no answer came at all.
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly where = "",
    readonly allowed = "",
  ) {
    super(message);
    this.name = "Refusal";
  }
  get lost(): boolean {
    return this.status === 0;
  }
}

const LOST = "The liveloop server does not answer. Is it still running?";
let session: Promise<Session> | null = null;

export function openSession(): Promise<Session> {
  session ??= get<Session>("/api/session").catch((refusal: unknown) => {
    session = null;
    throw refusal;
  });
  return session;
}

export function get<T>(path: string): Promise<T> {
  return call<T>("GET", path);
}

export interface Sending {
  keepalive?: boolean;
}

export async function send<T>(method: "POST" | "PUT", path: string, body: unknown, sending: Sending = {}): Promise<T> {
  const token = (await openSession()).csrf_token;
  try {
    return await call<T>(method, path, body, token, sending);
  } catch (refusal) {
    // A restarted server has a new token: ask once for it, then try once more.
    if (!(refusal instanceof Refusal) || refusal.status !== 403) throw refusal;
    session = null;
    return call<T>(method, path, body, (await openSession()).csrf_token, sending);
  }
}

async function call<T>(method: string, path: string, body?: unknown, token = "", sending: Sending = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers["X-CSRF-Token"] = token;
  const init: RequestInit = { method, headers, credentials: "same-origin", keepalive: sending.keepalive ?? false };
  if (body !== undefined) init.body = JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    connection.lose();
    throw new Refusal(LOST, 0);
  }
  connection.hold();
  if (!response.ok) throw await readRefusal(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export async function readRefusal(response: Response): Promise<Refusal> {
  try {
    const said: unknown = await response.json();
    if (said && typeof said === "object" && "message" in said && typeof said.message === "string") {
      const where = "where" in said && typeof said.where === "string" ? said.where : "";
      const allowed = "allowed" in said && typeof said.allowed === "string" ? said.allowed : "";
      return new Refusal(said.message, response.status, where, allowed);
    }
  } catch {
    // Not JSON: the status is all that is known.
  }
  return new Refusal(`The server answered with status ${response.status} and no explanation.`, response.status);
}
