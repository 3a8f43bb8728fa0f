/**
 * A rule is a fact that should hold of a resource, with what a person needs to understand and mend it when it does not.
 * It sees the graph and nothing else, answers in three values, and knows no law: which requirement it speaks to is a
 * table of src/frameworks. How to write one: docs/guide/write-a-check-rule.md.
 */
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Verdict } from "../graph/truth.ts";

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

export interface Rule {
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
  /** Types of resource that `judge` is asked about; each is CloudFormation's name. */
  readonly types: readonly string[];
  /** False where no waiver may silence it. */
  readonly waivable?: false;
  /** Pure and total; a throw is reported as an error of the rule. */
  readonly judge: (resource: Resource, graph: Graph) => Verdict;
  readonly samples: Samples;
}

/** Inputs for the generated tests. Each `good` one has a pass and no fail of this rule, each `bad` one a fail. */
export interface Samples {
  readonly good: readonly Sample[];
  readonly bad: readonly Sample[];
  /** Inputs of which the rule must say that they don't tell. */
  readonly unknown?: readonly Sample[];
}

/** Either the resources of a template (what stands under `Resources:`, or a whole template), or Terraform. */
export type Sample = { readonly cloudformation: string } | { readonly terraform: string };
