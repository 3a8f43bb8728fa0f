/** How a trigger is named to people: `hl7 ORU^R01`. */
import type { Trigger } from "@ward/core";

export function triggerText(trigger: Trigger): string {
  switch (trigger.kind) {
    case "http":
      return `http ${trigger.method} /fn/${trigger.route}`;
    case "hl7":
      return `hl7 ${trigger.message}`;
    case "event":
      return `event ${trigger.type}`;
    case "schedule":
      return `schedule ${trigger.cron}`;
  }
}
