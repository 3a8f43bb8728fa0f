/**
 * Runs functions in workerd, one confined process per instance. Keeps spare slots ready, so that a cold start waits
 * for workerd alone, and each release's compiled configuration, so that it is compiled once.
 */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { DEFAULT_LIMITS, WardError } from "@ward/core";
import type { Confinement, FunctionRelease, Instance, InstanceHost, OutboundHandler } from "@ward/runtime";
import { candidateModes, tryConfinement, type ConfinementTrial } from "./confinement.ts";
import { compileConfig, type EngineProgram } from "./engine-config.ts";
import { anyCertificate, enginePath } from "./engine.ts";
import { inheritedDescriptors } from "./inherited-descriptors.ts";
import { dataLimitMb, residentLimitMb } from "./memory.ts";
import { refuseOutbound } from "./out-socket.ts";
import { Reaper } from "./reaper.ts";
import { openRunDirectory, type RunDirectory } from "./run-directory.ts";
import { prepareSlot, type Slot } from "./slot.ts";
import { WorkerdInstance } from "./workerd-instance.ts";

export interface WorkerdHostOptions {
  /** Where the run directory is made; the shorter the better. Default: the system's temporary directory. */
  readonly parentDirectory?: string;
  /** Slots kept ready. Default 2. */
  readonly spareSlots?: number;
  /** Only these are tried, in this order. Default: the strongest first. */
  readonly modes?: readonly Confinement["mode"][];
  /** How long a bundle may take to answer first. Default 10 s. */
  readonly startTimeoutMs?: number;
}

/** Throws `startup-failed` where workerd can't run at all. */
export async function openWorkerdHost(options: WorkerdHostOptions = {}): Promise<InstanceHost> {
  const runDirectory = openRunDirectory(options.parentDirectory ?? tmpdir());
  const reaper = new Reaper(runDirectory.path);
  const devNull = openSync("/dev/null", "r+");
  writeFileSync(join(runDirectory.path, "ca.pem"), anyCertificate());
  const base = {
    engine: enginePath(),
    runDirectory: runDirectory.path,
    inherited: inheritedDescriptors().filter((fd) => fd !== devNull),
    devNull,
    reaper,
  };
  let serial = 0;
  const nextSerial = (): number => serial++;
  try {
    const trial = await tryConfinement(base, options.modes ?? candidateModes(), nextSerial);
    return new WorkerdHost(trial, runDirectory, nextSerial, options);
  } catch (error) {
    await reaper.close();
    runDirectory.remove();
    closeSync(devNull);
    throw error;
  }
}

/** What confinement this machine gives, for `ward doctor`. */
export async function detectConfinement(options: WorkerdHostOptions = {}): Promise<Confinement> {
  const host = await openWorkerdHost({ ...options, spareSlots: 0 });
  await host.close();
  return host.confinement;
}

class WorkerdHost implements InstanceHost {
  readonly confinement: Confinement;
  readonly #trial: ConfinementTrial;
  readonly #runDirectory: RunDirectory;
  readonly #nextSerial: () => number;
  readonly #spareSlots: number;
  readonly #startTimeoutMs: number;
  readonly #spares: Promise<Slot>[] = [];
  readonly #slots = new Set<Promise<Slot>>();
  readonly #instances = new Set<WorkerdInstance>();
  readonly #configs = new Map<string, Promise<Buffer>>();
  #starting = 0;
  #closed: Promise<void> | undefined;

  constructor(
    trial: ConfinementTrial,
    runDirectory: RunDirectory,
    nextSerial: () => number,
    options: WorkerdHostOptions,
  ) {
    this.confinement = trial.confinement;
    this.#trial = trial;
    this.#runDirectory = runDirectory;
    this.#nextSerial = nextSerial;
    this.#spareSlots = options.spareSlots ?? 2;
    this.#startTimeoutMs = options.startTimeoutMs ?? 10_000;
    this.#fillSpares();
  }

