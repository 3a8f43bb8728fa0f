/**
 * HL7 v2 messages: one answer each, and the answer is the truth (decision 0006). AA: filed. AE: kept. AR: neither.
 *
 * INVARIANT: AA is answered only after the commit of everything the message caused, the row that marks it filed
 * included. A message that failed is in quarantine before AE is answered; where that cannot be written the answer is
 * AE 206 and the sender keeps the message.
 */
import type { Door } from "@ward/access";
import {
  ERROR_KINDS,
  REJECT_REASONS,
  type Caller,
  type Clock,
  type Database,
  type ErrorCode,
  type PurposeOfUse,
  type RejectReason,
  type Transaction,
} from "@ward/core";
import type { Vault } from "@ward/vault";
import { messageAct } from "./acts.ts";
import type { InboundMessage, MessageVerdict } from "./contract.ts";
import { claimMessage, findFiled, identifyMessage, type MessageIdentity } from "./inbox.ts";
import type { InvocationOutcome, Invoker } from "./invoker.ts";
import { forgetMessages, keepMessage } from "./quarantine.ts";

export interface MessagesOptions {
  readonly door: Door;
  readonly vault: Vault;
  readonly database: Database;
  readonly clock: Clock;
  readonly invokers: readonly Invoker[];
}

/** HL7 table 0357. */
const CONDITIONS = { unsupportedType: "200", unsupportedEvent: "201", usedKey: "205", notKept: "206", failed: "207" };

const NOT_KEPT: MessageVerdict = {
  ack: "AE",
  condition: CONDITIONS.notKept,
  reason: "The message could not be filed or kept. Send it again.",
};

const REJECT_SENTENCES: Readonly<Record<RejectReason, string>> = {
  "required-field-missing": "A required field is missing. The message is kept in quarantine.",
  "data-type-error": "A field does not have its data type. The message is kept in quarantine.",
  "table-value-not-found": "A coded field has no value of its table. The message is kept in quarantine.",
  "unknown-key": "A record that the message refers to is not known. The message is kept in quarantine.",
  "application-error": "The message could not be processed. The message is kept in quarantine.",
};

