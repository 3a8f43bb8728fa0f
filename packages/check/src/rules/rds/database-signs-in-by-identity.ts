/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseSignsInByIdentity: Rule = {
  id: "database-signs-in-by-identity",
  title: "The database takes IAM identities",
  why: "Passwords are shared, copied and never changed; a token of an identity is good for fifteen minutes.",
  remedy: "Set EnableIAMDatabaseAuthentication to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { EnableIAMDatabaseAuthentication: true } }`,
  severity: "low",
  topics: ["authentication", "credential-rotation"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    return thing.at("DBClusterIdentifier").isFilled().outcome === "pass" && thing.type === "AWS::RDS::DBInstance"
      ? "notApplicable"
      : thing.at("EnableIAMDatabaseAuthentication").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { EnableIAMDatabaseAuthentication: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` }],
  },
};
