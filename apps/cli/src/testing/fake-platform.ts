/** A platform that starts nothing: what it is told to answer, it answers, and it notes what it was asked. */
import type { WardError } from "@ward/core";
import type {
  EventLine,
  FunctionLine,
  InquiryAnswer,
  LedgerReport,
  NodeEvent,
  NodeOptions,
  WardNode,
  WardState,
} from "@ward/platform";
import { ACCOUNTING_YEARS, accountingHtml, accountingText, checkAnswer, pathText } from "@ward/platform";
import { runCli } from "../run-cli.ts";
import type { MllpAck, Platform } from "../platform-port.ts";

export const CHECKPOINT = "ward.local\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— ward.local abc\n";
export const FUNCTIONS: readonly FunctionLine[] = [
  line("lab-result", "ORU^R01", "sha256:aaaaaaaaaaaaaaaa"),
  line("notify", "lab.result.filed", "sha256:bbbbbbbbbbbbbbbb"),
];

const NO_ANSWER: InquiryAnswer = {
  question: { kind: "refused" },
  origin: "ward.local/ledger",
  size: 42,
  hasMore: false,
  entries: [],
  paths: [],
  touches: [],
  disclosures: [],
  prove: async () => "the proven answer",
};

export interface FakeSettings {
  readonly startFails?: unknown;
  readonly lost?: WardError;
  readonly report?: LedgerReport;
  readonly events?: readonly EventLine[];
  /** One for each message sent, in order. */
  readonly verdicts?: readonly (MllpAck &
    Partial<Extract<NodeEvent, { kind: "message" }>> & { readonly sends?: number })[];
  readonly reloads?: readonly (readonly FunctionLine[] | Error)[];
  readonly replayFails?: readonly string[];
  /** To every question of the auditor. */
  readonly answer?: Partial<InquiryAnswer>;
  readonly exported?: readonly string[];
  /** Whether a change of the ledger's key is under way. */
  readonly keyChange?: boolean;
}

export const VERIFIER_KEY = "ward.local/ledger+00000000+AAAA";

export interface Fake extends Platform {
  readonly asked: string[];
  readonly options: NodeOptions[];
  change(paths: readonly string[]): void;
}

export function fakePlatform(settings: FakeSettings = {}): Fake {
  const asked: string[] = [];
  const options: NodeOptions[] = [];
  const reloads = [...(settings.reloads ?? [])];
  let onChange: (paths: readonly string[]) => void = () => {};
  let tell: (event: NodeEvent) => void = () => {};
  const state = fakeState(settings, asked);
  const node: WardNode = {
    urls: { https: "https://localhost:8443", mllp: "mllps://localhost:2575" },
    httpsPort: 8443,
    mllpPort: 2575,
    caPem: "PEM",
    pid: 4711,
    state,
    functions: () => FUNCTIONS,
    settled: async () => void asked.push("settled"),
    async reload() {
      const next = reloads.shift() ?? FUNCTIONS;
      if (next instanceof Error) throw next;
      return next;
    },
    lost: settings.lost ? Promise.resolve(settings.lost) : new Promise(() => {}),
    close: async () => void asked.push("node closed"),
  };
  return {
    ACCOUNTING_YEARS,
    accountingHtml,
    accountingText,
    checkAnswer,
    pathText,
    asked,
    options,
    change: (paths) => onChange(paths),
    async startNode(given) {
      options.push(given);
      if (settings.startFails) throw settings.startFails;
      tell = given.onEvent ?? tell;
      return node;
    },
    startWitness: async ({ name, logKeys }) => {
      asked.push(`witness ${name} of ${logKeys.join(" ")}`);
      return {
        url: "http://127.0.0.1:8095/",
        verifierKey: `${name}+12345678+BA==`,
        close: async () => void asked.push("witness closed"),
      };
    },
    openState: async (given) => {
      asked.push(`state of ${given.stateDir}`);
      return state;
    },
    diagnose: async () => [
      { what: "Node", verdict: "ok", explanation: "v24" },
      { what: "confinement", verdict: "missing", explanation: "no user namespaces: allow them" },
    ],
    async sendMllp(_target, messages) {
      return messages.map((_message, index) => {
        const { code, condition, reason, sends: _, ...rest } = settings.verdicts?.[index] ?? { code: "AA" };
        const trace = String(index).padStart(32, "0");
        tell({ kind: "message", type: "ORU^R01", ack: code, ms: 5, trace, ...rest });
        return { code, ...(condition ? { condition } : {}), ...(reason ? { reason } : {}) };
      });
    },
    watchApp(_dir, listener) {
      onChange = listener;
      return { close: () => void asked.push("watch closed") };
    },
  };
}

