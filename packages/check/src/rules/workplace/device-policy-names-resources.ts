/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const devicePolicyNamesResources: Rule = {
  id: "device-policy-names-resources",
  title: "The IoT policy allows named resources",
  why: "A device that was opened at home has then the powers of all devices.",
  remedy: "List the resources that the device needs.",
  snippet: `
Thing: { Type: AWS::IoT::Policy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["iot:Publish"], Resource: "arn:aws:iot:us-east-1:1:topic/x" }] } } }`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::IoT::Policy"],
  judge(thing: Resource) {
    return policyDocument(thing.at("PolicyDocument")).noAllow((statement) => statement.hasWildcardResource());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::IoT::Policy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["iot:Publish"], Resource: "arn:aws:iot:us-east-1:1:topic/x" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::IoT::Policy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "iot:Publish", Resource: "*" }] } } }`,
      },
    ],
  },
};
