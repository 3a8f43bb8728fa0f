/** Puts the pieces together for one app: what the gateway, the job worker and the operator call. */
import type { FunctionStatus, Runtime, RuntimeOptions } from "./contract.ts";
import { createEgress } from "./egress.ts";
import { createEmitBinding } from "./emit-binding.ts";
import { DELIVERY_TASK } from "./delivery-job.ts";
import { deliverEvent } from "./deliveries.ts";
import { createFhirBinding } from "./fhir-binding.ts";
import { invokeHttp } from "./http-trigger.ts";
import { RunningInvocations } from "./invocation.ts";
import { Invoker } from "./invoker.ts";
import { createLogBinding } from "./log-binding.ts";
import { Messages } from "./messages.ts";
import { createOutbound, type OutboundOptions } from "./outbound.ts";
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
  const outbound = outboundOptions(options, running, records);
  const invokers = new Map(
    releases.map((release) => [
      release.manifest.name,
      new Invoker(release, {
        host,
        door,
        running,
        records,
        outbound: (of) => createOutbound(of, outbound),
        idleMs: options.idleMs ?? IDLE_MS,
        onFault: options.onFault,
      }),
    ]),
  );
  const invoker = (name: string): Invoker | undefined => invokers.get(name);
  const messages = new Messages({ door, vault, database, clock, invokers: [...invokers.values()] });
  const deliveries = { door, vault, database, clock, invoker };
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
    async close() {
      await Promise.all([...invokers.values()].map((each) => each.close()));
      await records.settled();
    },
  };
}

function outboundOptions(
  options: RuntimeOptions,
  running: RunningInvocations,
  records: PendingRecords,
): OutboundOptions {
  const { app, door, vault, fhir, screen, jobs, database, clock, publicUrl, egress } = options;
  const subscribers = (type: string): readonly string[] =>
    app.releases.flatMap(({ manifest: { name, trigger } }) =>
      trigger.kind === "event" && trigger.type === type ? [name] : [],
    );
  return {
    door,
    running,
    records,
    bindings: {
      fhir: createFhirBinding(fhir),
      emit: createEmitBinding({ door, vault, jobs, clock, app: app.config.name, publicUrl, subscribers }),
      secret: createSecretBinding({ door, vault, sql: database }),
      log: createLogBinding(options.log ?? (() => undefined)),
    },
    egress: createEgress({ door, screen, ...egress }),
  };
}

function statusOf(invoker: Invoker): FunctionStatus {
  const { manifest, digest } = invoker.release;
  return { name: manifest.name, trigger: triggerText(manifest.trigger), release: digest, ...invoker.counts };
}
