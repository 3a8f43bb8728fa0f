/** Statements in the words of each format, with references kept as references. */
import type { Stack } from "../resources/stack.ts";
import { namedType } from "../resources/resource-types.ts";
import { tokensOf } from "../resources/symbol.ts";
import type { PlannedStatement } from "./statements.ts";

/** Plain data, in which `Said` stands for what an intrinsic function says. */
export type Written = string | readonly Written[] | { readonly [key: string]: Written } | Said;

export class Said {
  readonly kind: "ref" | "attribute" | "sub" | "import";
  /** `Id`, `Id.Arn`, or the text of a Fn::Sub. */
  readonly text: string;
  /** What `${Arn}` of a Fn::Sub is imported as. */
  readonly imported: string | undefined;

  constructor(kind: Said["kind"], text: string, imported?: string) {
    this.kind = kind;
    this.text = text;
    this.imported = imported;
  }
}

export function statementData(
  { sid, actions, resources, isNotResources, conditions }: PlannedStatement,
  say: (symbol: string) => Written,
): Written {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: single([...actions]),
    [isNotResources ? "NotResource" : "Resource"]: single(resources.map(say)),
    ...(conditions.length === 0
      ? {}
      : {
          Condition: Object.fromEntries(
            conditions.map(({ operator, key, values }) => [operator, { [key]: single(values.map(say)) }]),
          ),
        }),
  };
}

