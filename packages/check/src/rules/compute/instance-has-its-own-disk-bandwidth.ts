/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const instanceHasItsOwnDiskBandwidth: Rule = {
  id: "instance-has-its-own-disk-bandwidth",
  title: "The instance has its own bandwidth to its disks",
  why: "When backups and requests share one line, one of them waits.",
  remedy: "Set EbsOptimized to true.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { EbsOptimized: true } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::EC2::Instance"],
  judge(instance: Resource) {
    return instance.at("EbsOptimized").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { EbsOptimized: true } }` }],
    bad: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: a } }` }],
  },
};
