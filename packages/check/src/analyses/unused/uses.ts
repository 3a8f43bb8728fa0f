/**
 * Whether code uses a resource in a certain way: for certain, perhaps, or not. INVARIANT: "not" is said only where every
 * function that could do it was read whole; a call whose target is not known makes it "perhaps", with its place.
 */
import type { ExternalCall } from "../../code/contract.ts";
import { GLOBAL } from "../../code/contract.ts";
import { walkValue } from "../../code/walk-value.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Step } from "../../judge/finding.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";
import type { Stack } from "../privilege/resources/stack.ts";
import { overlaps } from "../privilege/resources/symbol.ts";
import type { OtherActor } from "./other-actors.ts";
import { mayDo, type ReadFunction } from "./read-functions.ts";

export interface Way {
  /** As IAM names them: `/^dynamodb:(GetItem|Query)$/`. */
  readonly actions: RegExp;
  /** Some of them, to ask a role for. */
  readonly examples: readonly string[];
  readonly service: string;
}

export interface Doubt {
  readonly because: string;
  readonly spot: Spot;
  readonly steps: readonly Step[];
}

export type CodeUse =
  | { readonly kind: "used"; readonly by: string }
  | { readonly kind: "open"; readonly doubt: Doubt }
  | { readonly kind: "unused" };

/** Values walked in one argument; more is a data structure and no name. */
const VALUES_MAX = 400;

export function codeUse(
  resource: Resource,
  way: Way,
  functions: readonly ReadFunction[],
  { stack, others }: { readonly stack: Stack; readonly others: readonly OtherActor[] },
): CodeUse {
  const arn = stack.arnOf(resource);
  const doubts: Doubt[] = [];
  for (const read of functions) {
    const { fn, privileges, code } = read;
    if (!privileges || !code) {
      if (mayReach(read, resource, way, arn)) {
        doubts.push({
          because: `what ${fn.name} does is not known, as ${read.reason ?? "it was not read"}`,
          spot: read.spot,
          steps: [],
        });
      }
      continue;
    }
    const needs = privileges.needs.filter(({ action }) => way.actions.test(action));
    if (needs.some((need) => need.resources.some((text) => stack.resourceOf(text) === resource)))
      return { kind: "used", by: fn.name };
    if (isHandedOn(read, resource)) return { kind: "used", by: fn.name };
    if (!mayReach(read, resource, way, arn)) continue;
    const vague = needs.find((need) => need.resources.some((text) => isVague(text) && overlaps(text, arn)));
    if (vague) {
      const what = vague.open === undefined ? "on more than one can tell" : `but ${vague.open}`;
      doubts.push({
        because: `${vague.because.text}, ${what}`,
        spot: vague.because.spot,
        steps: vague.because.steps(),
      });
    }
    const [unseen] = privileges.unseen.filter(({ services }) => services === "any" || services.includes(way.service));
    if (unseen) doubts.push({ because: unseen.reason, spot: unseen.spot, steps: stepsOf(unseen.stack) });
  }
  const other = others.find(({ may }) => may(way.examples, resource));
  if (other) doubts.push({ because: other.because, spot: other.spot, steps: [] });
  const [doubt] = doubts;
  return doubt ? { kind: "open", doubt } : { kind: "unused" };
}

function stepsOf(stack: ExternalCall["stack"]): readonly Step[] {
  return stack.map(({ name, spot }) => ({ position: positionOf(spot), text: name }));
}

function isVague(text: string): boolean {
  return text.includes("*") || text.includes("${?");
}

/** By what its environment names and its role grants: without both it has no way to it. */
function mayReach(read: ReadFunction, resource: Resource, { examples }: Way, arn: string): boolean {
  if (mayDo(read, examples, arn)) return true;
  return read.grants === undefined || read.fn.at("Environment.Variables").references().has(resource.id);
}

/** Its name goes to a library that is not the SDK, which knows what to do with it. */
function isHandedOn({ fn, code }: ReadFunction, resource: Resource): boolean {
  const variables = new Set(
    fn
      .at("Environment.Variables")
      .entries()
      .flatMap(([name, value]) => (value.references().has(resource.id) ? [name] : [])),
  );
  if (variables.size === 0 || !code) return false;
  return code.calls.some((call) => isLibrary(call) && call.args.some((arg) => namesOneOf(arg, variables)));
}

function isLibrary({ callee }: ExternalCall): boolean {
  const root = callee.kind === "instance" ? callee.of : callee;
  if (root.kind !== "external" || root.module === GLOBAL || root.module.startsWith("node:")) return false;
  return !/^(@aws-sdk\/|aws-sdk(\/|$)|@smithy\/)/.test(root.module);
}

function namesOneOf(value: ExternalCall["args"][number], variables: ReadonlySet<string>): boolean {
  let seen = 0;
  for (const at of walkValue(value)) {
    if (at.kind === "environment" && variables.has(at.name)) return true;
    if (++seen > VALUES_MAX) return false;
  }
  return false;
}
