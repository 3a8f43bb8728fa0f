/** 45 CFR 164.312(b): activity is recorded. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const firewallLogs: Rule = {
  id: "firewall-logs",
  title: "The firewall logs what it saw",
  why: "Without its log nobody can tell an attack from a busy day.",
  remedy: "Add an AWS::WAFv2::LoggingConfiguration.",
  snippet: `
Acl: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Block: {} } } }
Log: { Type: AWS::WAFv2::LoggingConfiguration, Properties: { ResourceArn: !GetAtt Acl.Arn, LogDestinationConfigs: [l] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::WAFv2::WebACL"],
  judge(thing: Resource, graph: Graph) {
    const missing = fail(`no logging configuration belongs to ${thing.name}`, thing.spot);
    return someAttached(graph.attached(thing, "AWS::WAFv2::LoggingConfiguration", "ResourceArn"), missing, () =>
      pass(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `
Acl: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Block: {} } } }
Log: { Type: AWS::WAFv2::LoggingConfiguration, Properties: { ResourceArn: !GetAtt Acl.Arn, LogDestinationConfigs: [l] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::WAFv2::WebACL, Properties: { DefaultAction: { Block: {} } } }` }],
  },
};
