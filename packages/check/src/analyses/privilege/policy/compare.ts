/**
 * What functions with one role need, beside what the role is granted. INVARIANT: nothing is called missing that some
 * statement may grant, and nothing too much that something unseen may need; both are said to be undecided instead.
 */
import { coversText } from "../../../graph/pattern.ts";
import { serviceFacts } from "../actions/iam-facts.ts";
import { serviceOfAction, type Need } from "../actions/need.ts";
import type { UnseenCalls } from "../sdk/api-call.ts";
import type { Stack } from "../resources/stack.ts";
import { ACCOUNT, covers, overlaps, REGION } from "../resources/symbol.ts";
import { evaluate, type Decision, type Policies } from "./evaluate.ts";
import type { Purpose } from "./managed-policies.ts";
import { managedPolicy } from "./managed-policies.ts";
import type { PolicyRule } from "./rule.ts";

export interface Missing {
  readonly need: Need;
  /** Those of its resources that are not granted. */
  readonly resources: readonly string[];
  readonly decision: Decision;
}

export interface Excess {
  readonly rule: PolicyRule;
  /** As the statement has it: `s3:Get*`. */
  readonly action: string;
  /** `call`: nothing calls it; `more`: a pattern grants others besides; `resource`: it is granted on more than is named. */
  readonly kind: "call" | "more" | "resource";
  /** Actions that a pattern grants besides; resources that nothing names. */
  readonly others: readonly string[];
  /** False where something that was not seen may need it. */
  readonly isCertain: boolean;
}

export function findMissing(needs: readonly Need[], policies: Policies): readonly Missing[] {
  const found: Missing[] = [];
  for (const need of needs) {
    const context = contextOf(need);
    const decisions = need.resources.map(
      (resource) => [resource, evaluate({ action: need.action, resource, context }, policies)] as const,
    );
    const refused = decisions.filter(([, { kind }]) => kind !== "allowed");
    // Where any of them is enough, or where it is not known which of them is meant, one that is granted will do.
    const isAnyEnough = need.isOneOf === true || need.open !== undefined;
    if (refused.length === 0 || (isAnyEnough && refused.length < decisions.length)) continue;
    // Where the resource is chosen at run time, it may be one of those that are granted.
    const real = refused.filter(([, { kind }]) => !(kind === "maybe" && need.open !== undefined));
    const [first] = real.toSorted(([, one], [, other]) => weight(other) - weight(one));
    if (first) found.push({ need, resources: real.map(([resource]) => resource), decision: first[1] });
  }
  return found;
}

export interface Around {
  readonly stack: Stack;
  readonly unseen: readonly UnseenCalls[];
  /** What the role's functions are, so that what AWS's own policies are made for is no excess. */
  readonly purposes: ReadonlySet<Purpose>;
}

export function findExcess(needs: readonly Need[], rules: readonly PolicyRule[], around: Around): readonly Excess[] {
  return rules
    .filter((rule) => rule.effect === "Allow" && !isForPurpose(rule, around.purposes))
    .flatMap((rule) =>
      rule.isNotActions
        ? [negatedExcess(rule, around)]
        : rule.actions.flatMap((action) => excessOf(rule, action, needs, around)),
    );
}

/** Whether the statement is one of AWS's for what Lambda does for such a function. */
export function isForPurpose(rule: PolicyRule, purposes: ReadonlySet<Purpose>): boolean {
  if (rule.managed === undefined) return false;
  const purpose = managedPolicy(`arn:aws:iam::aws:policy/${rule.managed}`)?.policy?.isFor;
  return purpose !== undefined && purposes.has(purpose);
}

