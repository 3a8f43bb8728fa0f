/** 45 CFR 164.312(a)(1): the confused deputy is granted nothing. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionPermissionForS3NamesAccount: Rule = {
  id: "function-permission-for-s3-names-account",
  title: "The permission of S3 names the account",
  why: "A bucket's ARN holds no account. Where the bucket is deleted, whoever takes its name next invokes the function.",
  remedy: "Set SourceAccount beside SourceArn.",
  snippet: `
Permission:
  Type: AWS::Lambda::Permission
  Properties:
    FunctionName: !Ref Function
    Action: lambda:InvokeFunction
    Principal: s3.amazonaws.com
    SourceArn: !GetAtt Bucket.Arn
    SourceAccount: !Ref AWS::AccountId`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::Lambda::Permission"],
  judge(permission: Resource) {
    const isS3 = permission.at("Principal").equals("s3.amazonaws.com");
    if (isS3.outcome !== "pass") return "notApplicable";
    return any(permission.at("SourceAccount").isFilled(), permission.at("PrincipalOrgID").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com, SourceArn: b, SourceAccount: "123456789012" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com, SourceArn: !GetAtt Bucket.Arn } }`,
      },
    ],
  },
};
