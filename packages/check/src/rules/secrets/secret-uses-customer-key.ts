/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const secretUsesCustomerKey: Rule = {
  id: "secret-uses-customer-key",
  title: "The secret is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::SecretsManager::Secret, Properties: { KmsKeyId: alias/phi } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SecretsManager::Secret"],
  judge(thing: Resource) {
    const key = thing.at("KmsKeyId");
    return all(key.isFilled(), not(key.matches(/alias\/aws\/secretsmanager$/)));
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::SecretsManager::Secret, Properties: { KmsKeyId: alias/phi } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::SecretsManager::Secret, Properties: { Name: s } }` },
      {
        cloudformation: `Thing: { Type: AWS::SecretsManager::Secret, Properties: { KmsKeyId: alias/aws/secretsmanager } }`,
      },
    ],
  },
};
