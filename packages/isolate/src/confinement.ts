/**
 * Which confinement this machine gives, found by making one: a kernel setting, a container's seccomp profile or an
 * AppArmor rule can forbid what the version numbers promise. The strongest that lets an empty function answer is used.
 */
import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { asWardError, WardError } from "@ward/core";
import type { Confinement } from "@ward/runtime";
import { compileConfig } from "./engine-config.ts";
import { rootFiles } from "./engine.ts";
import { measureFootprint, TYPICAL_FOOTPRINT, type EngineFootprint } from "./memory.ts";
import { refuseOutbound } from "./out-socket.ts";
import { prepareSlot, type SlotPlan } from "./slot.ts";
import { WorkerdInstance } from "./workerd-instance.ts";

export interface ConfinementTrial {
  readonly confinement: Confinement;
  readonly plan: SlotPlan;
  readonly footprint: EngineFootprint;
}

type Mode = Confinement["mode"];
/** A plan without what depends on the mode. */
export type PlanBase = Omit<SlotPlan, "mode" | "files" | "umountLibraries">;

const EMPTY_BUNDLE = `export default { fetch() { return new Response("{}"); } };`;
const START_TIMEOUT_MS = 10_000;

const KINDS = {
  root: {
    namespaces: ["network", "mount", "pid", "ipc"],
    explanation:
      "Each function runs as a user of its own without capabilities, in its own network, mount, pid and ipc namespace.",
  },
  user: {
    namespaces: ["user", "network", "mount", "pid", "ipc"],
    explanation: "Each function runs in its own user, network, mount, pid and ipc namespace.",
  },
  none: {
    namespaces: [],
    explanation:
      "Functions run as plain processes of this user: only workerd itself keeps them from files and network.",
  },
} as const satisfies Record<Mode, Omit<Confinement, "mode">>;

/** `nextSerial` numbers the slots that are tried. Throws `startup-failed` where not even a plain process works. */
export async function tryConfinement(
  base: PlanBase,
  modes: readonly Mode[],
  nextSerial: () => number,
): Promise<ConfinementTrial> {
  const config = await compileConfig(base.engine, join(base.runDirectory, "configs", "empty"), {
    name: "empty",
    bundle: EMPTY_BUNDLE,
    memoryMb: 16,
  });
  const failures: string[] = [];
  for (const mode of modes) {
    try {
      const inside = mode === "none" ? { files: [], umountLibraries: [] } : await rootFiles(base.engine);
      const plan: SlotPlan = { ...base, mode, ...inside };
      const footprint = await measureEmpty(plan, config, nextSerial());
      return { confinement: describe(mode, failures), plan, footprint };
    } catch (error) {
      failures.push(`${mode}: ${reasonOf(error)}`);
    }
  }
  throw new WardError("startup-failed", { reason: "no-confinement", tried: failures });
}

/** Root's way first where we are root; nothing is tried where the kernel is not Linux. */
export function candidateModes(): readonly Mode[] {
  if (process.platform !== "linux") return ["none"];
  return process.getuid?.() === 0 ? ["root", "user", "none"] : ["user", "none"];
}

async function measureEmpty(plan: SlotPlan, config: Buffer, serial: number): Promise<EngineFootprint> {
  const slot = await prepareSlot(plan, serial);
  const limits = { dataMb: undefined, residentMb: Infinity, startTimeoutMs: START_TIMEOUT_MS };
  const { instance } = await WorkerdInstance.start(slot, config, refuseOutbound, limits, performance.now());
  const footprint = measureFootprint(instance.pid);
  await instance.stop();
  return footprint.residentMb > 0 ? footprint : TYPICAL_FOOTPRINT;
}

function describe(mode: Mode, failures: readonly string[]): Confinement {
  const { namespaces, explanation } = KINDS[mode];
  const why = failures.length === 0 ? "" : ` (${failures.join("; ")})`;
  return { mode, namespaces, explanation: explanation.replace(/\.$/, `${why}.`) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof WardError)) return error instanceof Error ? error.message : "failed";
  const why = asWardError(error).detail["why"] ?? error.detail["phase"];
  return typeof why === "string" && why !== "" ? why : "did not start";
}
