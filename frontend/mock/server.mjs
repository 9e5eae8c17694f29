// How can the front end be worked on without the back end? A small server that speaks the contract from made-up data.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { extname, join, normalize } from "node:path";
import { attemptPages, debriefFor } from "./attempts.mjs";
import { drillCards, drillPage } from "./drills.mjs";
import { progress } from "./progress.mjs";

const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : (process.argv[at + 1] ?? "");
};
const port = Number(option("port") ?? 8791);
const statics = option("static");
const empty = process.argv.includes("--empty");
const TOKEN = "mock-token";
const pages = empty ? new Map() : attemptPages();
const drafts = new Map();

const json = (response, status, body) => {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
};
const refuse = (response, status, message, where = "", allowed = "") => json(response, status, { message, where, allowed });

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8") || "{}");
}

const cardsOf = (slug) =>
  [...pages.values()].filter((page) => !slug || page.card.slug === slug).map((page) => page.card).sort((a, b) => b.handed_in_at.localeCompare(a.handed_in_at));
const cards = () => drillCards(empty).map((card) => (drafts.has(card.slug) ? { ...card, state: card.state === "new" ? "drafted" : card.state } : card));

function today() {
  const all = cards();
  const date = new Date().toISOString().slice(0, 10);
  const agenda = { state: "none", blocks: [], missed: [], next_day: null, next_minutes: 0, days_left: null, due: 0, rounds: [] };
  if (empty)
    return { date, headline: "Six weeks start with one drill. Hand something in, and see what breaks.", next: { card: all[1], why: "The first drill of week 1: short, and every later one builds on it." }, unfinished: [], recent: [], streak_days: 0, attempts_this_week: 0, agenda };
  return {
    date,
    headline: "Boundaries broke three of your last five attempts. Today is for intervals.",
    next: { card: all[0], why: "Your last attempt broke exactly at hour 24, and time joins have faded since Thursday." },
    unfinished: all.filter((card) => card.state === "drafted"),
    recent: cardsOf("").slice(0, 6),
    streak_days: 4,
    attempts_this_week: 9,
    agenda: { ...agenda, due: 3 },
  };
}

function filterDrills(query) {
  const [skill, week, state, kind, q] = ["skill", "week", "state", "kind", "q"].map((name) => query.get(name) ?? "");
  const all = cards();
  const drills = all.filter(
    (card) =>
      (!skill || card.skills.includes(skill)) && (!week || card.week === Number(week)) && (!state || card.state === state) && (!kind || card.kind === kind) &&
      (!q || (card.title + card.skills.join(" ")).toLowerCase().includes(q.toLowerCase())),
  );
  return { drills, skills: [...new Set(all.flatMap((card) => card.skills))].sort(), weeks: [...new Set(all.map((card) => card.week))].sort() };
}

function run(text) {
  if (/\bboom\b/.test(text)) return { sheet: null, value: null, stdout: "", error: 'Binder Error: Referenced column "boom" not found in FROM clause!\nCandidate bindings: "user_id", "policy"\n\nLINE 1: SELECT boom FROM warnings\n               ^', seconds: 0.004, stopped: null };
  if (/def /.test(text)) return { sheet: null, value: "0.4285714285714286", stdout: "rows: 42\nclusters: 7\n", error: null, seconds: 0.031, stopped: null };
  return { sheet: { columns: ["policy", "warned_users", "retention_rate"], types: ["VARCHAR", "BIGINT", "DOUBLE"], rows: [["fraud", 4, 0.5], ["hate", 2, null], ["self_harm", 7, 0.42857142857142855], ["violence", 3, 0.6666666666666666]], marked: [], cut: 0 }, value: null, stdout: "", error: null, seconds: 0.008, stopped: null };
}

const STAGES = ["drawing worlds", "running the reference", "asking the probes", "shrinking what broke", "marking"];
function stream(response, page) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const say = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  let done = 0;
  const total = 12;
  const timer = setInterval(() => {
    if (page.state === "debriefed" || done >= total) {
      clearInterval(timer);
      page.finish?.();
      say("debrief", { attempt_id: page.attempt.id, signal: page.card.signal });
      return response.end();
    }
    say("progress", { stage: STAGES[Math.floor((done / total) * STAGES.length)], done: ++done, total });
  }, 120);
  response.on("close", () => clearInterval(timer));
}

