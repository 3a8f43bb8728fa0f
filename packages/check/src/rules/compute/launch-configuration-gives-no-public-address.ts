/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const launchConfigurationGivesNoPublicAddress: Rule = {
  id: "launch-configuration-gives-no-public-address",
  title: "Machines that are launched get no public address",
  why: "Whatever starts is on the internet, whether it was meant to be or not; left unsaid, the subnet decides.",
  remedy: "Set AssociatePublicIpAddress to false.",
  snippet: `
Launch: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { AssociatePublicIpAddress: false } }`,
  severity: "high",
  topics: ["network-isolation", "public-exposure"],
  types: ["AWS::AutoScaling::LaunchConfiguration"],
  judge(launch: Resource) {
    return launch.at("AssociatePublicIpAddress").isFalse();
  },
  samples: {
    good: [
      {
        cloudformation: `Launch: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { AssociatePublicIpAddress: false } }`,
      },
    ],
    bad: [
      { cloudformation: `Launch: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { ImageId: a } }` },
      {
        cloudformation: `Launch: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { AssociatePublicIpAddress: true } }`,
      },
    ],
  },
};
