/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import { looksLikeCredential } from "../../graph/credential-shape.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, fail, not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const environmentHoldsNoSecrets: Rule = {
  id: "environment-holds-no-secrets",
  title: "No environment holds a secret",
  why: "An environment is shown in consoles, in describe calls, in crash dumps, and to every library that is loaded.",
  remedy: "Keep the secret in Secrets Manager and read it at start, by the role of the function.",
  snippet: `
Environment:
  Variables: { DB_SECRET_ARN: !Ref DatabaseSecret }`,
  severity: "high",
  topics: ["secrets"],
  types: ["AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::CodeBuild::Project"],
  judge(resource: Resource) {
    const variables = variablesOf(resource);
    if (variables.length === 0) return "notApplicable";
    return all(
      ...variables.map(([name, value]) =>
        value.judge((one) =>
          isSecret(name, one) ? fail(`the environment variable ${name} holds a secret`, one.spot) : pass(),
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { TABLE: t, DB_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:1:secret:x" } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { DB_PASSWORD: hunter22 } } } }`,
      },
      {
        cloudformation: `Task: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: [{ Environment: [{ Name: AWS_ACCESS_KEY_ID, Value: AKIAIOSFODNN7EXAMPLE }] }] } }`,
      },
    ],
  },
};

const SECRET_NAME =
  /(^|_)(password|passwd|pwd|secret|secret_?key|token|api_?key|access_?key(_?id)?|private_?key|credentials?)$/i;

function variablesOf(resource: Resource): readonly (readonly [name: string, value: Property])[] {
  if (resource.type === "AWS::Lambda::Function") return resource.at("Environment.Variables").entries();
  const lists =
    resource.type === "AWS::CodeBuild::Project"
      ? [resource.at("Environment.EnvironmentVariables")]
      : resource
          .at("ContainerDefinitions")
          .items()
          .map((container) => container.at("Environment"));
  return lists.flatMap((list) =>
    list
      .items()
      .filter((one) => not(one.at("Type").equals("PARAMETER_STORE", "SECRETS_MANAGER")).outcome === "pass")
      .map((one) => [one.at("Name").text() ?? "", one.at("Value")] as const),
  );
}

function isSecret(name: string, value: Property): boolean {
  const text = value.text();
  if (text === undefined || text.startsWith("{{resolve:") || text.startsWith("arn:")) return false;
  if (looksLikeCredential(text)) return true;
  return SECRET_NAME.test(name) && text.length >= 4 && !/^(true|false|none|null|\/[\w/-]+)$/i.test(text);
}
