/** 45 CFR 164.312(d), 164.308(a)(5)(ii)(D): credentials are kept. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { looksLikeCredential } from "../../graph/credential-shape.ts";
import { texts } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionDefinitionHoldsNoSecret: Rule = {
  id: "function-definition-holds-no-secret",
  title: "The definition holds no secret",
  why: "What stands in a definition is in Git, in the release and in every log of a deployment. A key there belongs to everybody who can read any of them.",
  remedy:
    "Put the secret into the vault with `ward secrets set`, name it in grants.secrets, and read it with ctx.secrets.get. Then change it, since it was written down.",
  snippet: `
grants: { secrets: ["pager-key"] },`,
  severity: "critical",
  topics: ["secrets"],
  types: ["Ward::Function", "Ward::App"],
  waivable: false,
  judge(resource: Resource) {
    const found = texts(resource.whole).find((one) => looksLikeCredential(one.text() ?? ""));
    return found ? fail(`${found.path} looks like a credential`, found.spot) : pass();
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { secrets: ["pager-key"] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "u:hunter22@pager.example.org", baa: "none", carries: "none", key: "AKIAQWERTYUIOPASDFGH" }] } }`,
        },
      },
    ],
  },
};
