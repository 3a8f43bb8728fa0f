/** The messages of conformance/hl7, as the gateway hands them over. */
import { readdirSync, readFileSync } from "node:fs";
import { parseMessage, type Hl7Message } from "@ward/core/hl7";

const folder = new URL("../../../conformance/hl7/", import.meta.url);

export interface Expected {
  readonly ack: "AA" | "AE" | "AR";
  readonly condition?: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly created: Readonly<Record<string, number>>;
  readonly notifications: number;
  readonly presentedForms?: number;
}

export const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<string, Expected>;

export const sampleFiles = readdirSync(folder)
  .filter((name) => name.endsWith(".hl7"))
  .sort();

export function readSample(file: string): Hl7Message {
  const bytes = readFileSync(new URL(file, folder));
  const isLatin1 = bytes.toString("latin1").split("\r")[0]?.includes("8859/1") === true;
  return parseMessage(bytes.toString(isLatin1 ? "latin1" : "utf8"));
}

/** A message of the usual header, patient and order with these OBX (without `OBX|n|`). */
export function messageWith(
  observations: readonly string[],
  order = "OBR|1||N-1^LAB|PANEL^Panel^L|||||||||||||||||||||F",
): Hl7Message {
  const lines = [
    "MSH|^~\\&|LAB|LAB|WARD|WARD|20260302151207-0500||ORU^R01|C1|P|2.5.1",
    "PID|1||1^^^HOSPITAL^MR||Doe^Jane",
    order,
    ...observations.map((text, index) => `OBX|${index + 1}|${text}`),
  ];
  return parseMessage(lines.join("\r"));
}
