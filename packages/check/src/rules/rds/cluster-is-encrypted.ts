/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const clusterIsEncrypted: Rule = {
  id: "cluster-is-encrypted",
  title: "The cluster is encrypted",
  why: "It lies on disks that are not yours; a copy of a disk is a copy of records.",
  remedy: "Set StorageEncrypted to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBCluster, Properties: { StorageEncrypted: true } }`,
  severity: "critical",
  topics: ["encryption-at-rest"],
  types: ["AWS::RDS::DBCluster", "AWS::Neptune::DBCluster", "AWS::DocDB::DBCluster"],
  judge(thing: Resource) {
    return any(thing.at("StorageEncrypted").isTrue(), thing.at("SourceDBClusterIdentifier").isFilled());
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { StorageEncrypted: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { Engine: aurora-postgresql } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { StorageEncrypted: false } }` },
    ],
  },
};
