// What does a new offer begin with, and how does one kind of equity become another?
import type { Equity, Grant, Offer, OfferBook, Vesting } from "./api";

export type EquityKind = "none" | "private units" | "private options" | "listed units";
export const KINDS: [EquityKind, string][] = [
  ["none", "none"],
  ["private units", "units (RSUs), private company"],
  ["private options", "options, private company"],
  ["listed units", "units (RSUs), listed company"],
];

export const MOST_OFFERS = 6;
export const newVesting = (cliff_months = 12): Vesting => ({ years: 4, cliff_months, every_months: 3, shares: [] });
export const newGrant = (kind: EquityKind): Grant =>
  kind === "private options" ? { value: null, units: 10_000, vesting: newVesting() } : { value: 200_000, units: null, vesting: newVesting() };

// What may become of the company is the person's to say; these stand there until they do.
const newPrivate = (): NonNullable<Equity["private"]> => ({ zero: 0.25, median: 1.2, p90: 4, dilution: 0.03, liquid_median_years: 3, liquid_p90_years: 7 });

export function kindOf(equity: Equity | null | undefined): EquityKind {
  if (!equity) return "none";
  if (equity.public) return "listed units";
  return equity.form === "options" ? "private options" : "private units";
}

export function toKind(equity: Equity | null | undefined, kind: EquityKind): Equity | null {
  if (kind === "none") return null;
  const options = kind === "private options";
  const same = (equity?.form === "options") === options;
  return {
    form: options ? "options" : "units",
    grants: equity && same ? equity.grants : [newGrant(kind)],
    refresh: equity?.refresh ?? null,
    price: options ? (equity?.price ?? 20) : (equity?.price ?? null),
    strike: options ? (equity?.strike ?? 5) : null,
    window_months: equity?.window_months ?? 3,
    private: kind === "listed units" ? null : (equity?.private ?? newPrivate()),
    public: kind === "listed units" ? (equity?.public ?? { volatility: 0.4, drift: 0 }) : null,
  };
}

export function newOffer(book: OfferBook): Offer {
  return {
    name: freeName(book, "New offer"),
    company: "",
    level: "",
    base: 200_000,
    base_growth: 0,
    signing: 0,
    clawback_months: 12,
    clawback: "full",
    bonus: null,
    equity: toKind(null, "private units"),
    notes: "",
  };
}

export function copyOf(book: OfferBook, index: number): Offer {
  const offer = structuredClone(book.offers[index] as Offer);
  offer.company ||= offer.name; // a copy is of the same company: its fortunes are shared
  return { ...offer, name: freeName(book, `${offer.name}, copy`) };
}

export function freeName(book: OfferBook, wanted: string): string {
  const taken = new Set(book.offers.map((offer) => offer.name.trim()));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
  return name;
}

// What was kept in the browser may be of another version: it is taken only when it looks like offers.
export function parseBook(text: string): OfferBook | null {
  try {
    const said = JSON.parse(text) as Partial<OfferBook> | null;
    const whole = Array.isArray(said?.offers) && said.offers.every((offer) => typeof offer?.name === "string");
    return whole && said.weights ? (said as OfferBook) : null;
  } catch {
    return null;
  }
}
