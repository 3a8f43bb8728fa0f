/** AWS::Serverless::Connector, standing alone or in a resource: the powers that it gives the source over the destination. */
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import { reference } from "../../../graph/value.ts";
import { make } from "./made.ts";
import { ownEntry } from "../../../source/own-entry.ts";

type Access = Readonly<Partial<Record<"Read" | "Write", readonly string[]>>>;

/** What Read and Write mean for a destination, for sources that act with a role. */
const ACCESS: Readonly<Record<string, Access>> = {
  "AWS::DynamoDB::Table": {
    Read: [
      "dynamodb:GetItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
    ],
    Write: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"],
  },
  "AWS::Lambda::Function": { Write: ["lambda:InvokeAsync", "lambda:InvokeFunction"] },
  "AWS::S3::Bucket": {
    Read: ["s3:GetObject", "s3:ListBucket", "s3:GetObjectVersion", "s3:GetObjectTorrent"],
    Write: [
      "s3:PutObject",
      "s3:PutObjectLegalHold",
      "s3:PutObjectRetention",
      "s3:DeleteObject",
      "s3:AbortMultipartUpload",
    ],
  },
  "AWS::SNS::Topic": { Write: ["sns:Publish"] },
  "AWS::SQS::Queue": {
    Read: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
    Write: ["sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue"],
  },
  "AWS::StepFunctions::StateMachine": { Read: ["states:DescribeExecution"], Write: ["states:StartExecution"] },
  "AWS::Events::EventBus": { Write: ["events:PutEvents"] },
};
const SAM_TYPE: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "AWS::Lambda::Function",
  "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
  "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
};

export function expandConnectors(authored: readonly Resource[]): readonly Resource[] {
  const byId = new Map(authored.map((resource) => [resource.id, resource]));
  const idIn = (end: Property): string | undefined => {
    const { value } = end.at("Id");
    return value.kind === "scalar" ? String(value.value) : value.kind === "reference" ? value.resource : undefined;
  };
  return authored.flatMap((resource) => {
    if (resource.type === "AWS::Serverless::Connector") {
      const source = byId.get(idIn(resource.at("Source")) ?? "");
      return connect(resource, resource.id, source, resource.at("Destination"), resource.at("Permissions"), byId);
    }
    return resource
      .attribute("Connectors")
      .entries()
      .flatMap(([name, connector]) =>
        connect(
          resource,
          `${resource.id}${name}`,
          resource,
          connector.at("Properties.Destination"),
          connector.at("Properties.Permissions"),
          byId,
        ),
      );
  });

  function connect(
    author: Resource,
    id: string,
    source: Resource | undefined,
    destinations: Property,
    permissions: Property,
    known: ReadonlyMap<string, Resource>,
  ): readonly Resource[] {
    const statements = destinations.items().flatMap((destination) => {
      const target = known.get(idIn(destination) ?? "");
      const access = target && ownEntry(ACCESS, ownEntry(SAM_TYPE, target.type) ?? target.type);
      if (!target || !access) return [];
      const wanted = permissions.items().map((one) => one.text());
      const actions = (["Read", "Write"] as const).flatMap((kind) =>
        wanted.includes(kind) ? (access[kind] ?? []) : [],
      );
      return [{ Effect: "Allow", Action: actions, Resource: reference(target.id, "Arn", author.spot) }];
    });
    if (!source || statements.length === 0) return [];
    const role =
      source.at("Role").value.kind === "reference"
        ? source.at("Role").value
        : reference(`${source.id}Role`, "", author.spot);
    return [
      make(author, `${id}Policy`, "AWS::IAM::ManagedPolicy", {
        PolicyDocument: { Version: "2012-10-17", Statement: statements },
        Roles: [role],
      }),
    ];
  }
}
