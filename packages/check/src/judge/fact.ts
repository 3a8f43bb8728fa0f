/**
 * A fact that should hold, with what a person needs to understand and mend it when it does not. Rules judge it on a
 * resource, analyses on code, packages and files. It knows no law: which requirement it speaks to is a table of
 * src/frameworks.
 */

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What a fact is about. The tables of src/frameworks say which requirement each topic speaks to, so a rule is cited where
 * its topics are and nowhere else: encryption at rest never under transmission.
 */
export const TOPICS = [
  "authentication", // who calls is known: authorizers, MFA, password rules, signed requests
  "audit-logging", // what happened is recorded
  "availability", // one failure does not stop the service: zones, capacity, health checks
  "backup", // an exact copy can be retrieved
  "cost", // spending is bounded
  "credential-rotation", // keys and passwords change
  "data-classification", // what holds PHI is marked
  "deletion-protection", // data is not removed by accident or at once
  "disaster-recovery", // another region, point in time
  "egress-control", // what leaves goes only where it may
  "eligible-service", // the service is covered by the BAA
  "encryption-at-rest",
  "encryption-in-transit",
  "hygiene", // no requirement asks for it, operations do
  "input-validation", // what comes in is checked: schemas, WAF
  "integrity", // data is not altered unseen: versions, locks, signatures, digests
  "key-management", // keys are the customer's own, rotated, and their policies narrow
  "least-privilege", // no more power than needed
  "log-protection", // logs are encrypted, whole and out of reach of those they are about
  "log-retention",
  "malicious-software", // detection of and protection from it
  "monitoring", // someone is told: alarms, tracing
  "network-isolation",
  "patching", // vulnerabilities are closed: upgrades, scanning, supported runtimes
  "privilege-escalation",
  "public-exposure", // anyone can reach it
  "residency", // data stays in its region
  "resilience", // work is not lost: dead letters, retries, throttling
  "secrets", // no secret where it can be read
  "session", // sessions and tokens end
  "separation", // one principal, one duty
] as const;
export type Topic = (typeof TOPICS)[number];

export interface Fact {
  /** The fact in kebab-case, from the resource on: `bucket-denies-plain-http`. Never changed, never used again. */
  readonly id: string;
  /** The same fact as a sentence: `The bucket refuses requests without TLS`. */
  readonly title: string;
  /** What can happen to PHI where it does not hold. One to three sentences, plain words. */
  readonly why: string;
  /** What to do, in a sentence or two. */
  readonly remedy: string;
  /** The corrected part, as CloudFormation YAML, short enough to be read beside a finding. */
  readonly snippet: string;
  readonly severity: Severity;
  readonly topics: readonly Topic[];
  /** False where no waiver may silence it. */
  readonly waivable?: false;
}