function single(values: readonly Written[]): Written {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** A symbol as CloudFormation says it, seen from resources whose ids begin with `prefix`. Undefined where it can't be said there. */
export function sayInTemplate(symbol: string, stack: Stack, prefix: string): Written {
  const imported = stack.importOf(symbol);
  if (imported !== undefined) return new Said("import", imported);
  const resource = stack.resourceOf(symbol);
  if (resource && stack.isAbroad(resource)) {
    const arn = stack.arnOf(resource);
    const own = stack.importOf(arn);
    if (own !== undefined) return new Said("sub", `\${Arn}${inTemplate(symbol.slice(arn.length), stack, prefix)}`, own);
  }
  if (
    resource &&
    !stack.isAbroad(resource) &&
    resource.id.startsWith(prefix) &&
    !resource.id.slice(prefix.length).includes("/") &&
    !isLiteralName(stack, resource.id)
  ) {
    const local = resource.id.slice(prefix.length);
    const isArn = namedType(resource.type)?.ref === "arn";
    const attribute = attributeOf(resource.type);
    const rest = symbol.slice(stack.arnOf(resource).length);
    if (isArn || attribute !== undefined) {
      const name = isArn ? local : `${local}.${attribute ?? "Arn"}`;
      if (rest === "") return new Said(isArn ? "ref" : "attribute", name);
      return new Said("sub", `\${${name}}${inTemplate(rest, stack, prefix)}`);
    }
  }
  const text = inTemplate(symbol.replace(/^arn:aws:/, "arn:${AWS::Partition}:"), stack, prefix);
  return text.includes("${") ? new Said("sub", text) : text;
}

/** A resource with a name of its own is still referred to: the deployment then knows which goes first. */
function isLiteralName(stack: Stack, id: string): boolean {
  const resource = stack.graph.resource(id);
  return resource !== undefined && namedType(resource.type) === undefined;
}

const ARN_ATTRIBUTES: Readonly<Record<string, string | undefined>> = {
  "AWS::SSM::Parameter": undefined,
  "AWS::ECS::TaskDefinition": undefined,
  "AWS::EFS::AccessPoint": "Arn",
  "AWS::Glue::Database": undefined,
  "AWS::HealthLake::FHIRDatastore": "DatastoreArn",
  "AWS::KMS::Alias": undefined,
  "AWS::Athena::WorkGroup": undefined,
  "AWS::SES::ConfigurationSet": undefined,
  "AWS::SES::EmailIdentity": undefined,
  "AWS::SES::Template": undefined,
  "AWS::RDS::DBCluster": "DBClusterArn",
  "AWS::RDS::DBInstance": "DBInstanceArn",
  "AWS::Bedrock::Agent": "AgentArn",
  "AWS::Bedrock::KnowledgeBase": "KnowledgeBaseArn",
  "AWS::Cognito::IdentityPool": undefined,
  "AWS::SageMaker::Endpoint": undefined,
  "AWS::AppConfig::Application": undefined,
};

function attributeOf(type: string): string | undefined {
  return Object.hasOwn(ARN_ATTRIBUTES, type) ? ARN_ATTRIBUTES[type] : "Arn";
}

/** Names of other resources stay references to them; what nobody knows is any. */
function inTemplate(text: string, stack: Stack, prefix: string): string {
  return tokensOf(text)
    .map((token) => {
      if (!token.startsWith("${")) return token;
      const inner = token.slice(2, -1);
      if (inner.startsWith("AWS::")) return token;
      if (inner.startsWith("?"))
        return stack.graph.resource(`${prefix}(parameter ${inner.slice(1)})`) ? `\${${inner.slice(1)}}` : "*";
      if (!inner.startsWith(prefix)) return "*";
      const local = inner.slice(prefix.length);
      const resource = stack.graph.resource(inner);
      const attribute = {
        "AWS::SQS::Queue": ".QueueName",
        "AWS::SNS::Topic": ".TopicName",
        "AWS::StepFunctions::StateMachine": ".Name",
      }[resource?.type ?? ""];
      return `\${${local}${attribute ?? ""}}`;
    })
    .join("")
    .replaceAll(/\*{2,}/g, "*");
}

/** Block YAML, each line behind the indent; the first line without it. */
export function asYaml(data: Written, indent: string): string {
  if (data instanceof Said || typeof data === "string") return asFlow(data);
  if (Array.isArray(data)) {
    if (data.every((item) => typeof item === "string" || item instanceof Said) && asFlow(data).length < 90)
      return asFlow(data);
    return data.map((item: Written) => `\n${indent}- ${asYaml(item, `${indent}  `).replace(/^\n\s*/, "")}`).join("");
  }
  return Object.entries(data)
    .map(([key, value]: [string, Written]) => {
      const inner = asYaml(value, `${indent}  `);
      return `\n${indent}${scalar(key)}:${inner.startsWith("\n") ? inner : ` ${inner}`}`;
    })
    .join("");
}

/** Flow YAML on one line. */
export function asFlow(data: Written): string {
  if (data instanceof Said) {
    if (data.kind === "ref") return `!Ref ${data.text}`;
    if (data.kind === "import") return `!ImportValue ${scalar(data.text)}`;
    if (data.kind === "attribute") return `!GetAtt ${data.text}`;
    const text = JSON.stringify(data.text);
    return data.imported === undefined
      ? `!Sub ${text}`
      : `!Sub [${text}, { Arn: !ImportValue ${scalar(data.imported)} }]`;
  }
  if (typeof data === "string") return scalar(data);
  if (Array.isArray(data)) return `[${data.map((item: Written) => asFlow(item)).join(", ")}]`;
  return `{ ${Object.entries(data)
    .map(([key, value]: [string, Written]) => `${scalar(key)}: ${asFlow(value)}`)
    .join(", ")} }`;
}

export function asJson(data: Written, indent: string, step: string): string {
  return JSON.stringify(plainJson(data), undefined, step).replaceAll("\n", `\n${indent}`);
}

function plainJson(data: Written): unknown {
  if (data instanceof Said) {
    if (data.kind === "ref") return { Ref: data.text };
    if (data.kind === "import") return { "Fn::ImportValue": data.text };
    if (data.kind === "sub") {
      if (data.imported === undefined) return { "Fn::Sub": data.text };
      return { "Fn::Sub": [data.text, { Arn: { "Fn::ImportValue": data.imported } }] };
    }
    const dot = data.text.indexOf(".");
    return { "Fn::GetAtt": [data.text.slice(0, dot), data.text.slice(dot + 1)] };
  }
  if (typeof data === "string") return data;
  if (Array.isArray(data)) return data.map((item: Written) => plainJson(item));
  return Object.fromEntries(Object.entries(data).map(([key, value]: [string, Written]) => [key, plainJson(value)]));
}

function scalar(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9:/._-]*$/.test(text) &&
    !text.endsWith(":") &&
    !/^(true|false|null|yes|no|on|off|~|\d[\d.:_-]*)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
