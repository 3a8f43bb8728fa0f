/**
 * What an operation of AWS does with data: which resource it names, what is written there as content, and what stands in names
 * and attributes that the content's encryption does not cover. Sources: the API references of each service; for what SQS and
 * SNS do not encrypt, their pages on encryption at rest ("message attributes, queue metadata").
 */
import type { CodeValue } from "../../code/contract.ts";
import type { AwsCall } from "./aws-call.ts";
import { entriesOf, entryOf, itemsOf, textOf, textPartsOf, textsOf } from "./code-values.ts";
import { ownEntry } from "../../source/own-entry.ts";

export interface Access {
  readonly kind: "read" | "write";
  /** Types of the resource. */
  readonly types: RegExp;
  /** What names it. */
  readonly name: CodeValue | undefined;
  readonly action: string;
  readonly content: readonly (CodeValue | undefined)[];
  /** Attributes, tags, names. */
  readonly exposed: readonly (CodeValue | undefined)[];
  /** Keys of records: what singles out a person must not be one. */
  readonly keys: readonly (CodeValue | undefined)[];
  /** Of an event: its type and source, where they are known. */
  readonly detailTypes?: readonly string[];
  readonly sources?: readonly string[];
  /** A reading of another resource whose content is written: a copy. */
  readonly copiedFrom?: CodeValue;
}

type Make = (parameters: CodeValue | undefined) => readonly Access[];

const NONE: readonly (CodeValue | undefined)[] = [];

const BUCKET = /^AWS::S3::Bucket$/;
const TABLE = /^AWS::DynamoDB::(?:Global)?Table$/;
const QUEUE = /^AWS::SQS::Queue$/;
const TOPIC = /^AWS::SNS::Topic$/;
const STREAM = /^AWS::Kinesis::Stream$/;
const DELIVERY = /^AWS::KinesisFirehose::DeliveryStream$/;
const BUS = /^AWS::Events::EventBus$/;
const MACHINE = /^AWS::StepFunctions::StateMachine$/;
const FUNCTION = /^AWS::Lambda::Function$/;

function write(types: RegExp, action: string, name: CodeValue | undefined, rest: Partial<Access>): Access {
  return { kind: "write", types, action, name, content: NONE, exposed: NONE, keys: NONE, ...rest };
}

function read(types: RegExp, action: string, name: CodeValue | undefined): Access {
  return { kind: "read", types, action, name, content: NONE, exposed: NONE, keys: NONE };
}

function at(value: CodeValue | undefined, ...names: readonly string[]): readonly (CodeValue | undefined)[] {
  return names.map((name) => entryOf(value, name));
}

/** `[["table", requests]]` of `{ RequestItems: { [table]: requests } }`, the names as values. */
function byTable(parameters: CodeValue | undefined): readonly (readonly [CodeValue | undefined, CodeValue])[] {
  const items = entryOf(parameters, "RequestItems");
  return entriesOf(items).map(([name, value]) => [
    name === "*" ? undefined : { kind: "literal", value: name, spot: value.spot },
    value,
  ]);
}

function putObject(parameters: CodeValue | undefined): readonly Access[] {
  return [
    write(BUCKET, "s3:PutObject", entryOf(parameters, "Bucket"), {
      content: at(parameters, "Body"),
      exposed: at(parameters, "Metadata", "Tagging", "ContentDisposition"),
      keys: at(parameters, "Key"),
    }),
  ];
}

function sent(parameters: CodeValue | undefined, queue: CodeValue | undefined): Access {
  return write(QUEUE, "sqs:SendMessage", queue, {
    content: at(parameters, "MessageBody"),
    exposed: at(parameters, "MessageAttributes", "MessageGroupId", "MessageDeduplicationId"),
  });
}

function published(parameters: CodeValue | undefined, topic: CodeValue | undefined): Access {
  return write(TOPIC, "sns:Publish", topic, {
    content: at(parameters, "Message"),
    exposed: at(parameters, "MessageAttributes", "Subject", "MessageGroupId", "MessageDeduplicationId"),
  });
}

function put(parameters: CodeValue | undefined, name = entryOf(parameters, "TableName")): Access {
  const item = entryOf(parameters, "Item");
  return write(TABLE, "dynamodb:PutItem", name, { content: [item], keys: [item] });
}

