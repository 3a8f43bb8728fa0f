/**
 * What a template's own text uses, beside what its readers made of it: a reader takes over what rules ask about and may
 * leave out an authorizer or a hook. Definitions in files of their own (OpenAPI) are read where they lie beside it.
 */
import { dirname, join } from "node:path/posix";
import type { Resource } from "../../graph/resource.ts";
import type { Unit } from "../../readers/read-unit.ts";
import type { FileReader } from "../../readers/reading.ts";
import { rawAt, rawText, type RawNode } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";
import { documentsOf, referencesIn } from "./exports.ts";

export interface WrittenUses {
  /** What the text names where that is a use; undefined where nothing does. */
  readonly of: (resource: Resource) => string | undefined;
  /** A definition that is not here, which may name anything. */
  readonly unread: string | undefined;
}

/** Resources that only grant or watch, whatever they name. */
const ABOUT =
  /^AWS::(IAM::(Policy|ManagedPolicy|Role|User|Group|UserPolicy|RolePolicy)|S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|KMS::\w+|CloudWatch::\w+|ApplicationAutoScaling::\w+|Backup::\w+|Logs::\w+|Lambda::(Version|Alias|Permission|EventInvokeConfig|EventSourceMapping)|SNS::Subscription|Serverless::Connector|EC2::VPCEndpoint|CloudFormation::\w+)$/;
/** Types whose references the readers take over whole; only the others' are looked at here. */
const LOSSY = /^AWS::Serverless::/;
/** Settings of a function that grant or name, and don't use by themselves. */
const NO_USE = new Set(["Environment", "Policies", "Tags", "Connectors"]);
const LOCATIONS = new Set(["DefinitionUri", "BodyS3Location"]);
const API = /^AWS::(Serverless::(Api|HttpApi)|ApiGateway::RestApi|ApiGatewayV2::Api)$/;

export function writtenUses(unit: Unit, files: FileReader): WrittenUses {
  const uses = new Map<string, string>();
  let unread: string | undefined;
  for (const [source, root] of documentsOf(unit)) {
    const resources = rawAt(root, "Resources");
    for (const { key, node } of resources?.kind === "map" ? resources.entries : []) {
      const type = rawText(rawAt(node, "Type")) ?? "";
      if (LOSSY.test(type) && !ABOUT.test(type)) {
        for (const name of usedIn(node)) if (name !== key) uses.set(`${source.file} ${name}`, key);
      }
    }
    for (const location of locationsIn(root)) {
      const text = textAt(location, source, files);
      if (text === undefined) unread ??= location;
      else
        for (const [word] of text.matchAll(/\b[A-Za-z][A-Za-z0-9]*\b/g)) uses.set(`${source.file} ${word}`, location);
    }
  }
  const of = ({ id, spot }: Resource): string | undefined =>
    uses.get(`${spot.source.file} ${id.slice(id.lastIndexOf("/") + 1)}`);
  return { of, unread };
}

function* usedIn(node: RawNode): Generator<string> {
  const properties = rawAt(node, "Properties");
  if (properties?.kind !== "map") return;
  for (const { key, node: child } of properties.entries) if (!NO_USE.has(key)) yield* referencesIn(child);
}

/** Files that a template names as an API's definition or includes; `?` where the name is not written out. */
function* locationsIn(root: RawNode): Generator<string> {
  const resources = rawAt(root, "Resources");
  for (const { node } of resources?.kind === "map" ? resources.entries : []) {
    if (API.test(rawText(rawAt(node, "Type")) ?? "")) {
      const properties = rawAt(node, "Properties");
      for (const { key, node: at } of properties?.kind === "map" ? properties.entries : []) {
        if (LOCATIONS.has(key)) yield rawText(at) ?? "?";
      }
    }
  }
  const waiting: RawNode[] = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === "list") waiting.push(...at.items);
    if (at.kind !== "map") continue;
    for (const { key, node } of at.entries) {
      if (key === "Fn::Transform" && rawText(rawAt(node, "Name")) === "AWS::Include") {
        yield rawText(rawAt(node, "Parameters", "Location")) ?? "?";
      }
      waiting.push(node);
    }
  }
}

function textAt(location: string, { file }: SourceText, files: FileReader): string | undefined {
  return /^(\?|[a-z0-9]+:\/\/)/i.test(location) ? undefined : files.read(join(dirname(file), location));
}
