/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const volumeIsEncrypted: Rule = {
  id: "volume-is-encrypted",
  title: "The volume is encrypted",
  why: "A volume, and each snapshot of it, can be attached elsewhere and read.",
  remedy: "Set Encrypted to true.",
  snippet: `
Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: true } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::EC2::Volume"],
  judge(volume: Resource) {
    return any(volume.at("Encrypted").isTrue(), volume.at("KmsKeyId").isFilled());
  },
  samples: {
    good: [{ cloudformation: `Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: true } }` }],
    bad: [
      { cloudformation: `Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8 } }` },
      { cloudformation: `Volume: { Type: AWS::EC2::Volume, Properties: { Size: 8, Encrypted: false } }` },
    ],
  },
};
