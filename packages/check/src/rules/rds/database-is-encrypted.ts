/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseIsEncrypted: Rule = {
  id: "database-is-encrypted",
  title: "The database is encrypted",
  why: "It lies on disks that are not yours; a copy of a disk is a copy of records. It can be switched on only when the database is made.",
  remedy: "Set StorageEncrypted to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: true } }`,
  severity: "critical",
  topics: ["encryption-at-rest"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    // An instance of a cluster lies on the cluster's disks.
    if (thing.at("DBClusterIdentifier").exists().outcome === "pass") return "notApplicable";
    const encrypted = thing.at("StorageEncrypted");
    return any(encrypted.isTrue(), all(thing.at("SourceDBInstanceIdentifier").exists(), not(encrypted.exists())));
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: false } }` },
    ],
  },
};
