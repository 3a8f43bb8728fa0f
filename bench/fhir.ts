/**
 * FHIR over ciphertext under load: a whole node in a process of its own, validation, encryption, authorization and the
 * ledger on, durable commits; this process is the load. Beside each rate stands the processor time of one operation,
 * which a busy neighbour disturbs least. `--observations 2000000` asks whether the figures stay flat: everything is
 * measured on the usual data set first, then what is missing is loaded (about three minutes a million on such a machine
 * when it is idle), and beside each operation stands how its median has moved.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { OBSERVATIONS_EACH, transactionOf } from "./fhir-data.ts";
import { openConnection, type HttpAnswer } from "./fhir-http.ts";
import { OPERATIONS, type Loaded, type Operation } from "./fhir-operations.ts";
import type { ServerLine } from "./fhir-server.ts";
import { milliseconds, percentile, rate, spread, type Figure } from "./figures.ts";
import { proportionalMb } from "./memory.ts";
import { cpuBetween, processTree } from "./process-tree.ts";

export interface FhirBenchOptions {
  readonly observations: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** Names of operations; all where absent. */
  readonly only: readonly string[];
}

export const DEFAULT_FHIR_OPTIONS: FhirBenchOptions = { observations: 50_000, rounds: 5, roundMs: 4_000, only: [] };

const WARM_UP_MS = 4_000;
const LOADERS = 4;
/** Patients in one transaction: as many as keep a bulk load from being bound by round trips. */
const PATIENTS_AT_ONCE = 4;

export async function measureFhir(options: FhirBenchOptions): Promise<readonly Figure[]> {
  const server = await startServer();
  try {
    const usual = DEFAULT_FHIR_OPTIONS.observations;
    const isLarge = options.observations > usual;
    const [ids, loading] = await load(server, [], isLarge ? usual : options.observations);
    const first = await measureAll(server, { patientIds: ids }, options);
    const [all, more] = isLarge ? await load(server, ids, options.observations) : [ids, undefined];
    const last = isLarge ? await measureAll(server, { patientIds: all }, options) : first;
    return [
      loading,
      ...(more ? [more] : []),
      ...OPERATIONS.flatMap(({ name }) => last.get(name)?.figures ?? []),
      ...(isLarge ? OPERATIONS.flatMap(({ name }) => growthOf(name, first, last, options)) : []),
      await measureServerMemory(server),
      ...(await measureGeneratedCode()),
    ];
  } finally {
    await server.close();
  }
}

interface Server extends ServerLine {
  readonly pid: number;
  close(): Promise<void>;
}

