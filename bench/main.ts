/**
 * `npm run bench`: the figures that the documentation may quote, each with its conditions and, where one can run, a peer
 * in the same run. Nothing is asserted: machines differ and are noisy.
 */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureCheck } from "./check.ts";
import { measureColdStart } from "./cold-start.ts";
import { DEFAULT_FHIR_OPTIONS, measureFhir } from "./fhir.ts";
import { printFigures, type Figure } from "./figures.ts";
import { measureLedger } from "./ledger.ts";
import { measureMemory } from "./memory.ts";
import { measureMessages } from "./messages.ts";
import { startNodeProcess, type NodeProcess } from "./node-process.ts";
import { measureWarmCall } from "./warm-call.ts";

const HOSPITAL = new URL("../examples/hospital", import.meta.url).pathname;
const HELP = `Usage: npm run bench -- [cold warm messages memory ledger fhir check] [options]

Without a name all are measured, one after the other; that takes about a quarter of an hour.

  --folder <templates>   check: your own, in place of the small templates that it writes
  --observations <n>     fhir: how many are there before it begins (default ${DEFAULT_FHIR_OPTIONS.observations})
  --rounds <n>           fhir: of each operation (default ${DEFAULT_FHIR_OPTIONS.rounds})
  --seconds <s>          fhir: of a round (default ${DEFAULT_FHIR_OPTIONS.roundMs / 1_000})
  --only "<a>,<b>"       fhir: only these operations, by their names
`;

const { flags, positionals } = parsed();
const wanted = new Set(positionals);
const wants = (name: string): boolean => wanted.size === 0 || wanted.has(name);

console.log(
  `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
if (wants("cold")) await show("Cold start", async () => await measureColdStart(HOSPITAL));
if (wants("ledger")) await show("Ledger", measureLedger);
if (wants("check")) await show("Check", async () => await measureCheck(flags.folder));
if (wants("fhir")) {
  await show("FHIR over ciphertext", async () => {
    return await measureFhir({
      observations: Number(flags.observations ?? DEFAULT_FHIR_OPTIONS.observations),
      rounds: Number(flags.rounds ?? DEFAULT_FHIR_OPTIONS.rounds),
      roundMs: flags.seconds === undefined ? DEFAULT_FHIR_OPTIONS.roundMs : Number(flags.seconds) * 1_000,
      only: flags.only?.split(",") ?? [],
    });
  });
}
const hasLoad = wants("warm") || wants("messages");
const onNode = [
  ["memory", "Memory", async (node: NodeProcess) => await measureMemory(node, "fresh")],
  ["warm", "Warm call", measureWarmCall],
  ["messages", "Messages", measureMessages],
  ...(hasLoad
    ? [["memory", "Memory after load", async (node: NodeProcess) => await measureMemory(node, "after-load")] as const]
    : []),
] as const;
if (onNode.some(([name]) => wants(name))) {
  const node = await startNodeProcess(HOSPITAL);
  try {
    for (const [name, title, measure] of onNode) if (wants(name)) await show(title, async () => await measure(node));
  } finally {
    await node.close();
  }
}
console.log(`
Not measured: many nodes on one database, a database on another machine, TLS handshakes, disks other than this one,
functions with large bundles, confinement without root (about 10 ms more a start), days of running.`);
process.exit(0);

async function show(title: string, measure: () => Promise<readonly Figure[]>): Promise<void> {
  console.log(`\n${title}`);
  printFigures(await measure());
}

function parsed() {
  const text = { type: "string" } as const;
  const options = {
    observations: text,
    rounds: text,
    seconds: text,
    only: text,
    folder: text,
    help: { type: "boolean" },
  } as const;
  const known = ["cold", "warm", "messages", "memory", "ledger", "fhir", "check"];
  try {
    const { values, positionals: names } = parseArgs({ allowPositionals: true, options });
    if (values.help === true) {
      console.log(HELP);
      process.exit(0);
    }
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`There is nothing to measure called ${unknown}.`);
    return { flags: values, positionals: names };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : "The options can't be read."}\n\n${HELP}`);
    process.exit(2);
  }
}
