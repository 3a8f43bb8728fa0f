/**
 * `ctx.emit`, host side. The event, its deliveries and the entry stand or fall with the invocation's other
 * writes: there is no notification of a result that does not exist, and no result whose subscribers are never told.
 */
import type { Door } from "@ward/access";
import { assert, type Clock } from "@ward/core";
import type { Vault } from "@ward/vault";
import { eventAct } from "./acts.ts";
import { readMembers } from "./call-members.ts";
import { buildEvent, subjectOf } from "./cloud-event.ts";
import type { FirstDeliveries } from "./first-deliveries.ts";
import type { Invoker } from "./invoker.ts";
import type { Binding } from "./outbound.ts";

export interface EmitOptions {
  readonly door: Door;
  readonly vault: Vault;
  readonly deliveries: FirstDeliveries;
  readonly invoker: (name: string) => Invoker | undefined;
  readonly clock: Clock;
  readonly app: string;
  readonly publicUrl: string;
}

export function createEmitBinding(options: EmitOptions): Binding {
  const { door, vault, deliveries, clock, app, publicUrl } = options;
  return {
    bodyMaxBytes: 4_096,
    async call(invocation, body) {
      const call = readMembers(body, { type: "string", subject: "string?", resource: "string?" });
      const { caller, release, unitOfWork } = invocation;
      const emitter = release.manifest.name;
      const event = buildEvent(vault, call, {
        app,
        function: emitter,
        traceId: caller.traceId,
        publicUrl,
        at: clock.now(),
      });
      const subjectId = subjectOf(call);
      invocation.markActed();
      await unitOfWork.append(async (tx) => {
        await door.permit(caller, eventAct("event.emit", call.type), subjectId === undefined ? {} : { subjectId }, tx);
        const invoker = options.invoker(emitter);
        assert(invoker !== undefined, "a function that runs has an invoker");
        deliveries.emit(tx, event, invoker);
      });
      return {};
    },
  };
}
