/** 45 CFR 164.312(a)(1): the confused deputy is granted nothing. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, fail, not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleTrustOfADeputyNamesSource: Rule = {
  id: "role-trust-of-a-deputy-names-source",
  title: "Services that act for others assume the role for this account only",
  why: "Some services act on behalf of whoever configures them, in any account. Without a source in the condition, a stranger has them use your role.",
  remedy: "Add aws:SourceAccount or aws:SourceArn to the condition.",
  snippet: `
Condition: { StringEquals: { aws:SourceAccount: !Ref AWS::AccountId } }`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::IAM::Role"],
  judge(role: Resource) {
    return policyDocument(role.at("AssumeRolePolicyDocument")).noAllow((statement) => {
      const deputy = statement.principals.find(
        ({ type, who }) => type === "Service" && DEPUTIES.test(who.text() ?? ""),
      );
      if (!deputy) return fail("no such service is named", statement.spot);
      return all(
        pass(`${deputy.who.text() ?? ""} is let in for any account`, deputy.who.spot),
        not(statement.hasCondition("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID")),
      );
    });
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: scheduler.amazonaws.com }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: scheduler.amazonaws.com }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
  },
};

/** Services whose documentation asks for the condition. */
const DEPUTIES =
  /^(scheduler|pipes|bedrock|sagemaker|firehose|backup|config|transfer|kendra|glue|dms|iot|quicksight|vpc-flow-logs|delivery\.logs)\.amazonaws\.com$/;
