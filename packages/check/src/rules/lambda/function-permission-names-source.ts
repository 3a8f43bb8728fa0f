/** 45 CFR 164.312(a)(1): the confused deputy is granted nothing. */
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionPermissionNamesSource: Rule = {
  id: "function-permission-names-source",
  title: "The permission of a service names whose it is",
  why: "A permission for a service alone lets that service invoke the function for anyone: their bucket, their topic, their rule. The service is deputy for all of AWS.",
  remedy: "Set SourceArn to the resource. For S3, whose ARNs hold no account, set SourceAccount too.",
  snippet: `
Permission:
  Type: AWS::Lambda::Permission
  Properties:
    FunctionName: !Ref Function
    Action: lambda:InvokeFunction
    Principal: sns.amazonaws.com
    SourceArn: !Ref Topic`,
  severity: "high",
  topics: ["least-privilege", "public-exposure"],
  types: ["AWS::Lambda::Permission"],
  judge(permission: Resource) {
    const service = permission.at("Principal").matches(/\.amazonaws\.com(\.cn)?$/);
    if (service.outcome !== "pass") return "notApplicable";
    const organization = permission.at("PrincipalOrgID").isFilled();
    const account = permission.at("SourceAccount").isFilled();
    const source = permission.at("SourceArn").isFilled();
    return saying(any(source, account, organization), "neither SourceArn nor SourceAccount says on whose behalf");
  },
  samples: {
    good: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: sns.amazonaws.com, SourceArn: !Ref Topic } }`,
      },
      {
        cloudformation: `
Other: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: "123456789012" } }
Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com, SourceAccount: "123456789012" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: sns.amazonaws.com } }`,
      },
    ],
  },
};
