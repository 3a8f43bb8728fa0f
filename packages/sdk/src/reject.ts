/**
 * How a handler says that the input itself can't be filed. The reason is one of a closed list, because the sender of
 * an HL7 message reads it: a free text might quote the message.
 */
import type { RejectReason } from "@ward/core";

/** Thrown by a handler; an HL7 sender gets `AE` with the reason's code from table 0357, and the message is quarantined. */
export class Reject extends Error {
  override readonly name = "Reject";
  readonly reason: RejectReason;

  constructor(reason: RejectReason) {
    super(reason);
    this.reason = reason;
  }
}
