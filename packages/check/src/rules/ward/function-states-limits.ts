/** 45 CFR 164.308(a)(7): the service stays available. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionStatesLimits: Rule = {
  id: "function-states-limits",
  title: "The function says how long and how large it may become",
  why: "Defaults are for nobody in particular: a function that hangs holds its place and its memory until then.",
  remedy: "Set timeoutMs and memoryMb to what it needs.",
  snippet: `
limits: { timeoutMs: 5_000, memoryMb: 128 },`,
  severity: "low",
  topics: ["resilience"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return all(fn.at("limits.timeoutMs").exists(), fn.at("limits.memoryMb").exists());
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", limits: { timeoutMs: 5_000, memoryMb: 128 } }`,
        },
      },
    ],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }` } },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", limits: { memoryMb: 128 } }` } },
    ],
  },
};
