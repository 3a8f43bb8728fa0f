/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const memoryDatabaseSpeaksTls: Rule = {
  id: "memory-database-speaks-tls",
  title: "The memory database speaks TLS",
  why: "With TLS switched off every query and answer crosses the network in clear text.",
  remedy: "Leave TLSEnabled true.",
  snippet: `
Thing: { Type: AWS::MemoryDB::Cluster, Properties: { ACLName: a, NodeType: t } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::MemoryDB::Cluster"],
  judge(thing: Resource) {
    return not(thing.at("TLSEnabled").isFalse());
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::MemoryDB::Cluster, Properties: { ACLName: a, NodeType: t } }` }],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::MemoryDB::Cluster, Properties: { ACLName: a, NodeType: t, TLSEnabled: false } }`,
      },
    ],
  },
};
