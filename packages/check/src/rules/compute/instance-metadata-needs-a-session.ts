/** 45 CFR 164.312(d): who asks is verified. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, fail, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const instanceMetadataNeedsASession: Rule = {
  id: "instance-metadata-needs-a-session",
  title: "The metadata service of the instance asks for a session",
  why: "With the old form one request that an attacker makes the server send gives them its role.",
  remedy: "Set MetadataOptions.HttpTokens to required.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { MetadataOptions: { HttpTokens: required } } }`,
  severity: "high",
  topics: ["authentication", "privilege-escalation"],
  types: ["AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate"],
  judge(machine: Resource, graph: Graph) {
    const options = machine.at(
      machine.type === "AWS::EC2::LaunchTemplate" ? "LaunchTemplateData.MetadataOptions" : "MetadataOptions",
    );
    return any(
      options.at("HttpTokens").equals("required"),
      options.at("HttpEndpoint").equals("disabled"),
      templateAsks(machine, graph),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { MetadataOptions: { HttpTokens: required } } }`,
      },
      {
        cloudformation: `
Instance: { Type: AWS::EC2::Instance, Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: 1 } } }
Template: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { MetadataOptions: { HttpTokens: required } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: ami-1 } }` },
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { MetadataOptions: { HttpTokens: optional } } }`,
      },
    ],
  },
};

function templateAsks(machine: Resource, graph: Graph): Truth {
  const named = machine.at("LaunchTemplate");
  const ids = [named.at("LaunchTemplateId"), named.at("LaunchTemplateName")].filter((one) => !one.isAbsent);
  const template = ids.map((one) => graph.target(one) ?? byName(one.text(), graph)).find((one) => one !== undefined);
  return template
    ? template.at("LaunchTemplateData.MetadataOptions.HttpTokens").equals("required")
    : fail("MetadataOptions.HttpTokens is not required", machine.spot);
}

function byName(name: string | undefined, graph: Graph): Resource | undefined {
  return graph
    .ofType("AWS::EC2::LaunchTemplate")
    .find((one) => name !== undefined && one.at("LaunchTemplateName").text() === name);
}
