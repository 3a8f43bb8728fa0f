/**
 * Who issued a number decides what it means: the same digits from two issuers are two patients. Each kind of number of
 * each issuer is therefore a system of its own, `urn:ward:patient:st-brigid`. A number without issuer belongs to the
 * sender that used it.
 */
import type { Identifier } from "@ward/sdk/fhir";
import type { Hl7Message, Repetition } from "@ward/sdk/hl7";
import { plainText, textOf } from "./text.ts";

export type IdentifierKind = "patient" | "order" | "message" | "observation" | "codes";

/** `issuer`: an HL7 namespace id as `ST BRIGID`. */
export function systemOf(kind: IdentifierKind, issuer: string): string {
  return `urn:ward:${kind}:${encodeURIComponent(issuer.trim().toLowerCase().replaceAll(/\s+/g, "-"))}`;
}

/** The laboratory system that sent the message: MSH-3, or MSH-4 without it. */
export function senderOf(message: Hl7Message): string {
  return headerText(message, "3.1") ?? headerText(message, "4.1") ?? "unknown-sender";
}

export function headerText(message: Hl7Message, path: string): string | undefined {
  const header = message.segment("MSH");
  return header === undefined ? undefined : textOf(header, path);
}

/** CX (a PID-3 repetition): number, issuer in component 4, type (HL7 table 0203) in component 5. */
export function readPatientIdentifier(repetition: Repetition, sender: string): Identifier | undefined {
  const value = textOf(repetition, 1);
  if (value === undefined) return undefined;
  const type = textOf(repetition, 5);
  const issuer = repetition.component(4);
  const universalId = plainText(issuer.sub(2));
  const system =
    type === "SS"
      ? "http://hl7.org/fhir/sid/us-ssn"
      : issuer.sub(3) === "ISO" && universalId !== undefined && /^[0-2](\.(0|[1-9]\d*))+$/.test(universalId)
        ? `urn:oid:${universalId}`
        : systemOf("patient", plainText(issuer.sub(1)) ?? sender);
  return {
    ...(type === undefined
      ? {}
      : { type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: type }] } }),
    system,
    value,
  };
}

/** `system|value`, as a FHIR search takes it; the characters that separate values are escaped. */
export function identifierToken({ system = "", value = "" }: Identifier): string {
  return [system, value].map((part) => part.replaceAll(/[\\,$|]/g, "\\$&")).join("|");
}
