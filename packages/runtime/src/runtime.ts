/** Puts the pieces together for one app: what the gateway, the job worker and the operator call. */
import type { FunctionManifest } from "@ward/core";
import type { FunctionStatus, Runtime, RuntimeOptions } from "./contract.ts";
import { createEgress } from "./egress.ts";
import { createEmitBinding, type EmitOptions } from "./emit-binding.ts";
import { DELIVERY_TASK } from "./delivery-job.ts";
import { deliverEvent } from "./deliveries.ts";
import { createFhirBinding } from "./fhir-binding.ts";
import { FirstDeliveries } from "./first-deliveries.ts";
import { invokeHttp } from "./http-trigger.ts";
import { RunningInvocations } from "./invocation.ts";
import { Invoker } from "./invoker.ts";
import { createLogBinding } from "./log-binding.ts";
import { Messages } from "./messages.ts";
import { createOutbound, type Binding, type OutboundOptions } from "./outbound.ts";
import { PendingRecords } from "./pending-records.ts";
import { createRoutes } from "./routes.ts";
import { cronItems, runSchedule, SCHEDULE_TASK } from "./schedules.ts";
import { createSecretBinding } from "./secret-binding.ts";
import { createEvents } from "./waiting-events.ts";
import { triggerText } from "./trigger-text.ts";

const IDLE_MS = 30_000;

export function createRuntime(options: RuntimeOptions): Runtime {
  const { app, host, door, vault, database, clock, jobs } = options;
  const { releases } = app;
  const running = new RunningInvocations(database);
  const records = new PendingRecords();
  const invoker = (name: string): Invoker | undefined => invokers.get(name);
  const deliveries = { door, vault, database, clock, invoker };
  const firstDeliveries = new FirstDeliveries({
    ...deliveries,
    jobs,
    subscribers: (type) => releases.flatMap(({ manifest }) => (isTriggeredBy(manifest, type) ? [manifest.name] : [])),
    onFailure: options.onDeliveryFailure,
  });
  const log = createLogBinding(options.log ?? (() => undefined));
  const outbound = outboundOptions(options, log, { running, records, deliveries: firstDeliveries, invoker });
  const invokers: ReadonlyMap<string, Invoker> = new Map(
    releases.map((release) => [
      release.manifest.name,
      new Invoker(release, {
        host,
        door,
        running,
        records,
        outbound: (of) => createOutbound(of, outbound),
        idleMs: options.idleMs ?? IDLE_MS,
        log: async (invocation, line) => void (await log.call(invocation, { ...line })),
        onFault: options.onFault,
      }),
    ]),
  );
  const messages = new Messages({ door, vault, database, clock, invokers: [...invokers.values()] });
  return {
    list: () => [...invokers.values()].map(statusOf),
    route: createRoutes(releases.map(({ manifest }) => manifest)),
    invokeHttp: (name, request, caller) => invokeHttp(door, invoker(name), request, caller),
    receiveMessage: (message) => messages.receive(message),
    tasks: {
      [DELIVERY_TASK]: (payload) => deliverEvent(deliveries, payload),
      [SCHEDULE_TASK]: (payload) => runSchedule({ clock, invoker }, payload),
    },
    cron: cronItems(releases),
    events: createEvents({ door, vault, database, clock, jobs, messages }),
    adoptDeliveries: () => firstDeliveries.adoptOrphans(),
    settled: () => firstDeliveries.settled(),
    async close() {
      await firstDeliveries.close();
      await Promise.all([...invokers.values()].map((each) => each.close()));
      await records.settled();
      await door.flush();
    },
  };
}

function outboundOptions(
  options: RuntimeOptions,
  log: Binding,
  parts: Pick<OutboundOptions, "running" | "records"> & Pick<EmitOptions, "deliveries" | "invoker">,
): OutboundOptions {
  const { app, door, vault, fhir, screen, database, clock, publicUrl, egress } = options;
  const { running, records, deliveries, invoker } = parts;
  return {
    door,
    running,
    records,
    bindings: {
      fhir: createFhirBinding(fhir),
      emit: createEmitBinding({ door, vault, deliveries, invoker, clock, app: app.config.name, publicUrl }),
      secret: createSecretBinding({ door, vault, sql: database }),
      log,
    },
    egress: createEgress({ door, screen, ...egress }),
  };
}

function isTriggeredBy({ trigger }: FunctionManifest, type: string): boolean {
  return trigger.kind === "event" && trigger.type === type;
}

function statusOf(invoker: Invoker): FunctionStatus {
  const { manifest, digest } = invoker.release;
  return { name: manifest.name, trigger: triggerText(manifest.trigger), release: digest, ...invoker.counts };
}
