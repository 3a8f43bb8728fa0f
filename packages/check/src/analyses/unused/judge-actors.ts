/** Functions that nothing calls, roles that nothing acts with, layers that nothing has. */
import type { Resource } from "../../graph/resource.ts";
import type { Fact } from "../../judge/fact.ts";
import type { Finding } from "../../judge/finding.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import { rawAt } from "../../source/raw-node.ts";
import { positionOf } from "../../source/source-text.ts";
import { documentsOf } from "./exports.ts";
import { functionIsTriggered, layerIsUsed, roleIsAssumed } from "./facts.ts";
import { missing, type Around } from "./judge-stores.ts";
import { isFunction } from "./mentions.ts";
import { codeUse } from "./uses.ts";

const INVOKES = {
  service: "lambda",
  actions: /^lambda:(InvokeFunction|InvokeAsync|InvokeFunctionUrl)$/,
  examples: ["lambda:InvokeFunction"],
};
/** A version or alias calls nothing; whoever names it does. */
const VERSION = /^AWS::Lambda::(Version|Alias)$/;
/** What a template says of a function beside its triggers. */
const BESIDE =
  /^AWS::(CloudWatch::Alarm|Logs::\w+|Lambda::(Version|Alias|LayerVersion|EventInvokeConfig|CodeSigningConfig))$/;

export function judgeActors(unit: Unit, around: Around): readonly Finding[] {
  const written = writtenTriggers(unit);
  return [
    ...around.graph.ofType("AWS::Lambda::Function").flatMap((fn) => judgeFunction(fn, around, written)),
    ...around.graph.ofType("AWS::IAM::Role").flatMap((role) => judgeRole(role, around)),
    ...around.graph.ofType("AWS::Lambda::LayerVersion").map((layer) => {
      const use = around.mentions.usesOf(layer)[0];
      const isOut = around.isExported(layer);
      return answer(
        layerIsUsed,
        layer,
        use !== undefined || isOut,
        "no function here has it, and no output hands it on",
      );
    }),
  ];
}

function judgeFunction(fn: Resource, around: Around, written: ReadonlySet<string>): readonly Finding[] {
  // What a transform made is called by what it was made for.
  if (fn.madeFor !== undefined && fn.madeFor !== fn.id) return [];
  const versions = around.graph.resources.filter(
    (one) => VERSION.test(one.type) && around.graph.target(one.at("FunctionName"))?.id === fn.id,
  );
  const named = [fn, ...versions]
    .flatMap((one) => around.mentions.usesOf(one))
    .filter(({ from }) => !BESIDE.test(from.type));
  const isOut = [fn, ...versions].some(around.isExported);
  if (named.length > 0 || isOut || written.has(fn.id) || around.written.of(fn) !== undefined)
    return [answer(functionIsTriggered, fn, true, "")];
  const use = codeUse(
    fn,
    INVOKES,
    around.functions.filter((one) => one.fn !== fn),
    around,
  );
  if (use.kind === "open") {
    const { because, spot, steps } = use.doubt;
    const about = {
      rule: functionIsTriggered,
      resource: fn,
      kind: "unknown" as const,
      because,
      position: positionOf(spot),
    };
    return [steps.length > 0 ? { ...about, steps } : about];
  }
  if (use.kind === "used") return [answer(functionIsTriggered, fn, true, "")];
  const about = { rule: functionIsTriggered, resource: fn, position: positionOf(fn.spot) };
  return [missing(around, about, "no event, permission, schedule, API or other function calls it")];
}

/** Functions whose author wrote events, also of kinds that make no resource here. */
function writtenTriggers(unit: Unit): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, root] of documentsOf(unit)) {
    const resources = rawAt(root, "Resources");
    if (resources?.kind === "map") {
      for (const { key, node } of resources.entries) if (rawAt(node, "Properties", "Events")) found.add(key);
    }
    const functions = rawAt(root, "functions");
    if (functions?.kind === "map") {
      for (const { key, node } of functions.entries) {
        if (!rawAt(node, "events") && !rawAt(node, "url")) continue;
        found.add(
          `${key.charAt(0).toUpperCase()}${key.slice(1).replaceAll("-", "Dash").replaceAll("_", "Underscore")}LambdaFunction`,
        );
      }
    }
  }
  return found;
}

/** Code that is given a role hands it to a service. */
function isHandedToCode(role: Resource, { mentions }: Around): boolean {
  return mentions.of(role).some(({ from, path }) => isFunction(from) && /^Environment\b/.test(path));
}

/** Only those that services of this account may take: of others it can't be seen who does. */
function judgeRole(role: Resource, around: Around): readonly Finding[] {
  const { mentions, isExported, functions, written } = around;
  const trust = policyDocument(role.at("AssumeRolePolicyDocument"));
  const isOwn =
    trust.open === undefined &&
    trust.statements.length > 0 &&
    trust.statements.every(
      ({ principals }) => principals.length > 0 && principals.every(({ type }) => type === "Service"),
    );
  if (!isOwn || role.onlyIf !== undefined || role.madeFor !== undefined) return [];
  if (
    mentions.usesOf(role).length > 0 ||
    isHandedToCode(role, around) ||
    isExported(role) ||
    written.of(role) !== undefined
  )
    return [answer(roleIsAssumed, role, true, "")];
  const passes = { service: "iam", actions: /^iam:PassRole$/, examples: ["iam:PassRole"] };
  const use = codeUse(role, passes, functions, around);
  if (use.kind === "open") {
    const { because, spot } = use.doubt;
    return [{ rule: roleIsAssumed, resource: role, kind: "unknown", because, position: positionOf(spot) }];
  }
  if (use.kind === "used") return [answer(roleIsAssumed, role, true, "")];
  const about = { rule: roleIsAssumed, resource: role, position: positionOf(role.spot) };
  return [missing(around, about, "no function, service or output of the template names it")];
}

function answer(rule: Fact, resource: Resource, holds: boolean, because: string): Finding {
  return {
    rule,
    resource,
    kind: holds ? "pass" : "fail",
    because: holds ? "the template names it where it is used" : because,
    position: positionOf(resource.spot),
  };
}
