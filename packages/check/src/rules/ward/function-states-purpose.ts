/** 45 CFR 164.502(b), 164.506: an act on PHI has a purpose. */
import { PURPOSES_OF_USE } from "@ward/core";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionStatesPurpose: Rule = {
  id: "function-states-purpose",
  title: "The function says for which purpose it acts",
  why: "Every access is allowed for a purpose and recorded with it. Without one neither a policy nor an auditor can tell treatment from curiosity.",
  remedy: "Set purpose to a code of HL7 PurposeOfUse: TREAT for treatment, HPAYMT for payment, HOPERAT for operations.",
  snippet: `
purpose: "TREAT",`,
  severity: "high",
  topics: ["least-privilege", "audit-logging"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return fn.at("purpose").equals(...PURPOSES_OF_USE);
  },
  samples: {
    good: [{ ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }` } }],
    bad: [
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b") }` } },
      { ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "treatment",  }` } },
    ],
    unknown: [{ ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: process.env.PURPOSE,  }` } }],
  },
};
