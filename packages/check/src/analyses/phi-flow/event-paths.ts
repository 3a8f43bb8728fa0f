/** Which parts of a Lambda function's event are the sender's content, and which are said by AWS about it. */
import { ANY } from "../../code/contract.ts";

const ABOUT =
  /^(?:headers|multiValueHeaders|requestContext|httpMethod|method|resource|stageVariables|routeKey|version|rawPath|path|isBase64Encoded|cookies|messageId|receiptHandle|attributes|md5OfBody|md5OfMessageAttributes|eventSource|eventSourceARN|eventSourceArn|awsRegion|eventName|eventID|eventVersion|invokeIdentityArn|invocationId|deliveryStreamArn|EventSource|EventVersion|EventSubscriptionArn|s3|s3SchemaVersion|responseElements|requestParameters|userIdentity|detail-type|source|account|time|region|resources|id|tumblingWindow\w*|window|state|shardId|info|identity|authorizationToken|methodArn|type)$/;

const INSIDE: Readonly<Record<string, RegExp>> = {
  Sns: /^(?:Message|Subject|MessageAttributes)$/,
  dynamodb: /^(?:NewImage|OldImage|Keys)$/,
  kinesis: /^data$/,
};

/** Whether a path below the event is content; the whole event is. `kind`: where the event comes from. */
export function isContent(path: readonly string[]): boolean {
  const keys = path.filter((key) => key !== ANY && !/^\d+$/.test(key));
  const inner = keys[0] === "Records" || keys[0] === "records" ? keys.slice(1) : keys;
  const [first, second] = inner;
  if (first === undefined) return true;
  const allowed = Object.hasOwn(INSIDE, first) ? INSIDE[first] : undefined;
  if (allowed) return second === undefined || allowed.test(second);
  return !ABOUT.test(first);
}
