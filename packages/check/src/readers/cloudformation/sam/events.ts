/** Triggers of a function or state machine: the resources that connect them, and what its role needs to read them. */
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import type { Value } from "../../../graph/value.ts";
import { attributeOf, make } from "./made.ts";
import { ownEntry } from "../../../source/own-entry.ts";

export interface MadeEvents {
  readonly resources: readonly Resource[];
  readonly statements: readonly object[];
}

interface PolledSource {
  readonly source: string;
  readonly actions: readonly string[];
}

/** Sources that Lambda reads with the function's role. */
const POLLED: Readonly<Record<string, PolledSource>> = {
  SQS: { source: "Queue", actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] },
  Kinesis: {
    source: "Stream",
    actions: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListStreams"],
  },
  DynamoDB: {
    source: "Stream",
    actions: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
  },
  MSK: { source: "Stream", actions: ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"] },
  MQ: { source: "Broker", actions: ["mq:DescribeBroker"] },
  DocumentDB: { source: "Cluster", actions: ["rds:DescribeDBClusters"] },
  SelfManagedKafka: { source: "KafkaBootstrapServers", actions: [] },
};

/** What may invoke the function, by the event's type, and the property that names which one. */
const INVOKERS: Readonly<Record<string, readonly [service: string, source: string | undefined]>> = {
  S3: ["s3.amazonaws.com", "Bucket"],
  SNS: ["sns.amazonaws.com", "Topic"],
  CloudWatchLogs: ["logs.amazonaws.com", "LogGroupName"],
  Cognito: ["cognito-idp.amazonaws.com", "UserPool"],
  IoTRule: ["iot.amazonaws.com", undefined],
  AlexaSkill: ["alexa-appkit.amazon.com", undefined],
};

const IS_RULE = new Set(["Schedule", "CloudWatchEvent", "EventBridgeRule"]);

export function makeEvents(author: Resource): MadeEvents {
  const resources: Resource[] = [];
  const statements: object[] = [];
  for (const [name, event] of author.at("Events").entries()) {
    const type = event.at("Type").text() ?? "";
    const properties = event.at("Properties");
    const id = `${author.id}${name}`;
    const polled = ownEntry(POLLED, type);
    const invoker = ownEntry(INVOKERS, type);
    if (polled) {
      resources.push(makeMapping(author, id, properties, polled));
      const source = properties.at(polled.source).value;
      if (polled.actions.length > 0)
        statements.push({ Effect: "Allow", Action: [...polled.actions], Resource: source });
    } else if (IS_RULE.has(type)) resources.push(...makeRule(author, id, properties, type));
    else if (type === "ScheduleV2") resources.push(makeSchedule(author, id, properties));
    else if (invoker) resources.push(...makeInvoked(author, id, properties, type, invoker));
  }
  return { resources, statements };
}

function makeMapping(author: Resource, id: string, properties: Property, { source }: PolledSource): Resource {
  const own = Object.fromEntries(
    properties
      .entries()
      .filter(([key]) => key !== source)
      .map(([key, { value }]) => [key, value]),
  );
  return make(author, id, "AWS::Lambda::EventSourceMapping", {
    ...own,
    EventSourceArn: properties.at(source).value,
    FunctionName: attributeOf(author, ""),
  });
}

function makeRule(author: Resource, id: string, properties: Property, type: string): readonly Resource[] {
  const pick = (...names: readonly string[]): Record<string, Value> =>
    Object.fromEntries(
      names.map((name) => [name, properties.at(name).value] as const).filter(([, value]) => value.kind !== "absent"),
    );
  const deadLetters = properties.at("DeadLetterConfig.Arn");
  const rule = make(author, id, "AWS::Events::Rule", {
    ...(type === "Schedule" ? { ScheduleExpression: properties.at("Schedule").value } : pick("EventBusName")),
    ...(properties.at("Pattern").isAbsent ? {} : { EventPattern: properties.at("Pattern").value }),
    ...pick("Name", "Description", "State"),
    Targets: [
      {
        Id: `${author.id}Target`,
        Arn: attributeOf(author, "Arn"),
        ...pick("Input", "InputPath", "RetryPolicy"),
        ...(deadLetters.isAbsent ? {} : { DeadLetterConfig: { Arn: deadLetters.value } }),
      },
    ],
  });
  if (author.type !== "AWS::Serverless::Function") return [rule];
  const source = { kind: "reference", resource: id, attribute: "Arn", spot: author.spot };
  return [rule, permission(author, id, "events.amazonaws.com", source)];
}

function makeSchedule(author: Resource, id: string, properties: Property): Resource {
  const deadLetters = properties.at("DeadLetterConfig.Arn");
  return make(author, id, "AWS::Scheduler::Schedule", {
    ScheduleExpression: properties.at("ScheduleExpression").value,
    FlexibleTimeWindow: properties.at("FlexibleTimeWindow").isAbsent
      ? { Mode: "OFF" }
      : properties.at("FlexibleTimeWindow").value,
    ...(properties.at("KmsKeyArn").isAbsent ? {} : { KmsKeyArn: properties.at("KmsKeyArn").value }),
    Target: {
      Arn: attributeOf(author, "Arn"),
      ...(properties.at("RetryPolicy").isAbsent ? {} : { RetryPolicy: properties.at("RetryPolicy").value }),
      ...(deadLetters.isAbsent ? {} : { DeadLetterConfig: { Arn: deadLetters.value } }),
    },
  });
}

function makeInvoked(
  author: Resource,
  id: string,
  properties: Property,
  type: string,
  [service, sourcePath]: readonly [string, string | undefined],
): readonly Resource[] {
  const source = sourcePath === undefined ? undefined : properties.at(sourcePath).value;
  const made = [permission(author, id, service, source, type === "S3")];
  if (type === "SNS") {
    const own = ["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"].flatMap((name) =>
      properties.at(name).isAbsent ? [] : [[name, properties.at(name).value] as const],
    );
    const subscription = {
      ...Object.fromEntries(own),
      Protocol: "lambda",
      TopicArn: source,
      Endpoint: attributeOf(author, "Arn"),
    };
    made.push(make(author, id, "AWS::SNS::Subscription", subscription));
  }
  if (type === "CloudWatchLogs") {
    made.push(
      make(author, id, "AWS::Logs::SubscriptionFilter", {
        LogGroupName: source,
        FilterPattern: properties.at("FilterPattern").value,
        DestinationArn: attributeOf(author, "Arn"),
      }),
    );
  }
  return made;
}

/** SAM gives every permission that it makes a source; for a bucket also the account, as bucket names hold none. */
function permission(author: Resource, id: string, service: string, source: unknown, withAccount = false): Resource {
  return make(author, `${id}Permission`, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: attributeOf(author, ""),
    Principal: service,
    ...(source === undefined ? {} : { SourceArn: source }),
    ...(withAccount
      ? {
          SourceAccount: { kind: "unknown", reason: "the account it is deployed to", present: true, spot: author.spot },
        }
      : {}),
  });
}
