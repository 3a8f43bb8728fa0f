/** 45 CFR 164.308(a)(7): work that is expected is done. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import { where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionEmittedEventIsHeard: Rule = {
  id: "function-emitted-event-is-heard",
  title: "Each event that the function may emit is heard",
  why: "An event that nobody hears is work that somebody thought was done.",
  remedy: "Add a function with a trigger for it, or take it out of emits.",
  snippet: `
trigger: on.event("lab.result.filed"),`,
  severity: "low",
  topics: ["hygiene"],
  types: ["Ward::Function"],
  judge(fn: Resource, graph: Graph) {
    const heard = (text: string) =>
      any(...graph.ofType("Ward::Function").map((other) => other.at("trigger.type").equals(text)));
    return where(fn.at("grants.emits").isFilled(), () =>
      fn.at("grants.emits").every((one) => {
        const text = one.text();
        return text === undefined
          ? one.undecided()
          : saying({ ...heard(text), spot: one.spot }, `no function hears ${text}`);
      }),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }`,
          "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", grants: { emits: ["a.b"] } }`,
        },
      },
    ],
    bad: [
      { ward: { "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", grants: { emits: ["a.b"] } }` } },
    ],
  },
};
