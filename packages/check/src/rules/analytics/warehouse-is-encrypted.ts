/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const warehouseIsEncrypted: Rule = {
  id: "warehouse-is-encrypted",
  title: "The warehouse is encrypted",
  why: "It lies on disks that are not yours; a copy of a disk is a copy of records.",
  remedy: "Set Encrypted to true.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: true } }`,
  severity: "critical",
  topics: ["encryption-at-rest"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return thing.at("Encrypted").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` },
      { cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: false } }` },
    ],
  },
};
