/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const volumeUsesCustomerKey: Rule = {
  id: "volume-uses-customer-key",
  title: "The volume is encrypted with a key of your own",
  why: "AWS's own key can't be withdrawn from one volume, nor denied to one person.",
  remedy: "Set KmsKeyId to a customer managed key.",
  snippet: `
Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: true, KmsKeyId: alias/phi } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::EC2::Volume"],
  judge(volume: Resource) {
    const key = volume.at("KmsKeyId");
    return all(key.isFilled(), not(key.matches(/alias\/aws\//)));
  },
  samples: {
    good: [
      {
        cloudformation: `Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: true, KmsKeyId: alias/phi } }`,
      },
    ],
    bad: [{ cloudformation: `Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: true } }` }],
  },
};
