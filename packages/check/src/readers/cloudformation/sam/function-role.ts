/** The role that SAM makes for a function or state machine that names none: its policies, templates resolved. */
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import { joinText, scalar, unknownValue, type Value } from "../../../graph/value.ts";
import { make } from "./made.ts";
import { POLICY_TEMPLATES, type PolicyTemplate } from "./policy-templates.ts";
import { ownEntry } from "../../../source/own-entry.ts";

export interface RoleNeeds {
  readonly service: string;
  /** Managed policies that SAM adds by itself. */
  readonly managed: readonly string[];
  /** Statements that triggers and destinations need. */
  readonly statements: readonly object[];
}

export function makeRole(author: Resource, { service, managed, statements }: RoleNeeds): Resource {
  const attached: (string | Value)[] = managed.map((name) => `arn:aws:iam::aws:policy/${name}`);
  const inline: object[] = [];
  for (const policy of author.at("Policies").items()) {
    if (policy.value.kind === "map") inline.push(inlinePolicy(author, policy, inline.length));
    else if (policy.value.kind === "scalar") attached.push(managedArn(policy));
    else attached.push(policy.value);
  }
  if (author.at("Policies").isUnknown) attached.push(author.at("Policies").value);
  if (statements.length > 0) {
    inline.push({ PolicyName: "Triggers", PolicyDocument: { Version: "2012-10-17", Statement: statements } });
  }
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: [service] }, Action: ["sts:AssumeRole"] }],
  };
  return make(author, `${author.id}Role`, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: author.at("AssumeRolePolicyDocument").isAbsent
      ? trust
      : author.at("AssumeRolePolicyDocument").value,
    ManagedPolicyArns: attached,
    ...(inline.length > 0 ? { Policies: inline } : {}),
    ...(author.at("PermissionsBoundary").isAbsent
      ? {}
      : { PermissionsBoundary: author.at("PermissionsBoundary").value }),
    ...(author.at("Tags").isAbsent ? {} : { Tags: author.at("Tags").value }),
  });
}

function inlinePolicy(author: Resource, policy: Property, index: number): object {
  const name = `${author.id}Policy${index}`;
  if (!policy.at("Statement").isAbsent) return { PolicyName: name, PolicyDocument: policy.value };
  const [entry] = policy.entries();
  const template = entry && ownEntry(POLICY_TEMPLATES, entry[0]);
  if (!entry || !template) {
    const statement = unknownValue(`the policy template ${entry?.[0] ?? "without a name"}`, policy.spot);
    return { PolicyName: name, PolicyDocument: { Version: "2012-10-17", Statement: statement } };
  }
  return {
    PolicyName: name,
    PolicyDocument: { Version: "2012-10-17", Statement: [statementOf(template, entry[1])] },
  };
}

function statementOf(template: PolicyTemplate, parameters: Property): object {
  const resources = template.arns?.map((arn) => filledIn(arn, parameters)) ?? ["*"];
  return { Effect: "Allow", Action: [...template.actions], Resource: resources };
}

function filledIn(arn: string, parameters: Property): Value {
  const parts = arn.split(/\{(\w+)\}/).map((piece, index): Value => {
    if (index % 2 === 0) return scalar(piece, parameters.spot);
    const value = parameters.at(piece).value;
    return value.kind === "absent"
      ? unknownValue(`the parameter ${piece} of the policy template`, parameters.spot)
      : value;
  });
  return joinText(parts, parameters.spot);
}

function managedArn(policy: Property): Value {
  const text = policy.text() ?? "";
  return scalar(text.startsWith("arn:") ? text : `arn:aws:iam::aws:policy/${text}`, policy.spot);
}