function excessOf(rule: PolicyRule, action: string, needs: readonly Need[], around: Around): readonly Excess[] {
  if (action.includes("${?")) return [];
  const matching = needs.filter((need) => coversText(action, need.action));
  const used = matching.filter((need) => need.resources.some((resource) => isMeant(rule, resource)));
  const isCertain = !isConcerned(action, around.unseen) && rule.onlyIf === undefined;
  if (used.length === 0) return [{ rule, action, kind: "call", others: [], isCertain }];
  const found: Excess[] = [];
  if (/[*?]/.test(action)) {
    const wanted = new Set(used.map((need) => need.action.toLowerCase()));
    const others = expanded(action).filter((name) => !wanted.has(name.toLowerCase()));
    if (others.length > 0) found.push({ rule, action, kind: "more", others, isCertain });
  }
  const unnamed = unnamedResources(rule, used, around.stack);
  if (unnamed.length > 0) found.push({ rule, action, kind: "resource", others: unnamed, isCertain });
  return found;
}

function negatedExcess(rule: PolicyRule, { unseen }: Around): Excess {
  return {
    rule,
    action: `anything but ${rule.actions.join(", ")}`,
    kind: "call",
    others: [],
    isCertain: unseen.length === 0,
  };
}

/** Resources that the statement grants the action on and no need names, or that spread beyond what needs name. */
function unnamedResources(rule: PolicyRule, used: readonly Need[], stack: Stack): readonly string[] {
  if (rule.isNotResources || used.every(({ because }) => because.isLambda === true)) return [];
  const named = used.flatMap(({ resources }) => resources);
  return rule.resources.filter((pattern) => {
    if (pattern.includes("${?")) return false;
    const meant = named.filter((text) => overlaps(pattern, text));
    if (meant.length === 0) return true;
    if (!/[*?]/.test(pattern) || meant.some((text) => covers(text, pattern) === "yes")) return false;
    const owner = ownerOf(pattern, stack);
    return owner === undefined || !meant.some((text) => ownerOf(text, stack) === owner);
  });
}

/** The resource of the stack that a pattern stays within. */
function ownerOf(pattern: string, stack: Stack): string | undefined {
  const [arn, partition, service, region, account, ...rest] = splitArn(pattern);
  if (arn !== "arn" || rest.length === 0) return undefined;
  const own = [
    arn,
    partition,
    service,
    region === "*" ? REGION : region,
    account === "*" ? ACCOUNT : account,
    rest.join(":"),
  ].join(":");
  const withAws = own.replace(/^arn:[^:]*:/, "arn:aws:");
  return stack.resourceOf(withAws)?.id ?? stack.resourceOf(withAws.replace(/[:/]?\*$/, ""))?.id;
}

function splitArn(text: string): readonly string[] {
  return text.split(/:(?![^{]*\})/);
}

function isMeant(rule: PolicyRule, resource: string): boolean {
  if (rule.isNotResources) return !rule.resources.some((pattern) => covers(pattern, resource) === "yes");
  return rule.resources.some((pattern) => overlaps(pattern, resource));
}

/** Whether something that was not seen may be what a grant is for. */
function isConcerned(action: string, unseen: readonly UnseenCalls[]): boolean {
  const service = serviceOfAction(action);
  return unseen.some(({ services }) => services === "any" || action === "*" || services.includes(service));
}

/** Actions that a pattern means, as far as AWS lists them. */
export function expanded(pattern: string): readonly string[] {
  const service = serviceOfAction(pattern);
  if (service === "" || service.includes("*")) return [pattern];
  const names = serviceFacts(service)?.names ?? [];
  return names.map((name) => `${service}:${name}`).filter((name) => coversText(pattern, name));
}

/** What is known about the request that a need stands for. */
export function contextOf(need: Need): ReadonlyMap<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ["aws:securetransport", ["true"]],
    ["aws:requestedregion", [REGION]],
    ["aws:principalaccount", [ACCOUNT]],
    ["aws:resourceaccount", [ACCOUNT]],
    ["kms:calleraccount", [ACCOUNT]],
    ...(need.conditions ?? []).map(({ key, values }) => [key.toLowerCase(), values] as const),
  ]);
}

function weight({ kind }: Decision): number {
  return kind === "denied" ? 3 : kind === "implicitly denied" ? 2 : 1;
}
