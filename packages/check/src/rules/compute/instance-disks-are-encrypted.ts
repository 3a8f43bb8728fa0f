/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const instanceDisksAreEncrypted: Rule = {
  id: "instance-disks-are-encrypted",
  title: "The disks of the instance are encrypted",
  why: "A disk, and each snapshot of it, can be attached elsewhere and read.",
  remedy: "Set Ebs.Encrypted to true for every device.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { BlockDeviceMappings: [{ DeviceName: /dev/xvda, Ebs: { Encrypted: true } }] } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate"],
  judge(machine: Resource) {
    const devices = machine.at(
      machine.type === "AWS::EC2::LaunchTemplate" ? "LaunchTemplateData.BlockDeviceMappings" : "BlockDeviceMappings",
    );
    const every = devices.every((device) =>
      device.at("Ebs").isAbsent
        ? pass()
        : any(device.at("Ebs.Encrypted").isTrue(), device.at("Ebs.SnapshotId").isFilled()),
    );
    return all(devices.isFilled(), every);
  },
  samples: {
    good: [
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { BlockDeviceMappings: [{ DeviceName: /dev/xvda, Ebs: { Encrypted: true } }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: ami-1 } }` },
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { BlockDeviceMappings: [{ DeviceName: /dev/xvda, Ebs: { Encrypted: false } }] } }`,
      },
    ],
  },
};