function handIn(slug, given) {
  const id = `att_${randomBytes(5).toString("hex")}`;
  const page = debriefFor(id, cards().find((card) => card.slug === slug), given);
  const finished = { state: page.state, debrief: page.debrief, card: page.card };
  Object.assign(page, { state: "examining", debrief: null, card: { ...page.card, state: "examining", signal: null, findings: [] } });
  page.finish = () => Object.assign(page, finished);
  pages.set(id, page);
  drafts.delete(slug);
  return { attempt_id: id };
}

async function answer(request, response, url) {
  const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  const [, kind, key, what] = parts;
  const reads = request.method === "GET";
  if (!reads && request.headers["x-csrf-token"] !== TOKEN) return refuse(response, 403, "the page's token is missing or old", "X-CSRF-Token");
  if (kind === "session") return json(response, 200, { csrf_token: TOKEN, version: "0.1.0", sandbox_level: "bwrap", sandbox_why: "user namespaces work here" });
  if (kind === "today") return json(response, 200, today());
  if (kind === "progress") return json(response, 200, progress(empty));
  if (kind === "drills" && !key) return json(response, 200, filterDrills(url.searchParams));
  if (kind === "drills") {
    const card = cards().find((candidate) => candidate.slug === key);
    if (!card) return refuse(response, 404, `no drill '${key}'`, "slug", "one of GET /api/drills");
    if (reads) return json(response, 200, drillPage(card, drafts.get(key) ?? null, cardsOf(key)));
    const given = await body(request);
    if (what === "draft") {
      const saved_at = new Date().toISOString();
      drafts.set(key, { ...given, saved_at });
      return json(response, 200, { saved_at });
    }
    if (what === "run") return json(response, 200, run(given.text));
    if (!given.text.trim()) return refuse(response, 422, "the attempt is empty", "text", "1 to 200000 bytes of UTF-8");
    return json(response, 202, handIn(key, given));
  }
  const page = pages.get(key);
  if (kind !== "attempts" || !page) return refuse(response, 404, "no such attempt", "id");
  if (what === "events") return stream(response, page);
  if (reads) return json(response, 200, { ...page, card: cards().find((card) => card.slug === page.card.slug), finish: undefined });
  if (what === "examine") return json(response, 202, { attempt_id: key });
  const given = await body(request);
  if (what === "replies") {
    page.replies.push({ at: new Date().toISOString(), ...given });
    page.pushback = { ...page.pushback, good: page.goodPushback };
  } else for (const criterion of page.criteria) criterion.mark = given[criterion.id] ?? criterion.mark;
  return json(response, 200, {});
}

const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };
// The same policy as the back end's, so that what it would refuse is refused here too.
async function serve(response, path) {
  const file = normalize(join(statics, path));
  const wanted = extname(path) && file.startsWith(normalize(statics)) ? file : join(statics, "index.html");
  const nonce = randomBytes(16).toString("base64");
  try {
    let content = await readFile(wanted);
    const headers = { "Content-Type": TYPES[extname(wanted)] ?? "application/octet-stream" };
    if (wanted.endsWith("index.html")) {
      content = content.toString().replace('<meta name="csp-nonce" content="">', `<meta name="csp-nonce" content="${nonce}">`);
      headers["Content-Security-Policy"] =
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; connect-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
    }
    response.writeHead(200, headers);
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

createServer((request, response) => {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/health") return json(response, 200, { status: "ok" });
  const answered = url.pathname.startsWith("/api/") ? answer(request, response, url) : statics ? serve(response, url.pathname) : refuse(response, 404, "only /api is mocked");
  Promise.resolve(answered).catch((broken) => refuse(response, 500, String(broken)));
}).listen(port, "127.0.0.1", () => console.log(`mock on http://127.0.0.1:${port}${empty ? " (empty journal)" : ""}`));
