/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const functionPermissionIsToInvoke: Rule = {
  id: "function-permission-is-to-invoke",
  title: "The permission allows invoking and nothing else",
  why: "Other actions in a permission let another account read the code, or change it.",
  remedy: "Set Action to lambda:InvokeFunction.",
  snippet: `
Permission:
  Type: AWS::Lambda::Permission
  Properties:
    FunctionName: !Ref Function
    Action: lambda:InvokeFunction
    Principal: sns.amazonaws.com
    SourceArn: !Ref Topic`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::Lambda::Permission"],
  judge(permission: Resource) {
    return permission
      .at("Action")
      .every((action) => action.equals("lambda:InvokeFunction", "lambda:InvokeFunctionUrl"));
  },
  samples: {
    good: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: sns.amazonaws.com, SourceArn: t } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:GetFunction", Principal: "1" } }`,
      },
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:*", Principal: "1" } }`,
      },
    ],
  },
};
