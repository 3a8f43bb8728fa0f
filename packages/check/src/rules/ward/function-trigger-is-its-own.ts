/** 45 CFR 164.312(c)(1): a message is filed by the function that is meant. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { claimOf } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionTriggerIsItsOwn: Rule = {
  id: "function-trigger-is-its-own",
  title: "No two functions have the same route or message",
  why: "Which of two functions gets a message would be chance. A node refuses to start with both.",
  remedy: "Change one of the routes or messages, or make one function of the two.",
  snippet: `
trigger: on.hl7("ORU^R01"),`,
  severity: "high",
  topics: ["integrity"],
  types: ["Ward::Function"],
  judge(fn: Resource, graph: Graph) {
    const claim = claimOf(fn);
    if (claim === undefined) return "notApplicable";
    const rival = graph.ofType("Ward::Function").find((other) => other !== fn && claimOf(other) === claim);
    return rival ? fail(`${rival.name} has the same trigger`, fn.at("trigger").spot) : pass();
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT",  }`,
          "functions/b.ts": `{ trigger: on.hl7("ADT^A01"), purpose: "TREAT",  }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "visits"), purpose: "TREAT" }`,
          "functions/b.ts": `{ trigger: on.http("POST", "visits"), purpose: "TREAT" }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT",  }`,
          "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT",  }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "a/:id"), purpose: "TREAT" }`,
          "functions/b.ts": `{ trigger: on.http("GET", "a/:number"), purpose: "TREAT" }`,
        },
      },
    ],
  },
};
