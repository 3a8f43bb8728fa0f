/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const proxyRequiresTls: Rule = {
  id: "proxy-requires-tls",
  title: "The database proxy takes TLS only",
  why: "Without it, statements and rows pass in clear text inside the network.",
  remedy: "Set RequireTLS to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBProxy, Properties: { RequireTLS: true } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::RDS::DBProxy"],
  judge(thing: Resource) {
    return thing.at("RequireTLS").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBProxy, Properties: { RequireTLS: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBProxy, Properties: { RequireTLS: false } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBProxy }` },
    ],
  },
};
