// What is to be said of some offers in a sentence?
import type { OfferWeights, Weighing } from "./api";
import { money, odds } from "./numbers";

export function verdict(weighing: Weighing, weights: Pick<OfferWeights, "currency">): string {
  const order = [...weighing.worths].sort((one, other) => other.present.p50.value - one.present.p50.value);
  const [best, next] = order;
  if (!best) return "";
  const median = `${weights.currency} ${money(best.present.p50.value)}`;
  if (!next) return `${best.name} has a median of ${median} over all years, discounted. Add another offer to compare it with.`;
  const pair = weighing.pairs.find((one) => one.first === best.name && one.second === next.name);
  if (!pair) return "";
  if (pair.same.value === 1) return `${best.name} and ${next.name} pay the same in every draw: a median of ${median} over all years, discounted.`;
  const same = pair.same.value > 0 ? ` and as much in ${odds(pair.same)}` : "";
  return `${best.name} has the highest median, ${median} over all years, discounted. It pays more than ${next.name} in ${odds(pair.first_more)} of the draws${same}.`;
}