async function startServer(): Promise<Server> {
  const stateDir = await mkdtemp(join(tmpdir(), "ward-bench-"));
  const program = new URL("fhir-server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, stateDir], { stdio: ["pipe", "pipe", "inherit"] });
  const [text] = (await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the node ended with ${String(code)} before it was ready`);
    }),
  ])) as [string];
  return {
    ...(JSON.parse(text) as ServerLine),
    pid: child.pid ?? 0,
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Until there are so many observations. Answers the ids of all patients. */
async function load(
  { port, token }: Server,
  known: readonly string[],
  observations: number,
): Promise<readonly [ids: readonly string[], figure: Figure]> {
  const patients = Math.max(1, Math.round(observations / OBSERVATIONS_EACH));
  const started = performance.now();
  const ids: string[] = [...known, ...Array.from<string>({ length: patients - known.length })];
  let next = known.length;
  const loader = async (): Promise<void> => {
    const connection = await openConnection(port, token);
    while (next < patients) {
      const indexes = Array.from({ length: Math.min(PATIENTS_AT_ONCE, patients - next) }, (_, at) => next + at);
      next += indexes.length;
      const body = JSON.stringify(transactionOf(indexes, OBSERVATIONS_EACH));
      const answer = await connection.send({ method: "POST", path: "/fhir/R4", headers: MINIMAL, body });
      if (answer.status !== 200) throw new Error(`loading: ${describe(answer)}`);
      const { entry } = JSON.parse(answer.body.toString()) as { entry: { response: { location: string } }[] };
      for (const [at, index] of indexes.entries()) {
        const location = entry[at * (OBSERVATIONS_EACH + 1)]?.response.location ?? "";
        ids[index] = /Patient\/([^/]+)/.exec(location)?.[1] ?? "";
      }
      if (next % 1_000 < PATIENTS_AT_ONCE) process.stderr.write(`\r${next.toLocaleString("en-US")} patients loaded `);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: LOADERS }, loader));
  process.stderr.write("\n");
  const minutes = (performance.now() - started) / 60_000;
  const perSecond = ((patients - known.length) * (OBSERVATIONS_EACH + 1)) / (minutes * 60);
  const count = (patients * OBSERVATIONS_EACH).toLocaleString("en-US");
  const figure: Figure = {
    what: known.length === 0 ? "loaded through the API" : "  and then",
    value: `${minutes.toFixed(1)} min, ${Math.round(perSecond).toLocaleString("en-US")} resources/s`,
    conditions: `${known.length === 0 ? "" : "up to "}${patients.toLocaleString("en-US")} patients, ${count} observations; transactions of ${PATIENTS_AT_ONCE * (OBSERVATIONS_EACH + 1)} entries, ${LOADERS} connections`,
  };
  return [ids, figure];
}

const MINIMAL = { Prefer: "return=minimal" };

interface Measured {
  readonly figures: readonly Figure[];
  readonly times: readonly number[];
}

/** By operation. Reads first: they then see the data set as it was loaded. */
async function measureAll(
  server: Server,
  loaded: Loaded,
  options: FhirBenchOptions,
): Promise<ReadonlyMap<string, Measured>> {
  const measured = new Map<string, Measured>();
  for (const operation of OPERATIONS.toSorted((one, other) => Number(one.isWrite) - Number(other.isWrite))) {
    if (options.only.length > 0 && !options.only.includes(operation.name)) continue;
    const one = await measure(server, operation, loaded, options);
    process.stderr.write(`${operation.name}: ${one.figures[0]?.value ?? ""}\n`);
    measured.set(operation.name, one);
  }
  return measured;
}

function growthOf(
  name: string,
  first: ReadonlyMap<string, Measured>,
  last: ReadonlyMap<string, Measured>,
  { observations }: FhirBenchOptions,
): Figure[] {
  const [before, after] = [first, last].map((each) => percentile(each.get(name)?.times ?? [], 0.5)) as [number, number];
  if (Number.isNaN(after / before)) return [];
  return [
    {
      what: `${name}, grown`,
      value: `p50 × ${(after / before).toFixed(2)} (${milliseconds(before)}, then ${milliseconds(after)})`,
      aim: "within 1.3 ×",
      conditions: `${DEFAULT_FHIR_OPTIONS.observations.toLocaleString("en-US")} observations, then ${observations.toLocaleString("en-US")}`,
    },
  ];
}

async function measure(
  server: Server,
  operation: Operation,
  loaded: Loaded,
  options: FhirBenchOptions,
): Promise<Measured> {
  const refusal = await tryOnce(server, operation, loaded);
  if (refusal !== undefined) {
    const figure = { what: operation.name, value: "not answered", aim: operation.aim, conditions: refusal };
    return { figures: [figure], times: [] };
  }
  await round(server, operation, loaded, WARM_UP_MS);
  const before = await processTree(server.pid);
  const rounds: { readonly perSecond: number; readonly times: readonly number[] }[] = [];
  for (let count = 0; count < options.rounds; count += 1) {
    rounds.push(await round(server, operation, loaded, options.roundMs));
  }
  const cpu = [...cpuBetween(before, await processTree(server.pid))];
  const times = rounds.flatMap((one) => one.times);
  const each = (isDatabase: boolean): string =>
    (
      cpu.filter(([name]) => name.startsWith("postgres") === isDatabase).reduce((sum, [, ms]) => sum + ms, 0) /
      times.length
    ).toFixed(2);
  const figures: readonly Figure[] = [
    {
      what: operation.name,
      value: `${rate(
        rounds.map(({ perSecond }) => perSecond),
        "/s",
      )}, ${spread(times)}, processor ${each(false)} + ${each(true)} ms`,
      aim: operation.aim,
      conditions: `${operation.connections} connections, ${options.rounds} rounds of ${options.roundMs / 1_000} s; processor time of one in the node + in PostgreSQL`,
    },
    {
      what: "  a plaintext server",
      value: operation.peer,
      conditions: "a plaintext TypeScript FHIR server, measured by others on such a machine; no audit stored",
    },
  ];
  return { figures, times };
}

/** The first answer is read and judged; under load only the status is looked at. */
async function tryOnce({ port, token }: Server, operation: Operation, loaded: Loaded): Promise<string | undefined> {
  const connection = await openConnection(port, token);
  const answer = await connection.send(operation.request(loaded, 0));
  connection.close();
  if (answer.status !== operation.status) return describe(answer);
  return operation.problem(JSON.parse(answer.body.toString() || "{}") as never);
}

let sequence = 1;

async function round(
  { port, token }: Server,
  operation: Operation,
  loaded: Loaded,
  durationMs: number,
): Promise<{ readonly perSecond: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  const connections = await Promise.all(
    Array.from({ length: operation.connections }, async () => await openConnection(port, token)),
  );
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - started < durationMs) {
        const request = operation.request(loaded, (sequence += 1));
        const sent = performance.now();
        const answer = await connection.send(request);
        times.push(performance.now() - sent);
        if (answer.status !== operation.status) throw new Error(`${operation.name}: ${describe(answer)}`);
      }
    }),
  );
  const perSecond = times.length / ((performance.now() - started) / 1_000);
  for (const connection of connections) connection.close();
  return { perSecond, times };
}

function describe({ status, body }: HttpAnswer): string {
  return `answered ${status}: ${body.toString().slice(0, 300)}`;
}

async function measureServerMemory({ pid, startedInMs }: Server): Promise<Figure> {
  const sizes = await Promise.all(
    (await processTree(pid)).map(async ({ pid: each, name }) => ({ name, mb: await proportionalMb(each) })),
  );
  const sum = (isDatabase: boolean): number =>
    Math.round(
      sizes.filter(({ name }) => name.startsWith("postgres") === isDatabase).reduce((total, { mb }) => total + mb, 0),
    );
  return {
    what: "memory after the load",
    value: `${sum(false)} MB + PostgreSQL ${sum(true)} MB`,
    aim: "≤ 350 MB",
    conditions: `PSS of ${sizes.length} processes right after the last request; the node was ready ${Math.round(startedInMs)} ms after its start; the plaintext server took 380–780 MB`,
  };
}

/** In a process of its own, so that the cost of loading the code is seen. */
async function measureGeneratedCode(): Promise<readonly Figure[]> {
  const script = new URL("../packages/fhir/tests/validation-speed.ts", import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const aim = "Observation ≤ 40 µs, Patient ≤ 80 µs, warm start ≤ 150 ms";
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [what = "", value = ""] = line.split(/: (.*)/);
      return { what, value, aim, conditions: "processor time of validation and index extraction alone" };
    });
}