function fakeState(settings: FakeSettings, asked: string[]): WardState {
  return {
    async verifyLedger(onProgress) {
      onProgress?.(21, 42);
      return settings.report ?? { ok: true, entries: 42, checkpoint: CHECKPOINT };
    },
    audit: {
      verifierKey: VERIFIER_KEY,
      async ask(inquiry) {
        asked.push(JSON.stringify(inquiry));
        return { ...NO_ANSWER, ...settings.answer };
      },
      async *export(format, range) {
        asked.push(`${format} ${JSON.stringify(range)}`);
        const lines = settings.exported ?? [];
        yield { lines, next: lines.length };
      },
    },
    ledgerKeys: {
      rotate: async () => VERIFIER_KEY,
      finish: async () => settings.keyChange ?? true,
    },
    retention: {
      hold: async (name, since) => void asked.push(`hold ${name} ${since?.toISOString() ?? ""}`),
      release: async (name) => name === "case-17",
      holds: async () => [{ name: "case-17", first: 5, placedAt: new Date(0) }],
      async prune(options) {
        asked.push(`prune ${JSON.stringify(options)}`);
        return { minimum: 768, pruned: 512, limit: "hold" };
      },
    },
    async countEntries(trace, only) {
      if (only === undefined) return 7;
      return only.outcome === "success" ? (settings.verdicts?.[Number(trace)]?.sends ?? 0) : 0;
    },
    events: {
      list: async () => settings.events ?? [],
      async replay(id) {
        asked.push(`replay ${id}`);
        const ok = !settings.replayFails?.includes(id);
        return { ok, text: ok ? "filed" : "failed again" };
      },
    },
    functions: async () => FUNCTIONS,
    async issueToken(principal, purpose, minutes) {
      asked.push(`token ${JSON.stringify(principal)} ${purpose} ${minutes}`);
      return "the-token";
    },
    putSecret: async (name) => void asked.push(`secret ${name}`),
    close: async () => void asked.push("state closed"),
  };
}

function line(name: string, trigger: string, release: string): FunctionLine {
  return { name, trigger, release, instances: 1, invocations: 12, failures: 0 };
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around {
  readonly platform?: Platform;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly isTTY?: boolean;
  readonly stdin?: string;
  /** Called with how to press Ctrl-C at a time, once somebody listens. */
  readonly onListening?: (press: (atMs?: number) => void) => void;
  readonly onStdout?: (text: string) => void;
  readonly onExitNow?: (code: number) => void;
}

/** Runs the command line in this process. */
export async function ward(argv: readonly string[], around: Around = {}): Promise<Ran> {
  let [stdout, stderr, nowMs] = ["", "", Date.UTC(2026, 2, 2, 12)];
  const terminal = { columns: around.columns, isTTY: around.isTTY };
  const exitCode = await runCli(
    argv,
    {
      platform: async () => around.platform ?? fakePlatform(),
      stdout: {
        ...terminal,
        write(text) {
          stdout += text;
          around.onStdout?.(stdout);
        },
      },
      stderr: { ...terminal, write: (text) => void (stderr += text) },
      env: around.env ?? {},
      cwd: around.cwd ?? "/nowhere",
      readStdin: async () => around.stdin ?? "",
      now: () => new Date(nowMs),
      onInterrupt(listener) {
        around.onListening?.((atMs = 0) => {
          nowMs += atMs;
          listener();
        });
        return () => {};
      },
      exitNow: (code) => around.onExitNow?.(code),
    },
    "1.2.3",
  );
  return { exitCode, stdout, stderr };
}
