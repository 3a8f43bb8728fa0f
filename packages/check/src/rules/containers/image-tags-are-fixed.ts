/** 45 CFR 164.312(c)(1): protection from improper alteration. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const imageTagsAreFixed: Rule = {
  id: "image-tags-are-fixed",
  title: "A tag of an image never changes",
  why: "What was reviewed is not what runs, where a tag can be moved.",
  remedy: "Set ImageTagMutability to IMMUTABLE.",
  snippet: `
Thing: { Type: AWS::ECR::Repository, Properties: { ImageTagMutability: IMMUTABLE } }`,
  severity: "medium",
  topics: ["integrity"],
  types: ["AWS::ECR::Repository"],
  judge(thing: Resource) {
    return thing.at("ImageTagMutability").equals("IMMUTABLE");
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { ImageTagMutability: IMMUTABLE } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ECR::Repository }` },
      { cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { ImageTagMutability: MUTABLE } }` },
    ],
  },
};
