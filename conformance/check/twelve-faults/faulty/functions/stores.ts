/** The clients, made once for each instance of a function. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";

export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const queue = new SQSClient({});
