/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const imageIsScanned: Rule = {
  id: "image-is-scanned",
  title: "Images are scanned when they arrive",
  why: "A known hole in a base image is everybody's first try.",
  remedy: "Set ImageScanningConfiguration.ScanOnPush to true.",
  snippet: `
Thing: { Type: AWS::ECR::Repository, Properties: { ImageScanningConfiguration: { ScanOnPush: true } } }`,
  severity: "medium",
  topics: ["patching", "malicious-software"],
  types: ["AWS::ECR::Repository"],
  judge(thing: Resource) {
    return thing.at("ImageScanningConfiguration.ScanOnPush").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { ImageScanningConfiguration: { ScanOnPush: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ECR::Repository }` },
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { ImageScanningConfiguration: { ScanOnPush: false } } }`,
      },
    ],
  },
};
