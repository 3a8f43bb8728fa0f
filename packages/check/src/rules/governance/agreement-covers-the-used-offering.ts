/** 45 CFR 164.308(b)(1): satisfactory assurances. */
import type { Resource } from "../../graph/resource.ts";
import { fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const agreementCoversTheUsedOffering: Rule = {
  id: "agreement-covers-the-used-offering",
  title: "The service is covered by the business associate agreement",
  why: "AWS's agreement covers the services on its list; PHI in another one is a disclosure without a contract.",
  remedy: "Use a service on the list of HIPAA eligible services.",
  snippet: `
Queue:
  Type: AWS::SQS::Queue`,
  severity: "high",
  topics: ["eligible-service"],
  types: [
    "AWS::GameLift::Fleet",
    "AWS::Lightsail::Instance",
    "AWS::Lightsail::Bucket",
    "AWS::Lightsail::Database",
    "AWS::Lightsail::Container",
  ],
  judge(thing: Resource) {
    return fail(`${thing.type} is not on the list of HIPAA eligible services`, thing.spot);
  },
  samples: {
    good: [{ cloudformation: `Queue: { Type: AWS::SQS::Queue }` }],
    bad: [{ cloudformation: `Box: { Type: AWS::Lightsail::Instance, Properties: { InstanceName: i } }` }],
  },
};
