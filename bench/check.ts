/**
 * `ward check` from the start of the process to its end, beside cdk-nag's HIPAA pack and the cfn-guard binary on the same
 * templates, in turn. The three do not ask the same: what each asks is said beside its figure.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCodeInputs } from "./check-code-inputs.ts";
import { writeCheckInputs } from "./check-templates.ts";
import { percentile, type Figure } from "./figures.ts";

/** As people call it: it keeps compiled code between runs. */
const WARD = new URL("../apps/cli/src/ward.mjs", import.meta.url).pathname;
const PEERS = fileURLToPath(new URL("check-peers", import.meta.url));
const SAM_TEMPLATES = 471;
const RUNS = 7;
const FOLDER_RUNS = 3;
/** A peer that takes longer is said to, once, and not waited for again. */
const RUN_MAX_MS = 60_000;

interface Contender {
  readonly name: string;
  readonly asks: string;
  /** How it ends when it judged, with findings or without. */
  readonly judged: readonly number[];
  readonly command: (target: string) => readonly [program: string, ...args: string[]];
}

interface Input {
  readonly what: string;
  readonly target: string;
  readonly aim: string;
  readonly runs: number;
}

/** `folder`: templates of one's own in place of the small SAM templates that are written for this. */
export async function measureCheck(folder: string | undefined): Promise<readonly Figure[]> {
  const home = await mkdtemp(join(tmpdir(), "ward-bench-check-"));
  try {
    const written = await writeCheckInputs(home, SAM_TEMPLATES);
    const own = folder ?? written.folder;
    const inputs: readonly Input[] = [
      { what: "check of 52 resources", target: written.small, aim: "≤ 300 ms", runs: RUNS },
      { what: "check of 520 resources", target: written.large, aim: "≤ 600 ms", runs: RUNS },
      {
        what: `check of ${readdirSync(own).length} small templates`,
        target: own,
        aim: "471 in ≤ 6 s",
        runs: FOLDER_RUNS,
      },
    ];
    const figures: Figure[] = [];
    for (const input of inputs) figures.push(...(await race(input)));
    figures.push(...(await measureCode(home)));
    return figures;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The same stack without its code, with its sources, and with its bundles; no peer joins code and template. */
async function measureCode(home: string): Promise<readonly Figure[]> {
  const inputs = await writeCodeInputs(join(home, "code"));
  const alone = await timeWard(inputs.template);
  const figures: Figure[] = [];
  for (const [what, target, size] of [
    ["check of 20 functions' sources", inputs.sources, `${inputs.lines} lines`],
    ["check of 20 functions' bundles", inputs.bundles, `${(inputs.bundleBytes / 2 ** 20).toFixed(0)} MiB of bundles`],
  ] as const) {
    const { times, rssMb } = await timeWard(target);
    const beside = percentile(times, 0.5) - percentile(alone.times, 0.5);
    figures.push({
      what,
      value: `${medianAndRange(times)}, ${beside.toFixed(0)} ms beside the template's own check, ${rssMb.toFixed(0)} MB`,
      aim: "≤ 2 s, ≤ 500 MB",
      conditions: `${FOLDER_RUNS} processes from start to end; ${size}; least privilege, flow of PHI, what is unused, secrets`,
    });
  }
  return figures;
}

async function timeWard(target: string): Promise<{ readonly times: readonly number[]; readonly rssMb: number }> {
  const times: number[] = [];
  let rssMb = 0;
  const say =
    "process.on('exit',()=>process.getBuiltinModule('node:fs').writeSync(2,'rss '+process.resourceUsage().maxRSS))";
  for (let run = 0; run <= FOLDER_RUNS; run += 1) {
    const command = ["--import", `data:text/javascript,${say}`, WARD, "check", target, "--json", "--fail-on", "never"];
    const { elapsedMs, failure, said } = await runProcess([process.execPath, ...command], [0]);
    if (failure !== undefined) throw new Error(failure);
    if (run > 0) times.push(elapsedMs);
    rssMb = Math.max(rssMb, Number(/rss (\d+)/.exec(said)?.[1] ?? 0) / 1_024);
  }
  return { times, rssMb };
}

async function race({ what, target, aim, runs }: Input): Promise<readonly Figure[]> {
  const contenders = findContenders();
  const times = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  const broken = new Map<string, string>();
  // One run more than is counted: the first warms the disk's cache for all of them alike.
  for (let run = 0; run <= runs; run += 1) {
    for (const { name, command, judged } of contenders) {
      if (broken.has(name)) continue;
      const ended = await runProcess(command(target), judged);
      if (ended.failure !== undefined) broken.set(name, ended.failure);
      else if (run > 0) times.get(name)?.push(ended.elapsedMs);
    }
  }
  return contenders.map(({ name, asks }, index): Figure => {
    const failure = broken.get(name);
    return {
      what: index === 0 ? what : `  peer: ${name}`,
      value: failure === undefined ? medianAndRange(times.get(name) ?? []) : failure,
      ...(index === 0 ? { aim } : {}),
      conditions: `${runs} processes from start to end, in turn; ${asks}`,
    };
  });
}

function findContenders(): readonly Contender[] {
  if (!existsSync(join(PEERS, "node_modules"))) {
    process.stderr.write("Installing the peers; this happens once.\n");
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: PEERS, stdio: "inherit" });
    if (status !== 0) throw new Error("npm ci did not install the peers in bench/check-peers");
  }
  const guard = guardHome();
  return [
    {
      name: "ward check",
      asks: "YAML read, all rules of the types in it, HIPAA table, report as JSON",
      judged: [0],
      command: (target) => [process.execPath, WARD, "check", target, "--format", "json", "--fail-on", "never"],
    },
    {
      name: "cdk-nag, HIPAA pack",
      asks: "templates included as CDK stacks and synthesized, which runs CDK's own validation too; SAM is not expanded",
      judged: [0],
      command: (target) => [process.execPath, join(PEERS, "cdk-nag.mjs"), target],
    },
    ...(guard === undefined
      ? []
      : [
          {
            name: "cfn-guard",
            asks: "native binary with the Control Tower rules of its npm package (there is no HIPAA set in it); intrinsics are not resolved",
            judged: [0, 19],
            command: (target: string): readonly [string, ...string[]] => [
              guard.binary,
              "validate",
              "--rules",
              guard.rules,
              "--data",
              target,
              "--show-summary",
              "none",
            ],
          },
        ]),
  ];
}

