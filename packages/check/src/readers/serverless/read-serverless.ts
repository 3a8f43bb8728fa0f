/**
 * serverless.yml (Serverless Framework) as the template that it would make: functions with their events, the role of
 * `provider.iam`, and what stands under `resources`. Variables with a known answer are put in; the others stay unknown.
 */
import type { RawEntry, RawMap, RawNode } from "../../source/raw-node.ts";
import { rawAt, rawEntry, rawText } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";
import { readTemplate } from "../cloudformation/read-template.ts";
import type { Reading, ReadOptions } from "../reading.ts";
import { resolveVariables } from "./variables.ts";

export async function readServerless(source: SourceText, root: RawNode, options: ReadOptions): Promise<Reading> {
  const resolved = resolveVariables(root, options);
  return await readTemplate(source, asTemplate(resolved), options);
}

/** The SAM template of the same meaning, with the offsets of what it was made from. */
function asTemplate(root: RawNode): RawNode {
  const at = root.offset;
  const functions = entriesOf(rawAt(root, "functions")).map((entry) => functionOf(entry, root));
  const written = [rawAt(root, "resources"), ...listOf(rawAt(root, "resources"))];
  const own = written.flatMap((one) => entriesOf(rawAt(one, "Resources")));
  const sections = ["Parameters", "Conditions", "Mappings", "Outputs"].flatMap((name) => {
    const entries = written.flatMap((one) => entriesOf(rawAt(one, name)));
    return entries.length === 0 ? [] : [entry(name, { kind: "map", entries, offset: at }, at)];
  });
  return mapOf(at, [
    entry("Transform", text("AWS::Serverless-2016-10-31", at), at),
    ...sections,
    entry("Resources", { kind: "map", entries: [...functions, ...own], offset: at }, at),
  ]);
}

function functionOf({ key, keyOffset, node }: RawEntry, root: RawNode): RawEntry {
  const provider = rawAt(root, "provider");
  const take = (from: string, to: string, fallback = true): readonly RawEntry[] => {
    const found = rawEntry(node, from) ?? (fallback ? rawEntry(provider, from) : undefined);
    return found ? [entry(to, found.node, found.keyOffset)] : [];
  };
  const environment = [...entriesOf(rawAt(provider, "environment")), ...entriesOf(rawAt(node, "environment"))];
  const tracing = rawAt(provider, "tracing", "lambda") ?? rawAt(node, "tracing");
  const statements =
    rawEntry(node, "iamRoleStatements") ??
    rawEntry(rawAt(provider, "iam", "role"), "statements") ??
    rawEntry(provider, "iamRoleStatements");
  const vpc = rawEntry(node, "vpc") ?? rawEntry(provider, "vpc");
  const url = rawEntry(node, "url");
  const properties = [
    ...take("handler", "Handler", false),
    ...take("runtime", "Runtime"),
    ...take("timeout", "Timeout"),
    ...take("memorySize", "MemorySize"),
    ...take("kmsKeyArn", "KmsKeyArn"),
    ...take("reservedConcurrency", "ReservedConcurrentExecutions", false),
    ...(environment.length > 0
      ? [
          entry(
            "Environment",
            mapOf(keyOffset, [entry("Variables", { kind: "map", entries: environment, offset: keyOffset }, keyOffset)]),
            environment[0]?.keyOffset ?? keyOffset,
          ),
        ]
      : []),
    ...(rawText(tracing) === "true" || rawText(tracing) === "Active"
      ? [entry("Tracing", text("Active", tracing?.offset ?? keyOffset), tracing?.offset ?? keyOffset)]
      : []),
    ...(vpc ? [entry("VpcConfig", pascal(vpc.node), vpc.keyOffset)] : []),
    ...(rawText(rawEntry(node, "onError")?.node) === undefined
      ? []
      : [
          entry(
            "DeadLetterQueue",
            mapOf(keyOffset, [
              entry("Type", text("SNS", keyOffset), keyOffset),
              entry("TargetArn", rawAt(node, "onError") ?? text("", keyOffset), keyOffset),
            ]),
            keyOffset,
          ),
        ]),
    ...(statements
      ? [
          entry(
            "Policies",
            {
              kind: "list",
              items: [mapOf(statements.keyOffset, [entry("Statement", statements.node, statements.keyOffset)])],
              offset: statements.keyOffset,
            },
            statements.keyOffset,
          ),
        ]
      : []),
    ...(url ? [entry("FunctionUrlConfig", urlOf(url), url.keyOffset)] : []),
    entry(
      "Events",
      {
        kind: "map",
        entries: listOf(rawAt(node, "events")).flatMap((event, index) => eventOf(event, index)),
        offset: keyOffset,
      },
      keyOffset,
    ),
  ];
  const made = mapOf(keyOffset, [
    entry("Type", text("AWS::Serverless::Function", keyOffset), keyOffset),
    entry("Properties", { kind: "map", entries: properties, offset: keyOffset }, keyOffset),
  ]);
  return entry(
    `${key.charAt(0).toUpperCase()}${key.slice(1).replaceAll("-", "Dash").replaceAll("_", "Underscore")}LambdaFunction`,
    made,
    keyOffset,
  );
}

