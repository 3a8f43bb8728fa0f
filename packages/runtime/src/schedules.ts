/** Schedule triggers: cron items for the job queue, and the task that they run. */
import { newTraceId, WardError, type Clock } from "@ward/core";
import type { CronItem, FunctionRelease } from "./contract.ts";
import type { Invoker } from "./invoker.ts";

export const SCHEDULE_TASK = "run-schedule";

export function cronItems(releases: readonly FunctionRelease[]): readonly CronItem[] {
  return releases.flatMap(({ manifest: { name, trigger } }) =>
    trigger.kind === "schedule"
      ? [
          {
            identifier: `${SCHEDULE_TASK}.${name}`,
            task: SCHEDULE_TASK,
            cron: trigger.cron,
            payload: { function: name },
          },
        ]
      : [],
  );
}

/** The task `run-schedule`. Throws to be tried again. */
export async function runSchedule(
  options: { readonly clock: Clock; readonly invoker: (name: string) => Invoker | undefined },
  payload: unknown,
): Promise<void> {
  const { function: name, _cron: cron } = (payload ?? {}) as { function?: unknown; _cron?: { ts?: unknown } };
  const invoker = typeof name === "string" ? options.invoker(name) : undefined;
  // The function was removed while its job waited.
  if (invoker?.release.manifest.trigger.kind !== "schedule") return;
  const scheduledAt = typeof cron?.ts === "string" ? new Date(cron.ts) : options.clock.now();
  const outcome = await invoker.invoke({
    payload: { kind: "schedule", scheduledAt: scheduledAt.toISOString() },
    traceId: newTraceId(),
    onBehalfOf: { kind: "service", id: "scheduler" },
  });
  if (outcome.kind === "failed") throw new WardError(outcome.code, { function: invoker.release.manifest.name });
}
