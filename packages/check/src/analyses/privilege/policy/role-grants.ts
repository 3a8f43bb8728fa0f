/** All that a role is granted: its own policies, those attached to it, its boundary, and policies of resources that name it. */
import { assert } from "@ward/core";
import type { Graph } from "../../../graph/graph.ts";
import { policyDocument } from "../../../graph/policy-document.ts";
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import type { Spot } from "../../../source/source-text.ts";
import type { Stack } from "../resources/stack.ts";
import type { Policies } from "./evaluate.ts";
import { managedPolicy, type Purpose } from "./managed-policies.ts";
import { ruleOf, rulesOf, type PolicyRule } from "./rule.ts";

export interface RoleGrants extends Policies {
  readonly role: Resource;
  readonly purposes: readonly Purpose[];
  /** Resources whose documents are the role's alone, which a fix may rewrite. */
  readonly policies: readonly Resource[];
  /** A policy is attached whose content is not known here. */
  readonly hasUnknown: boolean;
  /** Other resources, beside functions, that act with the role. */
  readonly sharedWith: readonly Resource[];
}

const RESOURCE_POLICIES: readonly (readonly [type: string, path: string])[] = [
  ["AWS::S3::BucketPolicy", "PolicyDocument"],
  ["AWS::SQS::QueuePolicy", "PolicyDocument"],
  ["AWS::SNS::TopicPolicy", "PolicyDocument"],
  ["AWS::KMS::Key", "KeyPolicy"],
  ["AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"],
  ["AWS::DynamoDB::Table", "ResourcePolicy.PolicyDocument"],
  ["AWS::EFS::FileSystem", "FileSystemPolicy"],
  ["AWS::Events::EventBusPolicy", "Statement"],
  ["AWS::Kinesis::ResourcePolicy", "ResourcePolicy"],
  ["AWS::ECR::Repository", "RepositoryPolicyText"],
];

const MORE = "what else";

export function roleGrants(role: Resource, stack: Stack): RoleGrants {
  const { graph } = stack;
  const open: string[] = [];
  const purposes: Purpose[] = [];
  const rules: PolicyRule[] = [];
  const inline = role.at("Policies");
  for (const policy of inline.items()) {
    const own = documentRules(policy.at("PolicyDocument"), stack, named(policy), open);
    const isMade = role.madeFor !== undefined && policy.at("PolicyName").text() === "Triggers";
    rules.push(...(isMade ? own.flatMap((rule) => ofTrigger(rule, purposes)) : own));
  }
  noteOpen(inline, open);
  noteOpen(role.at("ManagedPolicyArns"), open);
  for (const arn of role.at("ManagedPolicyArns").items()) rules.push(...attachedRules(arn, stack, open, purposes));
  const attached = [
    ...graph.attached(role, "AWS::IAM::Policy", "Roles").sure,
    ...graph.attached(role, "AWS::IAM::ManagedPolicy", "Roles").sure,
    ...graph.attached(role, "AWS::IAM::RolePolicy", "RoleName").sure,
  ];
  const byArn = role
    .at("ManagedPolicyArns")
    .items()
    .flatMap((arn) => graph.target(arn) ?? []);
  for (const policy of attached) rules.push(...documentRules(policy.at("PolicyDocument"), stack, policy.name, open));
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"]) {
    for (const maybe of graph.attached(role, type, "Roles").maybe) open.push(`what ${maybe.name} is attached to`);
  }
  for (const attachment of graph.ofType("Ward::PolicyAttachment")) {
    if (attachment.at("Roles").references().has(role.id))
      rules.push(...attachedRules(attachment.at("PolicyArn"), stack, open, purposes));
  }
  return {
    role,
    identity: rules,
    resource: RESOURCE_POLICIES.flatMap(([type, path]) =>
      graph.ofType(type).flatMap((resource) => rulesNaming(role, resource, path, stack)),
    ),
    boundary: boundaryOf(role, stack, open),
    open: [...new Set(open)],
    hasUnknown: open.some((reason) => !reason.startsWith(MORE)),
    purposes,
    policies: [
      ...attached,
      ...byArn.filter((policy) => policy.type === "AWS::IAM::ManagedPolicy" && isOfOneRole(policy, graph)),
    ],
    sharedWith: actorsWith(role, graph),
  };
}

/** Roles that are one at deployment. */
export function joinedGrants(all: readonly RoleGrants[]): RoleGrants {
  const [first, ...others] = all;
  assert(first, "functions that are judged together have a role");
  const rules = [...first.identity, ...others.flatMap(({ identity }) => identity)];
  const identity = new Map(
    rules.map((rule) => [
      JSON.stringify([rule.effect, rule.actions, rule.resources, rule.managed, rule.spot.offset]),
      rule,
    ]),
  );
  return { ...first, identity: [...identity.values()], purposes: all.flatMap(({ purposes }) => purposes) };
}

