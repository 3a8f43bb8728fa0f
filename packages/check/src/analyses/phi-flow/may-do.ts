/**
 * Whether a function may do something to a resource, as far as the template says: what its role is granted, what is denied it
 * by its role, its boundary or the resource's own policy, and the key that the resource is encrypted with. It answers "no"
 * only where that is certain, since a flow that is left out for it is not reported.
 */
import type { Graph } from "../../graph/graph.ts";
import { identityPolicies } from "../../graph/identity-policies.ts";
import { coversText } from "../../graph/pattern.ts";
import { physicalNameOf } from "../../graph/physical-names.ts";
import { policyDocument, type PolicyDocument, type Statement } from "../../graph/policy-document.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";

type Answer = "yes" | "no" | "unknown";

/** Policies of AWS that grant logs, traces and network interfaces, and nothing of anyone's data. */
const MANAGED_WITHOUT_DATA =
  /\/(?:service-role\/)?(?:AWSLambdaBasicExecutionRole|AWSLambdaVPCAccessExecutionRole|AWSXRayDaemonWriteAccess|AWSXrayWriteOnlyAccess|CloudWatchLambdaInsightsExecutionRolePolicy)$/;

/** The service's own policies that grant its data: `AmazonDynamoDBFullAccess`. */
const MANAGED_OF: Readonly<Record<string, RegExp>> = {
  s3: /S3/i,
  dynamodb: /DynamoDB/i,
  sqs: /SQS/i,
  sns: /SNS/i,
  kinesis: /Kinesis/i,
  firehose: /Firehose/i,
  lambda: /Lambda/i,
  states: /StepFunctions/i,
  events: /EventBridge/i,
};

/** Where a resource keeps the key that reads and writes go through. */
const KEY_PATHS: Readonly<Record<string, readonly string[]>> = {
  "AWS::SQS::Queue": ["KmsMasterKeyId"],
  "AWS::SNS::Topic": ["KmsMasterKeyId"],
  "AWS::DynamoDB::Table": ["SSESpecification.KMSMasterKeyId"],
  "AWS::Kinesis::Stream": ["StreamEncryption.KeyId"],
  "AWS::S3::Bucket": [
    "BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID",
  ],
};

const RESOURCE_POLICIES: readonly (readonly [type: string, about: string, document: string])[] = [
  ["AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"],
  ["AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"],
  ["AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"],
];

