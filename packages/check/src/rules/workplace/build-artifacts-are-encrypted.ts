/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const buildArtifactsAreEncrypted: Rule = {
  id: "build-artifacts-are-encrypted",
  title: "Artifacts of the build are encrypted",
  why: "What a build makes is what runs.",
  remedy: "Leave EncryptionDisabled away.",
  snippet: `
Thing: { Type: AWS::CodeBuild::Project, Properties: { Artifacts: { Type: S3, EncryptionDisabled: false } } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "integrity"],
  types: ["AWS::CodeBuild::Project"],
  judge(thing: Resource) {
    return all(
      not(thing.at("Artifacts.EncryptionDisabled").isTrue()),
      thing.at("SecondaryArtifacts").every((one) => not(one.at("EncryptionDisabled").isTrue())),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Artifacts: { Type: S3, EncryptionDisabled: false } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Artifacts: { Type: S3, EncryptionDisabled: true } } }`,
      },
    ],
  },
};
