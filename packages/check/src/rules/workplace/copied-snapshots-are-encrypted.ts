/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const copiedSnapshotsAreEncrypted: Rule = {
  id: "copied-snapshots-are-encrypted",
  title: "Snapshots that are copied to another region are encrypted",
  why: "A copy of a disk in clear text is a copy of records in clear text.",
  remedy: "Set Encrypted to true in CrossRegionCopyRules and CrossRegionCopy.",
  snippet: `
Thing: { Type: AWS::DLM::LifecyclePolicy, Properties: { PolicyDetails: { Actions: [{ CrossRegionCopy: [{ EncryptionConfiguration: { Encrypted: true } }] }] } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::DLM::LifecyclePolicy"],
  judge(thing: Resource) {
    const details = thing.at("PolicyDetails");
    const copies = details
      .at("Actions")
      .items()
      .flatMap((action) => action.at("CrossRegionCopy").items())
      .map((copy) => copy.at("EncryptionConfiguration.Encrypted"));
    return copies.length === 0 ? "notApplicable" : all(...copies.map((copy) => copy.isTrue()));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DLM::LifecyclePolicy, Properties: { PolicyDetails: { Actions: [{ CrossRegionCopy: [{ EncryptionConfiguration: { Encrypted: true } }] }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::DLM::LifecyclePolicy, Properties: { PolicyDetails: { Actions: [{ CrossRegionCopy: [{ EncryptionConfiguration: { Encrypted: false } }] }] } } }`,
      },
    ],
  },
};
