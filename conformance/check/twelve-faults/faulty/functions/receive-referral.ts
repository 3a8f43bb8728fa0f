/** Takes a referral from a clinician, keeps it and puts it into the queue for triage. */
import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { queue, table } from "./stores.ts";

interface Request {
  readonly body: string;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

export async function handler(request: Request): Promise<Answer> {
  const id = randomUUID();
  const referral = JSON.parse(request.body) as {
    readonly patient: { readonly postalCode: string };
    readonly reason: string;
  };
  const region = await fetch(`https://regions.clinic.example/find?postalCode=${referral.patient.postalCode}`);
  await table.send(
    new PutCommand({
      TableName: process.env.REFERRALS_TABLE,
      Item: { id, patient: referral.patient, reason: referral.reason, region: await region.text(), state: "received" },
    }),
  );
  await queue.send(
    new SendMessageCommand({
      QueueUrl: process.env.TRIAGE_QUEUE_URL,
      MessageBody: JSON.stringify({ id, reason: referral.reason }),
    }),
  );
  console.log("referral received", referral);
  return { statusCode: 201, body: JSON.stringify({ id }) };
}
