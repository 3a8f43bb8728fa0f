/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const topicPolicyAllowsNoNotPrincipal: Rule = {
  id: "topic-policy-allows-no-not-principal",
  title: "The topic policy allows nothing by exclusion of principals",
  why: "Allow with NotPrincipal lets in everyone in the world but the few named.",
  remedy: "Say Principal and name what is meant.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: events.amazonaws.com }
      Action: sns:Publish
      Resource: !Ref Topic
      Condition: { ArnEquals: { aws:SourceArn: !GetAtt Rule.Arn } }`,
  severity: "critical",
  topics: ["public-exposure", "least-privilege"],
  types: ["AWS::SNS::TopicPolicy"],
  judge(policy: Resource) {
    return policyDocument(policy.at("PolicyDocument")).noAllow((statement) =>
      statement.property.at("NotPrincipal").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "1" }, Action: "sns:Publish", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [x], PolicyDocument: { Statement: [{ Effect: Allow, NotPrincipal: { AWS: "1" }, Action: "sns:Publish", Resource: "*" }] } } }`,
      },
    ],
  },
};
