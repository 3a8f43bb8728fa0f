/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const workspaceRootVolumeIsEncrypted: Rule = {
  id: "workspace-root-volume-is-encrypted",
  title: "The workspace encrypts its root volume",
  why: "Temporary files and caches lie there.",
  remedy: "Set RootVolumeEncryptionEnabled.",
  snippet: `
Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { RootVolumeEncryptionEnabled: true } }`,
  severity: "medium",
  topics: ["encryption-at-rest"],
  types: ["AWS::WorkSpaces::Workspace"],
  judge(thing: Resource) {
    return thing.at("RootVolumeEncryptionEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { RootVolumeEncryptionEnabled: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::WorkSpaces::Workspace, Properties: { BundleId: b } }` }],
  },
};