function documentRules(document: Property, stack: Stack, where: string, open: string[]): readonly PolicyRule[] {
  if (document.isAbsent) return [];
  const parsed = policyDocument(document);
  if (parsed.open !== undefined) open.push(parsed.open);
  return rulesOf(parsed, stack, where);
}

/** A managed policy: of the stack, of AWS, or one that only the account knows. */
function attachedRules(arn: Property, stack: Stack, open: string[], purposes: Purpose[]): readonly PolicyRule[] {
  const own = stack.graph.target(arn);
  if (own?.type === "AWS::IAM::ManagedPolicy") return documentRules(own.at("PolicyDocument"), stack, own.name, open);
  const [text, ...others] = stack.symbols(arn.value);
  const known = text === undefined || others.length > 0 ? undefined : managedPolicy(text);
  if (!known?.policy) {
    open.push(
      `the policy ${known?.name ?? (text?.startsWith("arn:") === true ? text : "that it is given")}, which is not known here`,
    );
    return [];
  }
  const { name, policy } = known;
  if (policy.andMore) open.push(`${MORE} ${name} grants`);
  return managedRules(name, arn.spot, purposes) ?? [];
}

/** For a function's sources SAM attaches AWS's own policy of each kind. */
const OF_SOURCE: Readonly<Record<string, string>> = {
  "dynamodb:GetRecords": "AWSLambdaDynamoDBExecutionRole",
  "kafka:DescribeCluster": "AWSLambdaMSKExecutionRole",
  "kinesis:GetRecords": "AWSLambdaKinesisExecutionRole",
  "sqs:ReceiveMessage": "AWSLambdaSQSQueueExecutionRole",
};

function ofTrigger(rule: PolicyRule, purposes: Purpose[]): readonly PolicyRule[] {
  const name = rule.actions.map((action) => OF_SOURCE[action]).find((one) => one !== undefined);
  return name === undefined ? [{ ...rule, isMade: true }] : (managedRules(name, rule.spot, purposes) ?? [rule]);
}

function managedRules(name: string, spot: Spot, purposes: Purpose[]): readonly PolicyRule[] | undefined {
  const policy = managedPolicy(`arn:aws:iam::aws:policy/${name}`)?.policy;
  if (policy?.isFor) purposes.push(policy.isFor);
  return policy?.statements.map(({ actions, resources = ["*"], isNotActions }) => ({
    effect: "Allow",
    actions,
    resources,
    ...(isNotActions ? { isNotActions } : {}),
    conditions: [],
    spot,
    where: name,
    managed: name,
  }));
}

function boundaryOf(role: Resource, stack: Stack, open: string[]): readonly PolicyRule[] | undefined {
  const boundary = role.at("PermissionsBoundary");
  if (boundary.isAbsent) return undefined;
  const unknown: string[] = [];
  const rules = attachedRules(boundary, stack, unknown, []);
  if (unknown.length > 0) {
    open.push(`the permissions boundary: ${unknown[0] ?? ""}`);
    return undefined;
  }
  return rules;
}

/** Statements of a resource's own policy whose principal is the role. */
function rulesNaming(role: Resource, resource: Resource, path: string, stack: Stack): readonly PolicyRule[] {
  const document = resource.at(path);
  if (document.isAbsent || !document.references().has(role.id)) return [];
  const arn = stack.arnOf(role);
  return policyDocument(document).statements.flatMap((statement) => {
    const names = statement.principals.some(
      ({ type, who }) => type === "AWS" && stack.symbols(who.value).includes(arn),
    );
    if (!names) return [];
    const rule = ruleOf(statement, stack, resource.name);
    // In a key's own policy `*` is the key.
    return resource.type === "AWS::KMS::Key" ? [{ ...rule, resources: [stack.arnOf(resource)] }] : [rule];
  });
}

function actorsWith(role: Resource, graph: Graph): readonly Resource[] {
  const ids = new Set(
    graph.edges
      .filter(({ to, path }) => to === role.id && /role/i.test(path) && !/Polic(y|ies)|Roles\b/.test(path))
      .map(({ from }) => from),
  );
  return [...ids].flatMap((id) => {
    const actor = graph.resource(id);
    return actor &&
      actor.type !== "AWS::Lambda::Function" &&
      !actor.type.startsWith("AWS::IAM::") &&
      actor.type !== "Ward::PolicyAttachment"
      ? [actor]
      : [];
  });
}

function isOfOneRole(policy: Resource, graph: Graph): boolean {
  const users = graph.ofType("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "Ward::PolicyAttachment");
  return (
    users.filter((user) =>
      [...user.at("ManagedPolicyArns").references(), ...user.at("PolicyArn").references()].includes(policy.id),
    ).length < 2
  );
}

function noteOpen(property: Property, open: string[]): void {
  const { value } = property;
  if (value.kind === "unknown") open.push(value.reason);
  if (value.kind === "list" && value.open !== undefined) open.push(value.open);
}

function named(policy: Property): string {
  const name = policy.at("PolicyName").text();
  return name === undefined ? "its inline policy" : `the policy ${name}`;
}
