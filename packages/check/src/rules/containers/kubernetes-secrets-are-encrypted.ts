/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kubernetesSecretsAreEncrypted: Rule = {
  id: "kubernetes-secrets-are-encrypted",
  title: "Secrets of the cluster are encrypted with a key of your own",
  why: "Kubernetes keeps secrets merely encoded, unless it is given a key.",
  remedy: "Set EncryptionConfig for secrets.",
  snippet: `
Thing: { Type: AWS::EKS::Cluster, Properties: { EncryptionConfig: [{ Resources: [secrets], Provider: { KeyArn: k } }] } }`,
  severity: "high",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::EKS::Cluster"],
  judge(thing: Resource) {
    const config = thing.at("EncryptionConfig");
    const isKeyed = config.every((one) => all(one.at("Resources").isFilled(), one.at("Provider.KeyArn").isFilled()));
    return all(config.isFilled(), isKeyed);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { EncryptionConfig: [{ Resources: [secrets], Provider: { KeyArn: k } }] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { Name: c } }` }],
  },
};
