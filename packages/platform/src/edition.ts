/**
 * One loaded state of an app: its policies, its door, FHIR behind that door, and its functions. `ward dev` makes a new
 * edition when files change; what runs in the old one finishes there.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compilePolicies, createDoor, type BuiltinPower, type Door } from "@ward/access";
import { newTraceId, systemClock, type AppConfig } from "@ward/core";
import { createDisclosureScreen, createFhirService, SCREEN_PRINCIPAL, type FhirService } from "@ward/fhir";
import {
  createRuntime,
  loadApp,
  PostgresEvaluationStorage,
  storeReleases,
  type InstanceHost,
  type Runtime,
} from "@ward/runtime";
import type { NodeEvent } from "./contract.ts";
import type { Foundation } from "./foundation.ts";
import { recordConfiguration } from "./record-configuration.ts";

export interface Edition {
  readonly door: Door;
  readonly fhir: FhirService;
  readonly runtime: Runtime;
  readonly config: AppConfig;
}

export interface EditionOptions {
  readonly appDir: string;
  readonly foundation: Foundation;
  readonly host: InstanceHost;
  readonly publicUrl: string;
  readonly allowLoopback: boolean;
  readonly tell: (event: NodeEvent) => void;
}

/** What the platform's own services may do; everything else they may not. */
const BUILTINS: readonly BuiltinPower[] = [
  { principal: SCREEN_PRINCIPAL.id, action: "screen.disclosure", resourceType: "Patient", purposes: ["HOPERAT"] },
];

/** Throws `bundle-failed` or `bad-manifest` with file and line; then nothing has changed. */
export async function openEdition(options: EditionOptions): Promise<Edition> {
  const { foundation, host } = options;
  const { database, vault, ledger, jobs } = foundation;
  const app = await loadApp(options.appDir, {
    evaluate: (bundle) => host.evaluate(bundle),
    evaluations: new PostgresEvaluationStorage(database),
  });
  const policies = compilePolicies({
    manifests: app.releases.map((release) => release.manifest),
    appPolicies: app.policies,
    builtins: BUILTINS,
  });
  await storeReleases(database, app.releases);
  const door = createDoor({
    database,
    ledger,
    policies,
    tags: vault,
    quotas: app.config.budgets,
    clock: systemClock,
  });
  const fhir = createFhirService({ door, vault, clock: systemClock, newId: randomUUID });
  const screen = createDisclosureScreen({ door, vault });
  const runtime = createRuntime({
    app,
    host,
    door,
    vault,
    fhir,
    screen,
    jobs,
    database,
    clock: systemClock,
    publicUrl: options.publicUrl,
    egress: { allowLoopback: options.allowLoopback },
    onFault: ({ function: name, name: error, at, traceId }) =>
      options.tell({ kind: "fault", function: name, name: error, at, trace: traceId }),
    onDeliveryFailure: (code) => options.tell({ kind: "failure", code, where: "job deliver-event" }),
    log: ({ function: name, event, fields, traceId }) =>
      options.tell({ kind: "log", function: name, event, fields, trace: traceId }),
  });
  await noteReleases(
    door,
    app.releases.map(({ manifest, digest }) => ({ name: manifest.name, digest })),
  );
  const waivers = await readFile(join(options.appDir, "compliance", "waivers.yaml"), "utf8").catch(absent);
  await recordConfiguration({ door, ledger: foundation.ledger, app, ...(waivers === undefined ? {} : { waivers }) });
  return { door, fhir, runtime, config: app.config };
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

/** Which code acts from when on is itself a fact for the auditor. */
async function noteReleases(door: Door, releases: readonly { name: string; digest: string }[]): Promise<void> {
  const traceId = newTraceId();
  await Promise.all(
    releases.map(({ name, digest }) =>
      door.note(
        { principal: { kind: "service", id: "platform" }, purpose: "HOPERAT", traceId, release: digest },
        { action: "config.release", resourceType: "Function", resourceId: name },
        { decision: "allow", outcome: "success", item: name, digest },
      ),
    ),
  );
}
