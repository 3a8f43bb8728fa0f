/** Says how urgent each referral of the queue is. What fails stays in the queue. */
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "./stores.ts";
import { track } from "./usage.ts";
import { urgencyOf } from "./urgency.ts";

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

export async function handler(batch: Batch): Promise<object> {
  const failed: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of batch.Records) {
    try {
      await triage(JSON.parse(body) as { readonly id: string; readonly reason: string });
    } catch {
      console.error("triage failed", messageId);
      failed.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failed };
}

async function triage({ id, reason }: { readonly id: string; readonly reason: string }): Promise<void> {
  const { Item: referral } = await table.send(new GetCommand({ TableName: process.env.REFERRALS_TABLE, Key: { id } }));
  await track("referral triaged", { reason });
  if (referral?.state !== "received") return;
  await table.send(
    new UpdateCommand({
      TableName: process.env.REFERRALS_TABLE,
      Key: { id },
      UpdateExpression: "SET #state = :state, urgency = :urgency",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":state": "triaged", ":urgency": urgencyOf(reason) },
    }),
  );
}
