/** Which search parameters have their values on a card (`card.ts`): what a literal reference or a date is compared with. */
import { parametersOf } from "../search/parameters.ts";

const names = new Map<string, ReadonlySet<string>>();

/** Whether a card has all values of a parameter that a literal reference or a date can be compared with. */
export function isOnCard(type: string, name: string): boolean {
  return namesOnCard(type).has(name);
}

/** A version's time of writing stands in its row. */
export function namesOnCard(type: string): ReadonlySet<string> {
  let known = names.get(type);
  if (known === undefined) {
    const onCard = parametersOf(type).filter(({ kind }) => kind === "reference" || kind === "date");
    known = new Set(onCard.map(({ name }) => name).filter((name) => name !== "_lastUpdated"));
    names.set(type, known);
  }
  return known;
}