/** The binary ships inside of an npm package, for Linux and macOS. */
function guardHome(): { readonly binary: string; readonly rules: string } | undefined {
  const home = join(PEERS, "node_modules", "@cdklabs", "cdk-validator-cfnguard");
  const system = process.platform === "darwin" ? "macos" : "ubuntu";
  const binary = join(home, "bin", system, process.arch === "arm64" ? "aarch64" : "x86_64", "cfn-guard");
  return existsSync(binary) ? { binary, rules: join(home, "rules", "control-tower", "cfn-guard") } : undefined;
}

interface Ended {
  readonly elapsedMs: number;
  /** The start of what went to stderr. */
  readonly said: string;
  readonly failure?: string;
}

async function runProcess(
  [program, ...args]: readonly [string, ...string[]],
  judged: readonly number[],
): Promise<Ended> {
  const started = performance.now();
  return await new Promise((settle) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: RUN_MAX_MS,
      killSignal: "SIGKILL",
    });
    let said = "";
    child.stdout.resume();
    child.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 4_000) said += chunk.toString();
    });
    child.on("error", (error) => settle({ elapsedMs: 0, said, failure: error.message }));
    child.on("close", (code) => {
      const elapsedMs = performance.now() - started;
      if (elapsedMs >= RUN_MAX_MS) {
        settle({ elapsedMs, said, failure: `not done after ${RUN_MAX_MS / 1_000} s` });
        return;
      }
      settle(judged.includes(code ?? -1) ? { elapsedMs, said } : { elapsedMs, said, failure: firstLine(said, code) });
    });
  });
}

function firstLine(said: string, code: number | null): string {
  return said.split("\n").find((line) => /Error|«/.test(line)) ?? `exit ${String(code)}`;
}

function medianAndRange(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return `${percentile(times, 0.5).toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)})`;
}
