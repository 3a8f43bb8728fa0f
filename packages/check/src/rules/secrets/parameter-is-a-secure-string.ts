/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const parameterIsASecureString: Rule = {
  id: "parameter-is-a-secure-string",
  title: "A parameter with a secret is a SecureString",
  why: "A String is read by whoever may list parameters.",
  remedy: "Keep it in Secrets Manager; in Terraform set type to SecureString.",
  snippet: `
Thing: { Type: AWS::SSM::Parameter, Properties: { Name: /app/db-password, Type: SecureString, Value: x } }`,
  severity: "high",
  topics: ["secrets"],
  types: ["AWS::SSM::Parameter"],
  judge(thing: Resource) {
    return thing.at("Name").matches(/password|passwd|secret|token|api[-_]?key|private[-_]?key|credential/i).outcome ===
      "pass"
      ? thing.at("Type").equals("SecureString")
      : "notApplicable";
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SSM::Parameter, Properties: { Name: /app/db-password, Type: SecureString, Value: x } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::SSM::Parameter, Properties: { Name: /app/db-password, Type: String, Value: x } }`,
      },
    ],
  },
};
