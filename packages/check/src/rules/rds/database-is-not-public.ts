/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseIsNotPublic: Rule = {
  id: "database-is-not-public",
  title: "The database has no public address",
  why: "A database on the internet is found within hours, and then one password guards all records.",
  remedy: "Set PubliclyAccessible to false and put it into private subnets.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { PubliclyAccessible: false } }`,
  severity: "critical",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::RDS::DBInstance", "AWS::DMS::ReplicationInstance", "AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    if (thing.type === "AWS::Redshift::Cluster") return not(thing.at("PubliclyAccessible").isTrue());
    return thing.at("PubliclyAccessible").isFalse();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { PubliclyAccessible: false } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { PubliclyAccessible: true } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
    ],
  },
};
