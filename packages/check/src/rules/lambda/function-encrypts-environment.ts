/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionEncryptsEnvironment: Rule = {
  id: "function-encrypts-environment",
  title: "The environment is encrypted with a key of your own",
  why: "Whoever may read a function's configuration reads its environment. With a key of your own, only who may use the key does.",
  remedy: "Set KmsKeyArn where the function has an environment.",
  snippet: `
KmsKeyArn: !GetAtt PhiKey.Arn`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management", "secrets"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource) {
    const environment = fn.at("Environment.Variables");
    return environment.isFilled().outcome === "fail" ? "notApplicable" : fn.at("KmsKeyArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { A: b } }, KmsKeyArn: "arn:aws:kms:us-east-1:1:key/k" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { A: b } } } }`,
      },
    ],
  },
};
