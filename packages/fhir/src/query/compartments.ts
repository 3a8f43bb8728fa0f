/**
 * R4's compartments: which types may lie in one, and by which reference parameters (`src/generated/compartments.json`).
 * Not to be confused with the compartment whose key seals a record (`storage/compartment.ts`): a record is sealed under
 * one patient's key, yet may lie in several compartments of several kinds.
 */
import { readFileSync } from "node:fs";

export interface CompartmentName {
  /** `Patient`, `Encounter`, `Practitioner`, `RelatedPerson`, `Device`. */
  readonly type: string;
  readonly id: string;
}

/** Stands for the record that the compartment is of. */
const ITSELF = "{def}";

let table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> | undefined;

export function isCompartmentType(type: string): boolean {
  return Object.hasOwn(compartmentTable(), type);
}

/** Types that may lie in the compartment. */
export function typesIn(compartment: string): readonly string[] {
  return Object.keys(compartmentTable()[compartment] ?? {});
}

/** Reference parameters of `type` that put a record into the compartment; none where it never lies in one. */
export function parametersInto(compartment: string, type: string): readonly string[] {
  return (compartmentTable()[compartment]?.[type] ?? []).filter((name) => name !== ITSELF);
}

function compartmentTable(): NonNullable<typeof table> {
  table ??= JSON.parse(readFileSync(new URL("../generated/compartments.json", import.meta.url), "utf8")) as NonNullable<
    typeof table
  >;
  return table;
}