export class Permissions {
  readonly #graph: Graph;
  readonly #answers = new Map<string, Answer>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** False only where it is certain that AWS refuses. */
  mayBe(fn: Resource, action: string, resource: Resource | undefined): boolean {
    if (!resource) return true;
    const key = `${fn.id} ${action} ${resource.id}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#ask(fn, action, resource);
      this.#answers.set(key, answer);
    }
    return answer !== "no";
  }

  /** Whether the role is told that it may not, for everything. */
  isDeniedEverywhere(fn: Resource, action: string): boolean {
    const role = this.#roleOf(fn);
    if (!role) return false;
    return this.#documentsOf(role).documents.some((document) =>
      document.statements.some(
        (statement) =>
          statement.onlyIf === undefined &&
          statement.isDeny().outcome === "pass" &&
          statement.coversAction(action).outcome === "pass" &&
          statement.hasWildcardResource().outcome === "pass" &&
          statement.conditions.length === 0,
      ),
    );
  }

  #ask(fn: Resource, action: string, resource: Resource): Answer {
    const role = this.#roleOf(fn);
    if (!role) return "unknown";
    const direct = this.#decide(role, action, resource);
    if (direct === "no") return "no";
    const key = this.#keyOf(resource);
    // Grants of keys are left out of stacks too often for their absence to tell; that they are denied does.
    return key && this.#isDenied(role, "kms:Decrypt", key) ? "no" : direct;
  }

  #decide(role: Resource, action: string, resource: Resource): Answer {
    if (this.#isDenied(role, action, resource)) return "no";
    const { documents, isOpen } = this.#documentsOf(role, action);
    const own = this.#policiesOn(resource);
    const forRole = own.flatMap(({ statements }) => statements).filter((one) => principalIs(one, role));
    const statements = documents.flatMap((document) => document.statements);
    const grants = [...statements, ...forRole].map((one) => grantOf(one, action, resource));
    if (grants.includes("yes")) return this.#boundaryRefuses(role, action, resource) ? "no" : "yes";
    const isUnread = isOpen || [...documents, ...own].some(({ open }) => open !== undefined);
    return isUnread || grants.includes("unknown") ? "unknown" : "no";
  }

  #isDenied(role: Resource, action: string, resource: Resource): boolean {
    const { documents } = this.#documentsOf(role, action);
    const own = this.#policiesOn(resource).flatMap(({ statements }) => statements);
    const statements = [
      ...documents.flatMap((document) => document.statements),
      ...own.filter((one) => principalIs(one, role)),
    ];
    return statements.some((one) => denies(one, action, resource));
  }

  #roleOf(fn: Resource): Resource | undefined {
    const ids = [...fn.at("Role").references()];
    const role = ids.map((id) => this.#graph.resource(id)).find((one) => one?.type === "AWS::IAM::Role");
    return role ?? this.#graph.target(fn.at("Role"));
  }

  #documentsOf(
    role: Resource,
    action = "",
  ): { readonly documents: readonly PolicyDocument[]; readonly isOpen: boolean } {
    const documents = [...identityPolicies(role)];
    let isOpen =
      role.type !== "AWS::IAM::Role" || role.at("ManagedPolicyArns").isUnknown || role.at("Policies").isUnknown;
    for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"]) {
      const { sure, maybe } = this.#graph.attached(role, type, type === "AWS::IAM::RolePolicy" ? "RoleName" : "Roles");
      documents.push(...sure.flatMap(identityPolicies));
      if (maybe.length > 0) isOpen = true;
    }
    for (const arn of role.at("ManagedPolicyArns").items()) {
      const policy = this.#graph.target(arn);
      if (policy?.type === "AWS::IAM::ManagedPolicy") documents.push(...identityPolicies(policy));
      else if (!isWithoutData(arn, action)) isOpen = true;
    }
    return { documents, isOpen };
  }

  #policiesOn(resource: Resource): readonly PolicyDocument[] {
    const attached = RESOURCE_POLICIES.flatMap(([type, about, document]) =>
      this.#graph.attached(resource, type, about).sure.map((policy) => policyDocument(policy.at(document))),
    );
    const own = ["KeyPolicy", "ResourcePolicy.PolicyDocument", "Policy"].flatMap((path) => {
      const written = resource.at(path);
      return written.isAbsent ? [] : [policyDocument(written)];
    });
    return [...attached, ...own];
  }

  #keyOf(resource: Resource): Resource | undefined {
    for (const path of KEY_PATHS[resource.type] ?? []) {
      const named = [...resource.at(path).references()].flatMap((id) => this.#graph.resource(id) ?? []);
      const key = named.find(({ type }) => type === "AWS::KMS::Key");
      if (key) return key;
    }
    return undefined;
  }

  #boundaryRefuses(role: Resource, action: string, resource: Resource): boolean {
    const boundary = this.#graph.target(role.at("PermissionsBoundary"));
    if (boundary?.type !== "AWS::IAM::ManagedPolicy") return false;
    const documents = identityPolicies(boundary);
    if (documents.some(({ open }) => open !== undefined)) return false;
    const grants = documents.flatMap(({ statements }) => statements).map((one) => grantOf(one, action, resource));
    return grants.every((grant) => grant === "no");
  }
}

function isWithoutData(arn: Property, action: string): boolean {
  const text = arn.text() ?? lastTextOf(arn);
  if (text === undefined) return false;
  if (MANAGED_WITHOUT_DATA.test(text)) return true;
  if (
    !/:aws:policy\//.test(text) ||
    /AdministratorAccess|PowerUser|ReadOnlyAccess|ViewOnly|ExecutionRole|ServiceRole/.test(text)
  ) {
    return false;
  }
  // A policy named after another service grants nothing of this one.
  const service = action.split(":")[0] ?? "";
  const others = Object.entries(MANAGED_OF).filter(([name]) => name !== service);
  const own = MANAGED_OF[service];
  return own !== undefined && !own.test(text) && others.some(([, pattern]) => pattern.test(text));
}

/** `arn:${Partition}:iam::aws:policy/…`: the end tells, as CDK writes it. */
function lastTextOf({ value }: Property): string | undefined {
  if (value.kind !== "text") return undefined;
  const last = value.parts.at(-1);
  return typeof last === "string" ? last : undefined;
}

/** Unconditionally, and for certain. */
function denies(statement: Statement, action: string, resource: Resource): boolean {
  return (
    statement.onlyIf === undefined &&
    statement.isDeny().outcome === "pass" &&
    statement.coversAction(action).outcome === "pass" &&
    statement.conditions.length === 0 &&
    !statement.property.at("Condition").isUnknown &&
    meansResource(statement, resource) === "yes"
  );
}

function grantOf(statement: Statement, action: string, resource: Resource): Answer {
  const allows = statement.isAllow().outcome;
  const covers = statement.coversAction(action).outcome;
  if (allows === "fail" || covers === "fail") return "no";
  const means = meansResource(statement, resource);
  if (means === "no") return "no";
  return allows === "pass" && covers === "pass" && means === "yes" ? "yes" : "unknown";
}

function meansResource(statement: Statement, resource: Resource): Answer {
  if (statement.notResources.length > 0) {
    const answers = statement.notResources.map((one) => isMeant(one, resource));
    if (answers.includes("yes")) return "no";
    return answers.includes("unknown") ? "unknown" : "yes";
  }
  const written = statement.property.at("Resource");
  // A policy on a resource may leave out what it is about.
  if (written.isAbsent) return "yes";
  if (written.isUnknown) return "unknown";
  const answers = statement.resources.map((one) => isMeant(one, resource));
  if (answers.includes("yes")) return "yes";
  return answers.includes("unknown") ? "unknown" : "no";
}

function isMeant(named: Property, resource: Resource): Answer {
  const ids = named.references();
  if (ids.size > 0) return ids.has(resource.id) ? "yes" : "no";
  const { value } = named;
  const name = physicalNameOf(resource);
  const text = named.text();
  if (text !== undefined) {
    if (text === "*" || /^arn:[^:]*:[\w*]+:[^:]*:[^:]*:(?:\*|\w+\/\*)$/.test(text)) return "yes";
    if (name === undefined) return text.includes("*") ? "unknown" : "no";
    const last = text.split(/[:/]/);
    return last.some((part) => part !== "" && part !== "*" && coversText(part, name)) ? "yes" : "no";
  }
  if (value.kind !== "text") return "unknown";
  const literal = value.parts.filter((part) => typeof part === "string").join("");
  if (name !== undefined && literal.split(/[:/]/).some((part) => part !== "" && part !== "*" && coversText(part, name)))
    return "yes";
  return /(?:^|[:/])\*$/.test(literal) || name === undefined ? "unknown" : "no";
}

function principalIs(statement: Statement, role: Resource): boolean {
  return statement.principals.some(({ type, who }) => {
    if (type !== "AWS") return false;
    return who.references().has(role.id) || who.text() === "*";
  });
}
