/**
 * What AWS's service authorization reference says of a service: its actions, and the resources that each is about. The
 * table is generated (scripts/write-iam-facts.ts); of its 430 lines only those of services that are asked for are parsed.
 */
import { readFileSync } from "node:fs";

export interface ActionFacts {
  /** As AWS writes it: `GetItem`. */
  readonly name: string;
  /** Types of resources; none where the action takes only `*`. */
  readonly resources: readonly { readonly type: string; readonly isRequired: boolean }[];
}

export interface ServiceFacts {
  /** ARNs without `arn:${Partition}:`, by type of resource: `dynamodb:${Region}:${Account}:table/${TableName}`. */
  readonly arns: Readonly<Record<string, string>>;
  action(name: string): ActionFacts | undefined;
  readonly names: readonly string[];
}

let table: string | undefined;
const known = new Map<string, ServiceFacts | undefined>();

/** By the prefix of its actions: `dynamodb`, `states`. */
export function serviceFacts(service: string): ServiceFacts | undefined {
  if (!known.has(service)) known.set(service, read(service));
  return known.get(service);
}

function read(service: string): ServiceFacts | undefined {
  table ??= readFileSync(new URL("iam-facts.jsonl", import.meta.url), "utf8");
  const at = table.indexOf(`\n["${service}",`);
  if (at === -1 || !/^[a-z0-9-]+$/.test(service)) return undefined;
  const line = table.slice(at + 1, table.indexOf("\n", at + 1));
  const [, { arns, actions: groups }] = JSON.parse(line) as [
    string,
    { arns: Record<string, string>; actions: Record<string, string> },
  ];
  const actions = new Map<string, ActionFacts>();
  for (const [types, names] of Object.entries(groups)) {
    const resources = types === "" ? [] : splitTypes(types, arns);
    for (const name of names.split(" ")) actions.set(name.toLowerCase(), { name, resources });
  }
  return {
    arns,
    action: (name) => actions.get(name.toLowerCase()),
    names: [...actions.values()].map(({ name }) => name),
  };
}

/** Some types have a space in their name. */
function splitTypes(types: string, arns: Readonly<Record<string, string>>): ActionFacts["resources"] {
  const found: { type: string; isRequired: boolean }[] = [];
  let word = "";
  for (const part of types.split(" ")) {
    word = word === "" ? part : `${word} ${part}`;
    const type = word.replace(/!$/, "");
    if (!Object.hasOwn(arns, type)) continue;
    found.push({ type, isRequired: word.endsWith("!") });
    word = "";
  }
  return found;
}
