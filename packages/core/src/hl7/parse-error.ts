/**
 * Why a message, or a part of it, cannot be read. Names a place (segment, occurrence, field) and a condition of HL7
 * table 0357, so that the sender can be told in ERR-2 and ERR-3. INVARIANT: it never holds a value of the message.
 */
import type { RejectReason } from "../wire.ts";

/** HL7 table 0357, message error condition codes. */
export const ERROR_CONDITIONS = {
  "100": "Segment sequence error",
  "101": "Required field missing",
  "102": "Data type error",
  "103": "Table value not found",
  "200": "Unsupported message type",
  "201": "Unsupported event code",
  "202": "Unsupported processing id",
  "203": "Unsupported version id",
  "204": "Unknown key identifier",
  "205": "Duplicate key identifier",
  "206": "Application record locked",
  "207": "Application internal error",
} as const;
export type ErrorCondition = keyof typeof ERROR_CONDITIONS;

/** Where in a message. `position` counts the segments of that name from one, as ERR-2.2 does. */
export interface Hl7Location {
  readonly segment: string;
  readonly position: number;
  readonly field?: number;
}

export class Hl7ParseError extends Error {
  readonly condition: ErrorCondition;
  readonly location: Hl7Location;

  constructor(condition: ErrorCondition, location: Hl7Location) {
    const field = location.field === undefined ? "" : `-${location.field}`;
    super(`${ERROR_CONDITIONS[condition]} at ${location.segment}${field}, occurrence ${location.position}.`);
    this.name = "Hl7ParseError";
    this.condition = condition;
    this.location = location;
  }

  /** The reason a function rejects the message with: `throw new Reject(error.reason)`. */
  get reason(): RejectReason {
    return this.condition === "100" || this.condition === "101" ? "required-field-missing" : "data-type-error";
  }
}
