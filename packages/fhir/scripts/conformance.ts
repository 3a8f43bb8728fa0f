/**
 * `npm run conformance -- fhir <dir>`: every instance of a folder is validated, stored through a whole node by HTTP,
 * read back and compared, and searched for by each value that it is indexed by. What real inputs show, of which no
 * author of tests thought. `--json` prints the whole report; `--base-url` and `--token` judge a server that runs.
 * Exits 1 where an instance was refused, changed or not found that `known-exceptions.json` does not name.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkResource } from "../src/validation/check-resource.ts";
import { ask, type Asked, type Verdict } from "./conformance/find.ts";
import { readInstances, type Instance } from "./conformance/instances.ts";
import { connectTo, startServer, type Server } from "./conformance/node.ts";
import { queriesOf, type Query } from "./conformance/queries.ts";
import { storeInstance, type Stored } from "./conformance/store.ts";

interface Report {
  readonly instances: number;
  readonly valid: number;
  readonly knownInvalid: readonly { readonly file: string; readonly reason: string }[];
  readonly refused: readonly { readonly file: string; readonly issues: readonly string[] }[];
  readonly stored: number;
  readonly notStored: readonly { readonly file: string; readonly reason: string }[];
  readonly storeFailures: readonly { readonly file: string; readonly reason: string }[];
  readonly changed: readonly { readonly file: string; readonly path: string; readonly kind: string }[];
  readonly searches: Readonly<Record<string, Readonly<Record<Verdict, number>>>>;
  readonly unfound: readonly { readonly search: string; readonly verdict: Verdict; readonly detail: string }[];
}

const CALLERS = 8;
const KNOWN = new URL("../../../conformance/fhir/known-exceptions.json", import.meta.url);

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, "base-url": { type: "string" }, token: { type: "string" } },
});
const [area, folder] = positionals;
if (area !== "fhir" || folder === undefined) {
  console.error("usage: npm run conformance -- fhir <dir> [--json] [--base-url <url> --token <token>]");
  process.exit(2);
}
const url = flags["base-url"];
const server = url === undefined ? await startServer() : connectTo(url, flags.token ?? "");
try {
  const report = await judge(server, readInstances(folder));
  if (flags.json === true) console.log(JSON.stringify(report, undefined, 2));
  else printReport(report);
  process.exitCode = isClean(report) ? 0 : 1;
} finally {
  await server.close();
}

async function judge(target: Server, instances: readonly Instance[]): Promise<Report> {
  const known = JSON.parse(readFileSync(KNOWN, "utf8")) as Readonly<
    Record<"invalid" | "notStored" | "notFound", Readonly<Record<string, string>>>
  >;
  const knownInvalid: { file: string; reason: string }[] = [];
  const refused: { file: string; issues: string[] }[] = [];
  const valid: Instance[] = [];
  for (const instance of instances) {
    const issues = checkResource(instance.resource);
    const reason = known.invalid[nameOf(instance)];
    if (issues.length === 0) valid.push(instance);
    else if (reason !== undefined) knownInvalid.push({ file: instance.file, reason });
    else refused.push({ file: instance.file, issues: issues.map(({ path, rule }) => `${path}: ${rule}`) });
  }
  const stored: Stored[] = [];
  const notStored: { file: string; reason: string }[] = [];
  const storeFailures: { file: string; reason: string }[] = [];
  await each("store", valid, async (instance) => {
    const reason = known.notStored[nameOf(instance)];
    if (reason !== undefined) {
      notStored.push({ file: instance.file, reason });
      return;
    }
    const outcome = await storeInstance(target, instance);
    if ("stored" in outcome) stored.push(...outcome.stored);
    else if ("notStored" in outcome) notStored.push({ file: instance.file, reason: outcome.notStored });
    else storeFailures.push({ file: instance.file, reason: outcome.refused });
  });
  const asked = (await search(target, stored)).filter(
    ({ query }) => known.notFound[`${query.type}?${query.name}=${query.value}`] === undefined,
  );
  return {
    instances: instances.length,
    valid: valid.length,
    knownInvalid,
    refused,
    stored: stored.length,
    notStored,
    storeFailures,
    changed: stored.flatMap(({ file, difference }) => (difference === undefined ? [] : [{ file, ...difference }])),
    searches: countByKind(asked),
    unfound: asked
      .filter(({ verdict }) => verdict !== "found")
      .map(({ query, verdict, detail }) => ({
        search: `${query.type}?${query.name}=${query.value}`,
        verdict,
        detail: detail ?? "",
      })),
  };
}

function nameOf({ type, id }: Instance): string {
  return `${type}/${id ?? ""}`;
}

async function search(target: Server, stored: readonly Stored[]): Promise<readonly Asked[]> {
  const wanted = new Map<string, { readonly query: Query; readonly ids: Set<string> }>();
  for (const { resource } of stored) {
    for (const query of queriesOf(resource)) {
      const key = `${query.type}?${query.name}=${query.value}`;
      const entry = wanted.get(key) ?? { query, ids: new Set() };
      entry.ids.add(resource["id"] as string);
      wanted.set(key, entry);
    }
  }
  const asked: Asked[] = [];
  await each("search", [...wanted.values()], async ({ query, ids }) => {
    asked.push(await ask(target, query, ids));
  });
  return asked;
}

/** A few at a time, with a bar where somebody watches. */
async function each<T>(what: string, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await work(item);
      done += 1;
      if (process.stderr.isTTY && (done % 10 === 0 || done === items.length)) {
        const filled = Math.round((30 * done) / items.length);
        process.stderr.write(`\r${what.padEnd(7)} ${"█".repeat(filled).padEnd(30, "░")} ${done}/${items.length}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, worker));
  if (process.stderr.isTTY) process.stderr.write("\n");
}

function countByKind(asked: readonly Asked[]): Report["searches"] {
  const counts: Record<string, Record<Verdict, number>> = {};
  for (const { query, verdict } of asked) {
    const count = (counts[query.kind] ??= { found: 0, missing: 0, refused: 0, failed: 0 });
    count[verdict] += 1;
  }
  return counts;
}

function isClean(report: Report): boolean {
  const { refused, storeFailures, changed, unfound } = report;
  return [refused, storeFailures, changed, unfound].every((list) => list.length === 0);
}

function printReport(report: Report): void {
  for (const { file, issues } of report.refused) console.log(`REFUSED ${file}\n  ${issues.join("\n  ")}`);
  for (const { file, reason } of report.knownInvalid) console.log(`invalid, as known: ${file}: ${reason}`);
  for (const { file, reason } of report.notStored) console.log(`not stored: ${file}: ${reason}`);
  for (const { file, reason } of report.storeFailures) console.log(`NOT STORED ${file}: ${reason}`);
  for (const { file, path, kind } of report.changed) console.log(`CHANGED ${file}: ${kind} at ${path}`);
  for (const { search: asked, verdict, detail } of report.unfound.slice(0, 200)) {
    console.log(`${verdict.toUpperCase()} ${asked}: ${detail}`);
  }
  if (report.unfound.length > 200) console.log(`… and ${report.unfound.length - 200} more searches`);
  console.log(`
${report.instances} instances: ${report.valid} valid, ${report.knownInvalid.length} known to be invalid, ${report.refused.length} refused
${report.stored} resources stored, ${report.notStored.length} have no endpoint, ${report.storeFailures.length} not stored, ${report.changed.length} changed on the way
`);
  console.log("searches     found  missing  refused  failed");
  for (const [kind, { found, missing, refused, failed }] of Object.entries(report.searches)) {
    const cells = [String(found).padStart(6), String(missing).padStart(9), String(refused).padStart(9)];
    console.log(`${kind.padEnd(11)}${cells.join("")}${String(failed).padStart(8)}`);
  }
}
