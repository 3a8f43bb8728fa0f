/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import { looksLikeCredential } from "../../graph/credential-shape.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const userDataHoldsNoSecrets: Rule = {
  id: "user-data-holds-no-secrets",
  title: "User data holds no secrets",
  why: "User data is shown to whoever may describe the instance, and to every process on it.",
  remedy: "Let the instance read the secret from Secrets Manager by its role.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { UserData: "#!/bin/sh\\nyum update" } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate"],
  waivable: false,
  judge(machine: Resource) {
    const data = machine.at(machine.type === "AWS::EC2::LaunchTemplate" ? "LaunchTemplateData.UserData" : "UserData");
    return data.isAbsent
      ? "notApplicable"
      : data.judge((one) =>
          holdsSecret(one) ? fail("UserData holds what looks like a credential", one.spot) : pass(),
        );
  },
  samples: {
    good: [
      { cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { UserData: "#!/bin/sh\\nyum update" } }` },
    ],
    bad: [
      {
        cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { UserData: "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE" } }`,
      },
    ],
  },
};

function holdsSecret({ value }: Property): boolean {
  const text =
    value.kind === "text"
      ? value.parts.filter((part) => typeof part === "string").join(" ")
      : value.kind === "scalar"
        ? String(value.value)
        : "";
  return looksLikeCredential(text) || looksLikeCredential(decoded(text));
}

function decoded(text: string): string {
  return /^[A-Za-z0-9+/=\s]{24,}$/.test(text) ? Buffer.from(text, "base64").toString("utf8") : "";
}
