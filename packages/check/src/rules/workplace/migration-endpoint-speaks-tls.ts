/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const migrationEndpointSpeaksTls: Rule = {
  id: "migration-endpoint-speaks-tls",
  title: "The endpoint of a migration speaks TLS",
  why: "A migration carries every record once, from start to end, over whatever network lies between.",
  remedy: "Set SslMode to require, verify-ca or verify-full.",
  snippet: `
Thing: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: source, EngineName: mysql, SslMode: verify-full } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::DMS::Endpoint"],
  judge(thing: Resource) {
    const isDatabase = thing
      .at("EngineName")
      .matches(/^(mysql|oracle|postgres|mariadb|aurora|aurora-postgresql|sqlserver|sybase|db2|azuredb|mongodb|docdb)$/);
    if (isDatabase.outcome === "fail") return "notApplicable";
    return all(thing.at("SslMode").exists(), not(thing.at("SslMode").equals("none")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: source, EngineName: mysql, SslMode: verify-full } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: source, EngineName: mysql } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: source, EngineName: postgres, SslMode: none } }`,
      },
    ],
  },
};
