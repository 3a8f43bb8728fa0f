/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const simpledbIsNotUsed: Rule = {
  id: "simpledb-is-not-used",
  title: "SimpleDB is not used",
  why: "It knows no encryption at rest, no keys of your own, no point in time, and is not among the HIPAA-eligible services.",
  remedy: "Use DynamoDB.",
  snippet: `
Policy: { Type: AWS::IoT::Policy, Properties: { PolicyDocument: {} } }`,
  severity: "high",
  topics: ["eligible-service", "encryption-at-rest"],
  types: ["AWS::SDB::Domain", "AWS::IoT::Policy"],
  judge(thing: Resource) {
    return thing.type === "AWS::SDB::Domain" ? fail("a SimpleDB domain is made", thing.spot) : pass();
  },
  samples: {
    good: [{ cloudformation: `Policy: { Type: AWS::IoT::Policy, Properties: { PolicyDocument: {} } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::SDB::Domain, Properties: { Description: d } }` }],
  },
};
