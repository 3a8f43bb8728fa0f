/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseIsProtectedFromDeletion: Rule = {
  id: "database-is-protected-from-deletion",
  title: "The database refuses to be deleted",
  why: "A stack that is deleted by mistake takes the database with it.",
  remedy: "Set DeletionProtection to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { DeletionProtection: true } }`,
  severity: "high",
  topics: ["deletion-protection"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"],
  judge(thing: Resource) {
    return thing.at("DBClusterIdentifier").isFilled().outcome === "pass" && thing.type === "AWS::RDS::DBInstance"
      ? "notApplicable"
      : thing.at("DeletionProtection").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { DeletionProtection: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { DeletionProtection: false } }` },
    ],
  },
};