  async start(release: FunctionRelease, outbound: OutboundHandler): Promise<Instance> {
    this.#requireOpen();
    const since = performance.now();
    const { name, limits } = release.manifest;
    const config = await this.#configOf(release.digest, { name, bundle: release.bundle, memoryMb: limits.memoryMb });
    const { instance, first } = await this.#startConfigured(config, limits.memoryMb, outbound, since);
    if (first.status === 200) return instance;
    await instance.stop();
    throw new WardError("function-unavailable", { phase: "start", status: first.status });
  }

  async evaluate(bundle: string): Promise<unknown> {
    this.#requireOpen();
    const { memoryMb } = DEFAULT_LIMITS;
    const directory = join(this.#runDirectory.path, "configs", `evaluate-${this.#nextSerial()}`);
    const config = await compileConfig(this.#trial.plan.engine, directory, { name: "function", bundle, memoryMb });
    const { instance, first } = await this.#startConfigured(config, memoryMb, refuseOutbound, performance.now());
    await instance.stop();
    try {
      if (first.status === 200) return JSON.parse(first.body);
    } catch {
      // No JSON is as bad as no answer.
    }
    throw new WardError("bad-manifest", { phase: "evaluate", status: first.status });
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
    await Promise.all([...this.#slots].map(endSlot));
    await this.#trial.plan.reaper.close();
    this.#runDirectory.remove();
    closeSync(this.#trial.plan.devNull);
  }

  async #startConfigured(
    config: Buffer,
    memoryMb: number,
    outbound: OutboundHandler,
    since: number,
  ): ReturnType<typeof WorkerdInstance.start> {
    const { footprint } = this.#trial;
    const limits = {
      dataMb: dataLimitMb(footprint, memoryMb),
      residentMb: residentLimitMb(footprint, memoryMb),
      startTimeoutMs: this.#startTimeoutMs,
    };
    this.#starting += 1;
    try {
      const started = await this.#startInSlot((slot) => WorkerdInstance.start(slot, config, outbound, limits, since));
      this.#instances.add(started.instance);
      void started.instance.exited.then(() => this.#instances.delete(started.instance));
      return started;
    } finally {
      this.#starting -= 1;
      this.#fillSpares();
    }
  }

  /** A spare may have died unseen, just now or long ago; that is not the release's failure. */
  async #startInSlot<Started>(start: (slot: Slot) => Promise<Started>): Promise<Started> {
    this.#requireOpen();
    const spare = await this.#spares.shift()?.catch(() => undefined);
    if (spare === undefined) return start(await this.#makeSlot());
    try {
      return await start(spare);
    } catch (error) {
      if (spare.hasGone() || this.#closed !== undefined) throw error;
      return start(await this.#makeSlot());
    }
  }

  async #configOf(digest: string, program: EngineProgram): Promise<Buffer> {
    const known = this.#configs.get(digest);
    if (known !== undefined) return known;
    const directory = join(this.#runDirectory.path, "configs", `release-${this.#nextSerial()}`);
    const compiled = compileConfig(this.#trial.plan.engine, directory, program);
    this.#configs.set(digest, compiled);
    compiled.catch(() => this.#configs.delete(digest));
    return compiled;
  }

  #requireOpen(): void {
    if (this.#closed !== undefined) throw new WardError("function-unavailable", { phase: "closing" });
  }

  /** Not while anybody waits for a start: on a small machine it would take the processor from it. */
  #fillSpares(): void {
    while (this.#starting === 0 && this.#closed === undefined && this.#spares.length < this.#spareSlots) {
      this.#spares.push(this.#makeSlot());
    }
  }

  #makeSlot(): Promise<Slot> {
    this.#requireOpen();
    const slot = prepareSlot(this.#trial.plan, this.#nextSerial());
    this.#slots.add(slot);
    const forget = (): void => void this.#slots.delete(slot);
    slot.then((made) => made.released.then(forget), forget);
    return slot;
  }
}

async function endSlot(pending: Promise<Slot>): Promise<void> {
  const slot = await pending.catch(() => undefined);
  slot?.kill();
  await slot?.released;
}
