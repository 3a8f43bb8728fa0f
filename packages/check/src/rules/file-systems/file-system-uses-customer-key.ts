/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const fileSystemUsesCustomerKey: Rule = {
  id: "file-system-uses-customer-key",
  title: "The file system is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: true, KmsKeyId: k } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::EFS::FileSystem", "AWS::FSx::FileSystem"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: true, KmsKeyId: k } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::EFS::FileSystem, Properties: { Encrypted: true } }` }],
  },
};
