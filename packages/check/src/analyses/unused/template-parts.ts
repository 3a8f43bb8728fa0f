/** Parameters, conditions and mappings that a template defines and never names again. CloudFormation and SAM only. */
import type { Finding, Subject } from "../../judge/finding.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { rawAt, type RawNode } from "../../source/raw-node.ts";
import { positionOf, type SourceText } from "../../source/source-text.ts";
import { documentsOf, referencesIn, textsIn } from "./exports.ts";
import { partIsReferenced } from "./facts.ts";

const SECTIONS = [
  ["Parameters", "parameter"],
  ["Conditions", "condition"],
  ["Mappings", "mapping"],
] as const;
/** Whatever else a macro makes of the template, it may use any part of it. */
const KNOWN_TRANSFORM = /^AWS::(Serverless-2016-10-31|LanguageExtensions|SecretsManager-.*)$/;
/** CDK writes these into every template. */
const OF_TOOLS = /^(BootstrapVersion|CDKMetadataAvailable)$/;

export function judgeTemplateParts(unit: Unit): readonly Finding[] {
  if (unit.format !== "cloudformation") return [];
  return documentsOf(unit).flatMap(([source, root]) => {
    if (root.kind !== "map" || !rawAt(root, "Resources") || hasMacro(root)) return [];
    const used = namesUsed(root);
    return SECTIONS.flatMap(([section, type]) => {
      const node = rawAt(root, section);
      if (node?.kind !== "map") return [];
      return node.entries.flatMap(({ key, keyOffset }) =>
        OF_TOOLS.test(key) || key.startsWith("Fn::")
          ? []
          : [finding(key, type, { source, offset: keyOffset }, used.has(key))],
      );
    });
  });
}

function hasMacro(root: RawNode): boolean {
  const transform = rawAt(root, "Transform");
  const named = transform ? [...textsIn(transform)] : [];
  return (
    named.some((name) => !KNOWN_TRANSFORM.test(name)) || transform?.kind === "map" || JSON_MACRO.test(keysOf(root))
  );
}
const JSON_MACRO = /(^|,)Fn::Transform(,|$)/;

function keysOf(node: RawNode): string {
  const keys: string[] = [];
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === "list") waiting.push(...at.items);
    else if (at.kind === "map") {
      for (const { key, node: child } of at.entries) {
        keys.push(key);
        waiting.push(child);
      }
    }
  }
  return keys.join();
}

/** Metadata says how a console shows parameters, which is no use of them. */
function namesUsed(root: RawNode & { readonly kind: "map" }): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { key, node } of root.entries) {
    if (key === "Metadata" || key === "Mappings") continue;
    if (key !== "Parameters") for (const name of referencesIn(node)) used.add(name);
    // Conditions of rules, loops and resources are named by plain texts.
    if (key === "Resources" || key === "Outputs" || key === "Rules" || key === "Conditions") {
      for (const text of conditionTexts(node)) used.add(text);
    }
  }
  return used;
}

function* conditionTexts(node: RawNode): Generator<string> {
  if (node.kind === "list") for (const item of node.items) yield* conditionTexts(item);
  else if (node.kind === "map") {
    for (const { key, node: child } of node.entries) {
      if (key === "Condition" && child.kind === "scalar" && typeof child.value === "string") yield child.value;
      if (key.startsWith("Fn::ForEach")) yield* textsIn(child);
      yield* conditionTexts(child);
    }
  }
}

function finding(
  name: string,
  type: string,
  spot: { readonly source: SourceText; readonly offset: number },
  isUsed: boolean,
): Finding {
  const resource: Subject = { id: `${type} ${name}`, name, type, spot };
  return {
    rule: partIsReferenced,
    resource,
    kind: isUsed ? "pass" : "fail",
    because: isUsed ? `the template names ${name}` : `no resource, condition, rule or output names ${name}`,
    position: positionOf(spot),
  };
}
