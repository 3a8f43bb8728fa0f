/** 45 CFR 164.308(a)(5)(ii)(D): creating, changing and safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const userChangesFirstPassword: Rule = {
  id: "user-changes-first-password",
  title: "The user must change the first password",
  why: "A password that stood in a template is known to more than one person.",
  remedy: "Set LoginProfile.PasswordResetRequired to true.",
  snippet: `
LoginProfile: { Password: "{{resolve:secretsmanager:first-password}}", PasswordResetRequired: true }`,
  severity: "medium",
  topics: ["credential-rotation", "authentication"],
  types: ["AWS::IAM::User"],
  judge(user: Resource) {
    const profile = user.at("LoginProfile");
    return profile.isAbsent ? "notApplicable" : profile.at("PasswordResetRequired").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `User: { Type: AWS::IAM::User, Properties: { LoginProfile: { Password: "{{resolve:ssm-secure:p:1}}", PasswordResetRequired: true } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `User: { Type: AWS::IAM::User, Properties: { LoginProfile: { Password: "{{resolve:ssm-secure:p:1}}" } } }`,
      },
    ],
  },
};
