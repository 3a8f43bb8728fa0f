/** 45 CFR 164.308(a)(7): work that is expected is done. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, saying } from "../../graph/truth.ts";
import { where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionEventIsEmitted: Rule = {
  id: "function-event-is-emitted",
  title: "The event that starts the function is emitted by another",
  why: "A function that waits for an event which nobody emits never runs: a notification that is never sent looks like good news.",
  remedy: "Correct the event type, or add it to the emits of the function that causes it.",
  snippet: `
trigger: on.event("lab.result.filed"),`,
  severity: "medium",
  topics: ["resilience"],
  types: ["Ward::Function"],
  judge(fn: Resource, graph: Graph) {
    return where(fn.at("trigger.kind").equals("event"), () => {
      const type = fn.at("trigger.type");
      const text = type.text();
      if (text === undefined) return all(type.exists(), type.undecided());
      const emitted = graph
        .ofType("Ward::Function")
        .map((other) => other.at("grants.emits").some((one) => one.equals(text)));
      return saying({ ...any(...emitted), spot: type.spot }, `no function emits ${text}`);
    });
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
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }` } },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }`,
          "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", grants: { emits: ["a.bb"] } }`,
        },
      },
    ],
    unknown: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }`,
          "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", grants: { emits: [process.env.EVENT] } }`,
        },
      },
    ],
  },
};
