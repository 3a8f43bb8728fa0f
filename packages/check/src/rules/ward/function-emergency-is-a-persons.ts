/** 45 CFR 164.312(a)(2)(ii): emergency access is a person's, and looked at afterwards. */
import type { Resource } from "../../graph/resource.ts";
import { saying } from "../../graph/truth.ts";
import { where } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionEmergencyIsAPersons: Rule = {
  id: "function-emergency-is-a-persons",
  title: "Emergency access is started by a person",
  why: "ETREAT opens records that are otherwise closed, because a person answers for it. A clock or a message answers for nothing.",
  remedy: "Use TREAT, or an HTTP trigger with roles.",
  snippet: `
purpose: "TREAT",`,
  severity: "medium",
  topics: ["least-privilege", "audit-logging"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    const isEmergency = fn.at("purpose").equals("ETREAT");
    return where(isEmergency, () =>
      saying(fn.at("trigger.kind").equals("http"), "purpose is ETREAT and no person starts it"),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.http("GET", "chart/:id", { roles: ["clinician"] }), purpose: "ETREAT",  }`,
        },
      },
    ],
    bad: [{ ward: { "functions/a.ts": `{ trigger: on.schedule("0 6 * * *"), purpose: "ETREAT",  }` } }],
  },
};
