/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const workspaceIsEncrypted: Rule = {
  id: "workspace-is-encrypted",
  title: "The workspace encrypts its volumes",
  why: "A desktop holds what was downloaded to it.",
  remedy: "Set RootVolumeEncryptionEnabled and UserVolumeEncryptionEnabled.",
  snippet: `
Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { RootVolumeEncryptionEnabled: true, UserVolumeEncryptionEnabled: true } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::WorkSpaces::Workspace"],
  judge(thing: Resource) {
    return all(
      thing.at("UserVolumeEncryptionEnabled").isTrue(),
      not(thing.at("RootVolumeEncryptionEnabled").isFalse()),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { RootVolumeEncryptionEnabled: true, UserVolumeEncryptionEnabled: true } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { BundleId: b } }` },
      {
        cloudformation: `Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { RootVolumeEncryptionEnabled: true } }`,
      },
    ],
  },
};
