/**
 * Whether a request is allowed, by AWS's evaluation logic
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html) as far as policies of
 * functions use it: an explicit deny holds over all; an allow of the identity's or the resource's own policy is needed;
 * a boundary must allow as well. What a template leaves open is `maybe`.
 */
import { coversText } from "../../../graph/pattern.ts";
import { covers, isOpen, type Cover } from "../resources/symbol.ts";
import { conditionsHold, type Context } from "./conditions.ts";
import type { PolicyRule } from "./rule.ts";

export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export interface Policies {
  readonly identity: readonly PolicyRule[];
  /** Statements of resources' own policies that name the identity. */
  readonly resource: readonly PolicyRule[];
  readonly boundary: readonly PolicyRule[] | undefined;
  /** Why there may be other statements than these. */
  readonly open: readonly string[];
}

export type Decision =
  | { readonly kind: "allowed" }
  | { readonly kind: "implicitly denied"; readonly because?: string }
  | { readonly kind: "denied"; readonly by: PolicyRule }
  | { readonly kind: "maybe"; readonly because: string; readonly by?: PolicyRule };

export function evaluate(asked: Asked, { identity, resource, boundary, open }: Policies): Decision {
  const own = [...identity, ...resource];
  const denies = own.filter(({ effect }) => effect === "Deny").map((rule) => [rule, applies(rule, asked)] as const);
  const [denied] = denies.find(([, cover]) => cover === "yes") ?? [];
  if (denied) return { kind: "denied", by: denied };
  const given = best(own, asked);
  const bounded = boundary ? best(boundary, asked) : "yes";
  if (given === "no" || bounded === "no") {
    const [reason] = open;
    if (reason !== undefined) return { kind: "maybe", because: reason };
    return {
      kind: "implicitly denied",
      ...(given === "no" ? {} : { because: "its permissions boundary does not allow" }),
    };
  }
  const [doubt] = denies.find(([, cover]) => cover === "maybe") ?? [];
  if (doubt) return { kind: "maybe", because: `a Deny of ${doubt.where} may hold`, by: doubt };
  if (given === "yes" && bounded === "yes") return { kind: "allowed" };
  const unsure = own.find((rule) => rule.effect === "Allow" && applies(rule, asked) === "maybe");
  return {
    kind: "maybe",
    because: unsure ? whyUnsure(unsure, asked) : "the permissions boundary decides",
    ...(unsure ? { by: unsure } : {}),
  };
}

/** Whether the statement speaks of the request. */
export function applies(rule: PolicyRule, { action, resource, context }: Asked): Cover {
  const onAction = coversAction(rule, action);
  const onResource = negated(rule.isNotResources, some(rule.resources.map((pattern) => covers(pattern, resource))));
  const all = [onAction, onResource, conditionsHold(rule.conditions, context)];
  if (all.includes("no")) return "no";
  return all.includes("maybe") || rule.onlyIf !== undefined ? "maybe" : "yes";
}

export function coversAction(rule: PolicyRule, action: string): Cover {
  const answers = rule.actions.map((pattern): Cover =>
    isOpen(pattern) ? "maybe" : coversText(pattern, action) ? "yes" : "no",
  );
  return negated(rule.isNotActions, some(answers));
}

function best(rules: readonly PolicyRule[], asked: Asked): Cover {
  return some(rules.filter(({ effect }) => effect === "Allow").map((rule) => applies(rule, asked)));
}

function some(answers: readonly Cover[]): Cover {
  return answers.includes("yes") ? "yes" : answers.includes("maybe") ? "maybe" : "no";
}

function negated(isNegated: true | undefined, answer: Cover): Cover {
  if (isNegated !== true) return answer;
  return answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe";
}

function whyUnsure(rule: PolicyRule, { context, resource }: Asked): string {
  if (rule.onlyIf !== undefined) return `a statement of ${rule.where} depends on ${rule.onlyIf}`;
  const open = rule.conditions.find((condition) => conditionsHold([condition], context) !== "yes");
  if (open) return `a statement of ${rule.where} has a condition on ${open.key}`;
  if (resource.includes("*") && !rule.resources.some(isOpen)) return `${rule.where} grants it on some of them only`;
  return `which resource a statement of ${rule.where} names is not known before deployment`;
}
