/**
 * Accounting of disclosures (45 CFR 164.528): for each, the date, who received it, what was disclosed in brief, and the
 * purpose (b)(2); several to one recipient for one purpose may be one line with first date, number and last (b)(3).
 *
 * A disclosure is what left to a host outside (`egress.send` with a grant that lets PHI out; an entry that does not say
 * counts as one), and what a program with a token of its own read: it may be another organisation's. Which purposes are
 * exempt follows (a)(1); what Ward can't know (an authorization, law enforcement) is not exempted, so that the list is
 * rather too long than too short. A patient's host and what they read themselves are the covered entity's to strike.
 */
import { type AuditEntry, purposeText, type PurposeOfUse } from "@ward/core";
import { isAbout } from "./question.ts";

export interface Disclosure {
  /** RFC 3339; `first` and `last` are equal where `count` is 1. */
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** A host, or a program: `service:registry`. Ward knows no postal address. */
  readonly recipient: string;
  /** `DiagnosticReport (code, result); Patient (name, telecom)`, of the records read or written on the way. */
  readonly description: string;
  readonly purpose: PurposeOfUse;
  readonly purposeText: string;
  /** Why it need not be accounted for, or undefined where it must. */
  readonly exemption?: string;
  readonly indexes: readonly number[];
}

interface Placed {
  readonly index: number;
  readonly entry: AuditEntry;
}

/** Six years before the request (45 CFR 164.528(a)(3)). */
export const ACCOUNTING_YEARS = 6;

const EXEMPT: Partial<Record<PurposeOfUse, string>> = {
  TREAT: "treatment, 164.528(a)(1)(i)",
  ETREAT: "treatment, 164.528(a)(1)(i)",
  HPAYMT: "payment, 164.528(a)(1)(i)",
  COVERAGE: "payment, 164.528(a)(1)(i)",
  HOPERAT: "health care operations, 164.528(a)(1)(i)",
  PATRQT: "to the individual, 164.528(a)(1)(ii)",
};

/** The platform's own programs: what they read stays inside. */
const OWN_SERVICES: ReadonlySet<string> = new Set(
  ["auditor", "egress-proxy", "mllp", "operator", "platform", "public", "scheduler"].map((name) => `service:${name}`),
);
const READS: ReadonlySet<string> = new Set(["fhir.read", "fhir.vread", "fhir.history", "fhir.search"]);

export function accountDisclosures(subject: string, entries: readonly Placed[]): readonly Disclosure[] {
  const own = entries.filter(({ entry }) => isAbout(subject, entry));
  const byTrace = Map.groupBy(own, ({ entry }) => entry.trace);
  const lines = new Map<string, Disclosure>();
  for (const placed of own) {
    const recipient = recipientOf(placed.entry);
    if (recipient === undefined) continue;
    const { purpose, time } = placed.entry;
    const description = describe(placed, byTrace.get(placed.entry.trace) ?? []);
    const key = JSON.stringify([recipient, purpose, description]);
    const line = lines.get(key);
    const exemption = EXEMPT[purpose];
    lines.set(key, {
      first: line?.first ?? time,
      last: time,
      count: (line?.count ?? 0) + 1,
      recipient,
      description,
      purpose,
      purposeText: purposeText(purpose),
      ...(exemption === undefined ? {} : { exemption }),
      indexes: [...(line?.indexes ?? []), placed.index],
    });
  }
  return [...lines.values()];
}

function recipientOf({ action, principal, outcome, host, carries }: AuditEntry): string | undefined {
  // What was sent and not answered may have been received all the same.
  if (action === "egress.send" && outcome !== "refused") return carries === "none" ? undefined : host;
  const isOutside = principal.startsWith("service:") && !OWN_SERVICES.has(principal);
  return READS.has(action) && outcome === "success" && isOutside ? principal : undefined;
}

/** The records of the patient that the same trace had touched until then, by type and element. */
function describe({ index, entry }: Placed, sameTrace: readonly Placed[]): string {
  const isRead = READS.has(entry.action);
  const seen = isRead
    ? [entry]
    : sameTrace.flatMap((other) =>
        other.index < index && other.entry.action.startsWith("fhir.") ? [other.entry] : [],
      );
  const types = new Map<string, Set<string>>();
  for (const { resource, fields = [] } of seen) {
    if (resource === undefined) continue;
    const known = types.get(resource.type) ?? new Set();
    for (const field of fields) known.add(field);
    types.set(resource.type, known);
  }
  if (types.size === 0) return "a message about the patient";
  return [...types]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, fields]) => (fields.size === 0 ? type : `${type} (${[...fields].sort().join(", ")})`))
    .join("; ");
}