function updated(parameters: CodeValue | undefined): Access {
  const key = entryOf(parameters, "Key");
  return write(TABLE, "dynamodb:UpdateItem", entryOf(parameters, "TableName"), {
    content: [...at(parameters, "ExpressionAttributeValues", "AttributeUpdates"), key],
    keys: [key],
  });
}

const READS_TABLE =
  (action: string): Make =>
  (parameters) => [read(TABLE, action, entryOf(parameters, "TableName"))];

const OPERATIONS: Readonly<Record<string, Make>> = {
  "s3 PutObject": putObject,
  "s3 UploadPart": putObject,
  "s3 CreateMultipartUpload": putObject,
  "s3 CopyObject": (parameters) => {
    const from = entryOf(parameters, "CopySource");
    const [target] = putObject(parameters);
    return target ? [from ? { ...target, copiedFrom: from } : target] : [];
  },
  "s3 GetObject": (parameters) => [read(BUCKET, "s3:GetObject", entryOf(parameters, "Bucket"))],
  "s3 SelectObjectContent": (parameters) => [read(BUCKET, "s3:GetObject", entryOf(parameters, "Bucket"))],
  "dynamodb PutItem": (parameters) => [put(parameters)],
  "dynamodb UpdateItem": (parameters) => [
    updated(parameters),
    read(TABLE, "dynamodb:UpdateItem", entryOf(parameters, "TableName")),
  ],
  "dynamodb GetItem": READS_TABLE("dynamodb:GetItem"),
  "dynamodb Query": READS_TABLE("dynamodb:Query"),
  "dynamodb Scan": READS_TABLE("dynamodb:Scan"),
  "dynamodb DeleteItem": READS_TABLE("dynamodb:DeleteItem"),
  "dynamodb BatchGetItem": (parameters) =>
    byTable(parameters).map(([name]) => read(TABLE, "dynamodb:BatchGetItem", name)),
  "dynamodb TransactGetItems": (parameters) =>
    itemsOf(entryOf(parameters, "TransactItems")).map((item) =>
      read(TABLE, "dynamodb:GetItem", entryOf(entryOf(item, "Get"), "TableName")),
    ),
  "dynamodb BatchWriteItem": (parameters) =>
    byTable(parameters).map(([name, requests]) => {
      const items = itemsOf(requests).map((request) => entryOf(entryOf(request, "PutRequest"), "Item"));
      return write(TABLE, "dynamodb:BatchWriteItem", name, {
        content: items.length > 0 ? items : [requests],
        keys: items,
      });
    }),
  "dynamodb TransactWriteItems": (parameters) =>
    itemsOf(entryOf(parameters, "TransactItems")).flatMap((item) => {
      const [puts, updates] = at(item, "Put", "Update");
      return [...(puts ? [put(puts)] : []), ...(updates ? [updated(updates)] : [])];
    }),
  "dynamodb ExecuteStatement": (parameters) => {
    const statement = entryOf(parameters, "Statement");
    const verb = /^\s*(select|insert|update|delete)/i.exec(statement ? firstText(statement) : "")?.[1]?.toLowerCase();
    const name = statement && tableOfStatement(statement);
    if (verb === "select" || verb === undefined) return [read(TABLE, "dynamodb:PartiQLSelect", name)];
    if (verb === "delete") return [];
    const content = at(parameters, "Parameters");
    return [write(TABLE, `dynamodb:PartiQL${verb === "insert" ? "Insert" : "Update"}`, name, { content })];
  },
  "sqs SendMessage": (parameters) => [sent(parameters, entryOf(parameters, "QueueUrl"))],
  "sqs SendMessageBatch": (parameters) =>
    itemsOf(entryOf(parameters, "Entries")).map((entry) => sent(entry, entryOf(parameters, "QueueUrl"))),
  "sqs ReceiveMessage": (parameters) => [read(QUEUE, "sqs:ReceiveMessage", entryOf(parameters, "QueueUrl"))],
  "sns Publish": (parameters) => {
    const topic = entryOf(parameters, "TopicArn") ?? entryOf(parameters, "TargetArn");
    return entryOf(parameters, "PhoneNumber") && !topic ? [] : [published(parameters, topic)];
  },
  "sns PublishBatch": (parameters) =>
    itemsOf(entryOf(parameters, "PublishBatchRequestEntries")).map((entry) =>
      published(entry, entryOf(parameters, "TopicArn")),
    ),
  "eventbridge PutEvents": (parameters) =>
    itemsOf(entryOf(parameters, "Entries")).map((entry) => {
      const detailTypes = textsOf(entryOf(entry, "DetailType"));
      const sources = textsOf(entryOf(entry, "Source"));
      return write(BUS, "events:PutEvents", entryOf(entry, "EventBusName"), {
        content: at(entry, "Detail"),
        exposed: at(entry, "DetailType", "Resources", "Source"),
        ...(detailTypes ? { detailTypes } : {}),
        ...(sources ? { sources } : {}),
      });
    }),
  "kinesis PutRecord": (parameters) => [
    write(STREAM, "kinesis:PutRecord", entryOf(parameters, "StreamName") ?? entryOf(parameters, "StreamARN"), {
      content: at(parameters, "Data"),
      exposed: at(parameters, "PartitionKey"),
    }),
  ],
  "kinesis PutRecords": (parameters) =>
    itemsOf(entryOf(parameters, "Records")).map((record) =>
      write(STREAM, "kinesis:PutRecords", entryOf(parameters, "StreamName") ?? entryOf(parameters, "StreamARN"), {
        content: at(record, "Data"),
        exposed: at(record, "PartitionKey"),
      }),
    ),
  "kinesis GetRecords": (parameters) => [read(STREAM, "kinesis:GetRecords", entryOf(parameters, "StreamARN"))],
  "firehose PutRecord": (parameters) => [
    write(DELIVERY, "firehose:PutRecord", entryOf(parameters, "DeliveryStreamName"), {
      content: at(entryOf(parameters, "Record"), "Data"),
    }),
  ],
  "firehose PutRecordBatch": (parameters) =>
    itemsOf(entryOf(parameters, "Records")).map((record) =>
      write(DELIVERY, "firehose:PutRecordBatch", entryOf(parameters, "DeliveryStreamName"), {
        content: at(record, "Data"),
      }),
    ),
  "lambda Invoke": (parameters) => [
    write(FUNCTION, "lambda:InvokeFunction", entryOf(parameters, "FunctionName"), {
      content: at(parameters, "Payload"),
      exposed: at(parameters, "ClientContext"),
    }),
    read(FUNCTION, "lambda:InvokeFunction", entryOf(parameters, "FunctionName")),
  ],
  "lambda InvokeAsync": (parameters) => [
    write(FUNCTION, "lambda:InvokeFunction", entryOf(parameters, "FunctionName"), {
      content: at(parameters, "InvokeArgs"),
    }),
  ],
  "sfn StartExecution": (parameters) => [started(parameters)],
  "sfn StartSyncExecution": (parameters) => [
    started(parameters),
    read(MACHINE, "states:StartSyncExecution", entryOf(parameters, "stateMachineArn")),
  ],
};

function started(parameters: CodeValue | undefined): Access {
  return write(MACHINE, "states:StartExecution", entryOf(parameters, "stateMachineArn"), {
    content: at(parameters, "input"),
    exposed: at(parameters, "name"),
  });
}

function firstText(statement: CodeValue): string {
  const [first] = textPartsOf(statement);
  return typeof first === "string" ? first : "";
}

/** `SELECT * FROM "records"` names its table in the text; a statement of which a part is not known keeps that part. */
function tableOfStatement(statement: CodeValue): CodeValue {
  const text = textOf(statement);
  const table = text && /\b(?:from|into|update)\s+"?([\w.-]+)"?/i.exec(text)?.[1];
  return table ? { kind: "literal", value: table, spot: statement.spot } : statement;
}

/** Everything that the call does with data of a resource; none where the operation is not one of the table. */
export function accessesOf({ service, operation, parameters }: AwsCall): readonly Access[] {
  return ownEntry(OPERATIONS, `${service} ${operation}`)?.(parameters) ?? [];
}

/** Services whose every answer is about patients. */
export function answersPhi({ service }: AwsCall): boolean {
  return /^(?:healthlake|comprehendmedical|medical-imaging|transcribe-medical)$/.test(service);
}