export class Messages {
  readonly #options: MessagesOptions;
  /** Copies of one message on this node wait here rather than on connections of the database. */
  readonly #inWork = new Map<string, Promise<unknown>>();

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Never throws. */
  async receive(message: InboundMessage): Promise<MessageVerdict> {
    try {
      const identity = identifyMessage(this.#options.vault, message);
      return await this.#oneByOne(identity.key, () => this.#file(identity, message));
    } catch {
      // The database, the ledger or the keys are out of reach, so nothing may be promised; they report for themselves.
      return NOT_KEPT;
    }
  }

  async #oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#inWork.get(key) ?? Promise.resolve()).then(work, work);
    this.#inWork.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#inWork.get(key) === turn) this.#inWork.delete(key);
    }
  }

  async #file(identity: MessageIdentity, message: InboundMessage): Promise<MessageVerdict> {
    const invoker = this.#invokerFor(message.type);
    if (invoker === undefined) {
      return (await this.#answerKnown(identity, message)) ?? (await this.#refuseType(identity, message));
    }
    const outcome = await invoker.invoke({
      payload: { kind: "hl7", raw: message.raw },
      traceId: message.traceId,
      onBehalfOf: message.principal,
      before: (tx) => this.#claim(tx, identity, message, invoker.release.manifest.purpose),
    });
    if (outcome.kind === "done") return { ack: "AA", filed: outcome.filed };
    if (outcome.kind === "failed") return await this.#quarantine(identity, message, invoker, outcome);
    // It was filed before, or another node filed a copy while this one waited for it.
    return (await this.#answerKnown(identity, message)) ?? NOT_KEPT;
  }

  async #claim(
    tx: Transaction,
    identity: MessageIdentity,
    message: InboundMessage,
    purpose: PurposeOfUse,
  ): Promise<"go" | "stop"> {
    const { vault, door, clock } = this.#options;
    const resolved = await claimMessage(tx, identity, clock.now());
    if (resolved === undefined) return "stop";
    await forgetMessages(vault, tx, resolved);
    const act = messageAct("hl7.receive", identity.key);
    await door.note(callerOf(message, purpose), act, { decision: "allow", outcome: "success" }, tx);
    return "go";
  }

  async #answerKnown(identity: MessageIdentity, message: InboundMessage): Promise<MessageVerdict | undefined> {
    const { database, door } = this.#options;
    const filed = await findFiled(database, identity);
    if (filed === undefined) return undefined;
    const caller = callerOf(message, this.#invokerFor(message.type)?.release.manifest.purpose);
    if (filed === "same") {
      await door.note(caller, messageAct("hl7.duplicate", identity.key), { decision: "allow", outcome: "success" });
      return { ack: "AA", duplicate: true };
    }
    const refused = { decision: "deny", outcome: "refused", reason: "duplicate" } as const;
    await door.note(caller, messageAct("hl7.receive", identity.key), refused);
    return {
      ack: "AR",
      condition: CONDITIONS.usedKey,
      reason: "The message control id was used before with other content. The message is not kept.",
    };
  }

  async #refuseType(identity: MessageIdentity, message: InboundMessage): Promise<MessageVerdict> {
    const refused = { decision: "deny", outcome: "refused", reason: "unsupported" } as const;
    await this.#options.door.note(callerOf(message), messageAct("hl7.receive", identity.key), refused);
    const [type = ""] = message.type.split("^");
    const isTypeKnown = this.#options.invokers.some(({ release: { manifest } }) => {
      return manifest.trigger.kind === "hl7" && manifest.trigger.message.startsWith(`${type}^`);
    });
    return isTypeKnown
      ? { ack: "AR", condition: CONDITIONS.unsupportedEvent, reason: "No function takes messages of this event." }
      : { ack: "AR", condition: CONDITIONS.unsupportedType, reason: "No function takes messages of this type." };
  }

  async #quarantine(
    identity: MessageIdentity,
    message: InboundMessage,
    invoker: Invoker,
    failed: Extract<InvocationOutcome, { kind: "failed" }>,
  ): Promise<MessageVerdict> {
    const { database, door, vault, clock } = this.#options;
    const { name, purpose } = invoker.release.manifest;
    const caller = callerOf(message, purpose);
    const reason = failed.code;
    await database.transaction(async (tx) => {
      const at = clock.now();
      await keepMessage(vault, tx, { identity, message, function: name, reason: failed.reject ?? reason, at });
      const received = { decision: "allow", outcome: "failure", reason } as const;
      await door.note(caller, messageAct("hl7.receive", identity.key), received, tx);
      const kept = { decision: "allow", outcome: "success", reason } as const;
      await door.note(caller, messageAct("hl7.quarantine", identity.key), kept, tx);
    });
    return verdictOf(failed);
  }

  #invokerFor(type: string): Invoker | undefined {
    return this.#options.invokers.find(({ release: { manifest } }) => {
      return manifest.trigger.kind === "hl7" && manifest.trigger.message === type;
    });
  }
}

/** A message whose type has no function states no purpose of its own: refusing it is the node's operation. */
export function callerOf(message: InboundMessage, purpose: PurposeOfUse = "HOPERAT"): Caller {
  return { principal: message.principal, purpose, traceId: message.traceId };
}

function verdictOf(failed: { readonly code: ErrorCode; readonly reject?: RejectReason }): MessageVerdict {
  if (failed.reject !== undefined) {
    return { ack: "AE", condition: REJECT_REASONS[failed.reject], reason: REJECT_SENTENCES[failed.reject] };
  }
  const { publicMessage } = ERROR_KINDS[failed.code];
  return { ack: "AE", condition: CONDITIONS.failed, reason: `${publicMessage} The message is kept in quarantine.` };
}
