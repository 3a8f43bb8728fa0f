/** 45 CFR 164.308(b)(1), 164.502(e): who gets PHI has signed an agreement, or needs none for a reason. */
import type { Resource } from "../../graph/resource.ts";
import type { Graph } from "../../graph/graph.ts";
import { all, any, fail, not, pass, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { where } from "./powers.ts";

export const vendorWithPhiHasAgreement: Rule = {
  id: "vendor-with-phi-has-agreement",
  title: "A vendor that handles PHI has an agreement",
  why: "A vendor that handles PHI without a business associate agreement is a breach that was agreed to. It is asked for first in every investigation.",
  remedy: "Name the agreement in compliance/baas/, or say in why the law asks for none, as for a provider that treats.",
  snippet: `
phi: true
agreement: baas/example-telecom.yaml`,
  severity: "high",
  topics: ["eligible-service"],
  types: ["Ward::Vendor"],
  judge(vendor: Resource, graph: Graph) {
    return where(vendor.at("phi").isTrue(), () => {
      const named = vendor.at("agreement");
      const isNamed = all(named.isFilled(), not(named.equals("none")));
      const file = named.text() ?? "";
      const isThere = graph.resource(`baas/${file.replace(/^.*\//, "").replace(/\.ya?ml$/, "")}`)
        ? pass(`${file} is there`)
        : fail(`there is no compliance/${file}`, named.spot);
      return any(
        all(saying(isNamed, "it handles PHI, no agreement is named, and no reason is given"), isThere),
        all(named.equals("none"), vendor.at("why").isFilled()),
      );
    });
  },
  samples: {
    good: [
      {
        ward: {
          "compliance/vendors.yaml": `
- { name: Telecom, phi: true, agreement: baas/telecom.yaml }
- { name: Laboratory, phi: true, agreement: none, why: it treats }
- { name: Cleaner, phi: false }
`,
          "compliance/baas/telecom.yaml": "status: signed",
        },
      },
    ],
    bad: [
      { ward: { "compliance/vendors.yaml": "- { name: Telecom, phi: true }" } },
      { ward: { "compliance/vendors.yaml": "- { name: Telecom, phi: true, agreement: none }" } },
      { ward: { "compliance/vendors.yaml": "- { name: Telecom, phi: true, agreement: baas/gone.yaml }" } },
    ],
  },
};
