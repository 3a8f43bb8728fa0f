/** What AWS services do with PHI that they must not: mail and text messages, logs, metrics, parameters in the clear. */
import type { CodeValue, ExternalCall } from "../../../code/contract.ts";
import { awsCallsOf, type AwsCall } from "../aws-call.ts";
import { entriesOf, entryOf, itemsOf, textOf } from "../code-values.ts";
import type { Sink } from "./sink.ts";

export function awsSinks(call: ExternalCall): readonly Sink[] {
  return awsCallsOf(call).flatMap(sinksOfCall);
}

function sinksOfCall({ service, operation, parameters }: AwsCall): readonly Sink[] {
  switch (service) {
    case "ses":
    case "sesv2":
    case "pinpoint":
    case "pinpoint-email":
    case "pinpoint-sms-voice":
    case "pinpoint-sms-voice-v2":
    case "socialmessaging":
      return operation.startsWith("Send") ? [mail(parameters, `is sent by ${operation}`)] : [];
    case "sns":
      return smsOf(operation, parameters);
    case "cloudwatch-logs":
      return [
        { fact: "logs", values: [entryOf(parameters, "logEvents")], text: `is written to the log by ${operation}` },
        named([entryOf(parameters, "logGroupName"), entryOf(parameters, "logStreamName")], "names a log"),
      ];
    case "cloudwatch":
      return [{ fact: "traces", values: metricTexts(parameters), text: "becomes a dimension of a metric" }];
    case "xray":
      return [{ fact: "traces", values: [parameters], text: "becomes part of a trace" }];
    case "ssm":
      return operation === "PutParameter" ? parameterSinks(parameters) : [];
    case "iot-data-plane":
      return [named([entryOf(parameters, "topic")], "stands in the name of a topic of IoT")];
    case "secrets-manager":
      return [named([entryOf(parameters, "Name"), entryOf(parameters, "Description")], "names a secret")];
    default:
      return tagSinks(operation, parameters);
  }
}

function mail(parameters: CodeValue | undefined, text: string): Sink {
  const content = entriesOf(parameters)
    .filter(
      ([key]) =>
        !/^(?:Destination|Destinations|Source|FromEmailAddress|ReplyTo\w*|DestinationPhoneNumber|ApplicationId|ReturnPath)$/.test(
          key,
        ),
    )
    .map(([key, value]) => (key === "MessageRequest" ? withoutAddresses(value) : value));
  return { fact: "mail", values: content, text };
}

/** Pinpoint names the addressees inside of the request. */
function withoutAddresses(value: CodeValue): CodeValue {
  if (value.kind !== "object") return value;
  return {
    ...value,
    entries: new Map([...value.entries].filter(([key]) => key !== "Addresses" && key !== "Endpoints")),
  };
}

function smsOf(operation: string, parameters: CodeValue | undefined): readonly Sink[] {
  if (operation !== "Publish" || !entryOf(parameters, "PhoneNumber")) return [];
  return [
    {
      fact: "mail",
      values: [entryOf(parameters, "Message"), entryOf(parameters, "Subject")],
      text: "is sent as a text message by Publish",
    },
  ];
}

function metricTexts(parameters: CodeValue | undefined): readonly (CodeValue | undefined)[] {
  const data = itemsOf(entryOf(parameters, "MetricData"));
  return [
    ...data.flatMap((one) => [entryOf(one, "Dimensions"), entryOf(one, "MetricName")]),
    entryOf(parameters, "Namespace"),
  ];
}

function parameterSinks(parameters: CodeValue | undefined): readonly Sink[] {
  const type = textOf(entryOf(parameters, "Type"));
  const name = named([entryOf(parameters, "Name"), entryOf(parameters, "Description")], "names a parameter");
  if (type === "SecureString") return [name];
  return [
    name,
    { fact: "stored", values: [entryOf(parameters, "Value")], text: "is stored as a parameter that is not encrypted" },
  ];
}

function tagSinks(operation: string, parameters: CodeValue | undefined): readonly Sink[] {
  if (!/^(?:TagResource|PutObjectTagging|AddTags|CreateTags)/.test(operation)) return [];
  return [named([parameters], "is put into tags")];
}

function named(values: readonly (CodeValue | undefined)[], text: string): Sink {
  return { fact: "identifiers", values, text };
}