function urlOf(url: RawEntry): RawNode {
  const isSigned = rawText(rawAt(url.node, "authorizer")) === "aws_iam";
  return mapOf(url.keyOffset, [entry("AuthType", text(isSigned ? "AWS_IAM" : "NONE", url.keyOffset), url.keyOffset)]);
}

/** The events that a rule asks about; the others only trigger. */
function eventOf(event: RawNode, index: number): readonly RawEntry[] {
  const [first] = entriesOf(event);
  if (!first) return [];
  const { key, keyOffset, node } = first;
  const make = (type: string, properties: readonly RawEntry[]): readonly RawEntry[] => [
    entry(
      `Event${index}`,
      mapOf(keyOffset, [
        entry("Type", text(type, keyOffset), keyOffset),
        entry("Properties", { kind: "map", entries: properties, offset: keyOffset }, keyOffset),
      ]),
      keyOffset,
    ),
  ];
  const arnOf = (name: string): RawEntry =>
    entry(name, node.kind === "map" ? (rawAt(node, "arn") ?? node) : node, keyOffset);
  switch (key) {
    case "http":
    case "httpApi":
      return make(key === "http" ? "Api" : "HttpApi", routeOf(first));
    case "sqs":
      return make("SQS", [arnOf("Queue")]);
    case "sns":
      return make("SNS", [entry("Topic", node.kind === "map" ? (rawAt(node, "arn") ?? node) : node, keyOffset)]);
    case "stream":
      return make(/dynamodb/.test(rawText(node) ?? rawText(rawAt(node, "type")) ?? "") ? "DynamoDB" : "Kinesis", [
        arnOf("Stream"),
      ]);
    case "schedule":
      return make("Schedule", [
        entry("Schedule", node.kind === "map" ? (rawAt(node, "rate") ?? node) : node, keyOffset),
      ]);
    case "s3":
      return make("S3", [entry("Bucket", node.kind === "map" ? (rawAt(node, "bucket") ?? node) : node, keyOffset)]);
    default:
      return [];
  }
}

function routeOf({ keyOffset, node }: RawEntry): readonly RawEntry[] {
  const [method = "any", path = "/"] = (rawText(node) ?? "").split(/\s+/).filter((part) => part !== "");
  const authorizer = rawAt(node, "authorizer");
  const name = rawText(authorizer) ?? rawText(rawAt(authorizer, "type")) ?? rawText(rawAt(authorizer, "name"));
  const chosen = authorizer === undefined ? "NONE" : /aws_iam/i.test(name ?? "") ? "AWS_IAM" : "Own";
  const auth = mapOf(keyOffset, [entry("Authorizer", text(chosen, keyOffset), keyOffset)]);
  return [
    entry("Method", rawAt(node, "method") ?? text(method, keyOffset), keyOffset),
    entry("Path", rawAt(node, "path") ?? text(path, keyOffset), keyOffset),
    entry("Auth", auth, keyOffset),
  ];
}

function pascal(node: RawNode): RawNode {
  if (node.kind !== "map") return node;
  return {
    ...node,
    entries: node.entries.map((one) => ({ ...one, key: one.key.charAt(0).toUpperCase() + one.key.slice(1) })),
  };
}

function entriesOf(node: RawNode | undefined): readonly RawEntry[] {
  if (node?.kind === "list") return node.items.flatMap(entriesOf);
  return node?.kind === "map" ? node.entries : [];
}

function listOf(node: RawNode | undefined): readonly RawNode[] {
  return node?.kind === "list" ? node.items : [];
}

function entry(key: string, node: RawNode, keyOffset: number): RawEntry {
  return { key, keyOffset, node };
}

function mapOf(offset: number, entries: readonly RawEntry[]): RawMap {
  return { kind: "map", entries, offset };
}

function text(value: string, offset: number): RawNode {
  return { kind: "scalar", value, offset };
}
