/**
 * Requests that need another action than the one of their name, or more. Where AWS says so stands beside each part; what
 * depends on the input is decided by the input, and where that is not known, by everything that it may be.
 */
import { ownEntry } from "../../../source/own-entry.ts";
import {
  ATHENA,
  BEDROCK,
  RDS_DATA,
  REDSHIFT_DATA,
  REKOGNITION,
  TEXTRACT,
  TIMESTREAM,
  TRANSCRIBE,
} from "./exceptions/data.ts";
import { DYNAMODB } from "./exceptions/dynamodb.ts";
import {
  apiGateway,
  CLOUDWATCH,
  COGNITO_IDENTITY,
  COGNITO_IDP,
  EXECUTE_API,
  KMS,
  LAMBDA,
  SECRETS,
  SES,
  SNS,
  SQS,
  STS,
} from "./exceptions/messages-and-identity.ts";
import { S3 } from "./exceptions/s3.ts";
import type { Exceptions, Use } from "./exceptions/use.ts";
import type { Request } from "./request.ts";
import { foreignAliases } from "./target-arns.ts";

const TABLE: Readonly<Record<string, Exceptions>> = {
  athena: ATHENA,
  bedrock: BEDROCK,
  cloudwatch: CLOUDWATCH,
  "cognito-identity": COGNITO_IDENTITY,
  "cognito-idp": COGNITO_IDP,
  dynamodb: DYNAMODB,
  "execute-api": EXECUTE_API,
  kms: KMS,
  lambda: LAMBDA,
  "rds-data": RDS_DATA,
  "redshift-data": REDSHIFT_DATA,
  rekognition: REKOGNITION,
  s3: S3,
  secretsmanager: SECRETS,
  ses: SES,
  sns: SNS,
  sqs: SQS,
  sts: STS,
  textract: TEXTRACT,
  timestream: TIMESTREAM,
  transcribe: TRANSCRIBE,
};

/** What the request needs where that is not just the action of its name; undefined where it is. */
export function exceptionOf(request: Request): readonly Use[] | undefined {
  if (request.service === "apigateway") return apiGateway(request);
  const ofService = ownEntry(TABLE, request.service);
  const exception = ofService && ownEntry(ofService, request.api.operation);
  if (exception === undefined) return undefined;
  const uses = typeof exception === "function" ? exception(request) : exception.map((action): Use => ({ action }));
  if (request.service !== "kms") return uses;
  return uses.map((use) => ({ ...use, ...aliasCondition(request) }));
}

/** A key that only an alias of another stack names can be told by that alias alone. */
export function aliasCondition(request: Request): Pick<Use, "conditions"> {
  const aliases = foreignAliases(request, request.text("KeyId", "DestinationKeyId", "SourceKeyId"));
  return aliases.length === 0
    ? {}
    : { conditions: [{ operator: "StringEquals", key: "kms:RequestAlias", values: aliases }] };
}
