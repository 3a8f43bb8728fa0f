/** 45 CFR 164.308(a)(7): the service stays available. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import { where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionAnswersInTime: Rule = {
  id: "function-answers-in-time",
  title: "A function that somebody waits for ends within half a minute",
  why: "A person or a laboratory system that waits longer gives up and sends again: work is done twice while the queue grows.",
  remedy: "Set timeoutMs to 30 seconds at most; emit an event and let another function do the long work.",
  snippet: `
limits: { timeoutMs: 30_000 },`,
  severity: "medium",
  topics: ["resilience"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    const isAwaited = fn.at("trigger.kind").equals("http", "hl7");
    // Without a limit it is five seconds.
    return where(isAwaited, () =>
      any(not(fn.at("limits.timeoutMs").exists()), fn.at("limits.timeoutMs").atMost(30_000)),
    );
  },
  samples: {
    good: [
      { ward: { "functions/a.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", limits: { timeoutMs: 30_000 } }` } },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", limits: { timeoutMs: 600_000 } }` } },
      { ward: { "functions/a.ts": `{ trigger: on.http("POST", "visits"), purpose: "TREAT" }` } },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", limits: { timeoutMs: 60_000 } }` } },
    ],
  },
};
