/** 45 CFR 164.312(c)(1): records are not altered or destroyed improperly. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionCodeIsSigned: Rule = {
  id: "function-code-is-signed",
  title: "The function runs signed code only",
  why: "Whoever may write the bucket of the deployment decides what the function does, unless it asks for a signature.",
  remedy: "Set CodeSigningConfigArn.",
  snippet: `
Thing: { Type: AWS::Lambda::Function, Properties: { CodeSigningConfigArn: c, Runtime: nodejs22.x } }`,
  severity: "low",
  topics: ["integrity"],
  types: ["AWS::Lambda::Function"],
  judge(thing: Resource) {
    // A function from an image can't be signed this way.
    if (thing.at("PackageType").equals("Image").outcome === "pass") return "notApplicable";
    return thing.at("CodeSigningConfigArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Lambda::Function, Properties: { CodeSigningConfigArn: c, Runtime: nodejs22.x } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` }],
  },
};
