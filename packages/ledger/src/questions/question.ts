/**
 * What an auditor can ask, as data, and which entries belong to an answer. The same test selects entries for an answer
 * and checks them in an answer that somebody else hands over, so that neither can drift from the other.
 */
import { type AuditEntry, CHANGE_ACTIONS } from "@ward/core";

/** `since` and `until` are RFC 3339 in UTC with milliseconds, as entries' times; `until` is excluded. */
interface Period {
  readonly since?: string;
  readonly until?: string;
}

export type Question =
  /** Everybody and everything that touched a patient's records. `subject`: the patient's pseudonym. */
  | (Period & { readonly kind: "who-touched"; readonly subject: string })
  /** Disclosures of a patient's data (45 CFR 164.528), with the acts they were drawn from. */
  | (Period & { readonly kind: "accounting"; readonly subject: string })
  /** `principal`: `person:dr-okafor`. Also what functions did for a person. */
  | (Period & { readonly kind: "what-did"; readonly principal: string })
  /** One entry, and all of its trace. */
  | { readonly kind: "why"; readonly index: number; readonly trace: string }
  | (Period & { readonly kind: "refused" })
  | (Period & { readonly kind: "changes" });

const CHANGES: ReadonlySet<string> = new Set(CHANGE_ACTIONS);

/**
 * Whether an entry may stand in the answer. For questions about a patient, `traces` are those of the patient's own
 * entries: the steps around them belong to the answer, those of other patients in the same trace don't.
 */
export function belongsTo(question: Question, entry: AuditEntry, traces: ReadonlySet<string>): boolean {
  switch (question.kind) {
    case "who-touched":
    case "accounting":
      if (isAbout(question.subject, entry)) return isWithin(question, entry);
      return entry.subject === undefined && traces.has(entry.trace);
    case "what-did":
      return isBy(question.principal, entry) && isWithin(question, entry);
    case "why":
      return entry.trace === question.trace;
    case "refused":
      return entry.decision === "deny" && isWithin(question, entry);
    case "changes":
      return CHANGES.has(entry.action) && isWithin(question, entry);
  }
}

export function isAbout(subject: string, entry: AuditEntry): boolean {
  return entry.subject === subject;
}

function isBy(principal: string, { principal: actor, onBehalfOf }: AuditEntry): boolean {
  return actor === principal || (onBehalfOf === principal && principal.startsWith("person:"));
}

function isWithin({ since, until }: Period, { time }: AuditEntry): boolean {
  return (since === undefined || time >= since) && (until === undefined || time < until);
}
