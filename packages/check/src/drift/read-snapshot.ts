/**
 * A snapshot of an account from files of JSON: answers of AWS's CLI one after the other or in a list, AWS Config's items,
 * Cloud Control's resources, CloudFormation's own findings of drift. Each part is told by what it holds. A part that is
 * none of them, or that does not say what it is of, is a problem with its place; the rest is read all the same.
 */
import type { Value } from "../graph/value.ts";
import type { SourceProblem, SourceText } from "../source/source-text.ts";
import { lookUp } from "./live-value.ts";
import { mergeFragments, type LiveResource, type Snapshot } from "./live-resource.ts";
import { isConfigAnswer, readConfigItems, typesListed } from "./read-config-items.ts";
import { readCloudControl, readStackDrifts, readStackIds } from "./read-stack-answers.ts";
import { answersIn } from "./separate-answers.ts";
import { SHAPES } from "./shapes/catalog.ts";
import { oneInlinePolicy } from "./shapes/identity.ts";
import { fitsShape, readShape, type Shape } from "./shapes/shape.ts";

/** Answers nested in lists of answers; deeper is none of ours. */
const LISTS_MAX = 4;
/** A file of many answers that are all strangers is said once, not a thousand times. */
const PROBLEMS_MAX = 20;

interface Collected {
  readonly resources: LiveResource[];
  readonly stackIds: Map<string, string>;
  readonly listed: Set<string>;
  readonly problems: SourceProblem[];
}

export function readSnapshot(sources: readonly SourceText[]): Snapshot {
  const collected: Collected = { resources: [], stackIds: new Map(), listed: new Set(), problems: [] };
  for (const source of sources) {
    for (const answer of answersIn(source, collected.problems)) collect(answer, collected, 0);
  }
  const { resources, stackIds, listed } = collected;
  return {
    resources: mergeFragments(resources.map(withNames)),
    stackIds,
    listed,
    problems: collected.problems.slice(0, PROBLEMS_MAX),
  };
}

function collect(answer: Value, collected: Collected, depth: number): void {
  if (answer.kind === "list" && depth < LISTS_MAX) {
    for (const one of answer.items) collect(one, collected, depth + 1);
    return;
  }
  if (answer.kind !== "map") {
    report(
      answer,
      "an answer of AWS's CLI, an item of AWS Config or a resource of Cloud Control was expected",
      collected,
    );
    return;
  }
  const ids = readStackIds(answer);
  if (ids) {
    for (const [logical, physical] of ids) collected.stackIds.set(logical, physical);
    return;
  }
  const own = readStackDrifts(answer) ?? readCloudControl(answer);
  if (own) collected.resources.push(...own);
  else if (isConfigAnswer(answer)) {
    collected.resources.push(...readConfigItems(answer));
    for (const type of typesListed(answer)) collected.listed.add(type);
  } else collectShapes(answer, collected);
}

function collectShapes(answer: Value, collected: Collected): void {
  const fitting = SHAPES.filter((shape) => fitsShape(shape, answer));
  if (fitting.length === 0) {
    const keys = answer.kind === "map" ? [...answer.entries.keys()].slice(0, 4).join(", ") : "";
    report(
      answer,
      `none of the answers that are read (it has ${keys === "" ? "nothing" : keys.slice(0, 80)})`,
      collected,
    );
    return;
  }
  for (const shape of fitting) {
    const read = readShape(shape, answer).map((live) => withInlinePolicy(live, answer));
    collected.resources.push(...read);
    if (shape.isList === true && lookUp(answer, "NextToken") === undefined) collected.listed.add(shape.type);
    if (read.length === 0 && shape.at === "") report(answer, namelessMessage(shape), collected);
  }
}

function namelessMessage({ type, identifiers }: Shape): string {
  return `it does not say which ${type} it is of: put "${identifiers[0] ?? "Name"}": "its name" beside it`;
}

/** Of a role's one policy the answer is the policy itself. */
function withInlinePolicy(live: LiveResource, answer: Value): LiveResource {
  if (live.type !== "AWS::IAM::Role" || lookUp(answer, "PolicyDocument") === undefined) return live;
  const entries = new Map(live.properties.entries).set("Policies", oneInlinePolicy(answer));
  return { ...live, properties: { ...live.properties, entries } };
}

function report({ spot }: Value, message: string, { problems }: Collected): void {
  problems.push({ spot, message });
}

/** What an ARN or URL ends with is a name as well. */
function withNames(live: LiveResource): LiveResource {
  const identifiers = new Set(live.identifiers);
  for (const one of live.identifiers) {
    const tail = nameIn(one);
    if (tail !== undefined && tail !== "") identifiers.add(tail);
  }
  const name = nameIn(live.name) ?? live.name;
  return { ...live, identifiers, name };
}

function nameIn(identifier: string): string | undefined {
  if (identifier.startsWith("arn:")) {
    const rest = identifier.split(":").slice(5).join(":").replace(/:\*$/, "");
    return rest.startsWith("log-group:") ? rest.slice("log-group:".length) : /[^:/]*$/.exec(rest)?.[0];
  }
  return /^https?:\/\/.*\/([^/]+)$/.exec(identifier)?.[1];
}
