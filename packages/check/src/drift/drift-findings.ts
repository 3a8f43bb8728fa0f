/** The findings of drift, each with what the template says and what runs. */
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Verdict } from "../graph/truth.ts";
import type { Finding } from "../judge/finding.ts";
import type { UnitFormat } from "../readers/read-unit.ts";
import type { Rule } from "../rules/rule.ts";
import { positionOf } from "../source/source-text.ts";
import type { Difference } from "./relation.ts";
import { resourceIsInATemplate, resourceIsThere, resourceMatchesItsTemplate } from "./facts.ts";
import type { Compared } from "./live-graph.ts";
import type { LiveResource, Snapshot } from "./live-resource.ts";
import { describeDifference } from "./show-difference.ts";

const NAMED_MAX = 5;
const NONE: ReadonlySet<string> = new Set();

export function foundFinding(resource: Resource, live: LiveResource): Finding {
  return {
    rule: resourceIsThere,
    resource,
    kind: "pass",
    because: `the account has it as ${live.name}`,
    position: positionOf(resource.spot),
  };
}

/** Undefined where a snapshot says nothing about the type and nobody would expect it to. */
export function missingFinding(
  resource: Resource,
  live: LiveResource | undefined,
  snapshot: Snapshot,
): Finding | undefined {
  if (!resource.type.startsWith("AWS::") || (live === undefined && !isAskedFor(resource, snapshot))) return undefined;
  const about = { rule: resourceIsThere, resource, position: positionOf(resource.spot) };
  if (live?.isGone === true) return { ...about, kind: "fail", because: "the account says that it was deleted" };
  if (resource.onlyIf !== undefined) {
    return { ...about, kind: "unknown", because: `whether it should be there depends on ${resource.onlyIf}` };
  }
  if (resource.madeFor !== undefined) {
    return { ...about, kind: "unknown", because: "a transform makes it, under a name that the template does not say" };
  }
  const isListed = snapshot.listed.has(resource.type);
  const isTold =
    snapshot.stackIds.size > 0 ||
    snapshot.resources.some(({ type, logicalId }) => type === resource.type && logicalId !== undefined);
  if (isListed && (isTold || hasWrittenName(resource))) {
    return { ...about, kind: "fail", because: `the snapshot lists every ${resource.type}, and this is none of them` };
  }
  return {
    ...about,
    kind: "unknown",
    because: isListed
      ? `none of the ${resource.type} in the snapshot says that it is this one`
      : "the snapshot does not show it, and does not list all of its type",
  };
}

/** Types of which the snapshot shows at least one: of others it was simply not taken. */
function isAskedFor({ type }: Resource, snapshot: Snapshot): boolean {
  return snapshot.listed.has(type) || snapshot.resources.some((live) => live.type === type);
}

function hasWrittenName(resource: Resource): boolean {
  return ["BucketName", "TableName", "QueueName", "TopicName", "FunctionName", "RoleName", "LogGroupName", "TrailName"]
    .concat(["DBInstanceIdentifier", "DBClusterIdentifier", "GroupName", "Name", "RepositoryName"])
    .some((path) => resource.at(path).text() !== undefined);
}

export function changedFindings(
  resource: Resource,
  { differences, unseen, open }: Compared,
  format: UnitFormat,
  hidden: ReadonlySet<string> = NONE,
): readonly Finding[] {
  const about = { rule: resourceMatchesItsTemplate, resource };
  if (differences.length > 0) {
    return differences.map((difference) => ({
      ...about,
      kind: "fail",
      because: describeDifference(difference, whatIsWritten(format), hidden),
      position: placeIn(difference, resource),
    }));
  }
  const position = positionOf(resource.spot);
  const reasons = [
    ...(unseen.length > 0 ? [`the snapshot does not show ${named(unseen)}`] : []),
    ...(open.length > 0 ? [`the template leaves ${named(open)} open`] : []),
  ];
  if (reasons.length > 0) return [{ ...about, kind: "unknown", because: reasons.join("; "), position }];
  return [{ ...about, kind: "pass", because: "all that the snapshot shows is as the template says", position }];
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED_MAX).join(", ");
  return paths.length > NAMED_MAX ? `${shown} and ${paths.length - NAMED_MAX} more` : shown;
}

/** In the template, where someone will look first. */
function placeIn({ expected }: Difference, resource: Resource) {
  return positionOf(expected.spot.source.file === resource.spot.source.file ? expected.spot : resource.spot);
}

/** The template is right, so that the rule's own remedy would be taken for a change of it. */
function mendOf(format: UnitFormat, file: string): string {
  return format.startsWith("terraform")
    ? "terraform apply    # the configuration is right: what runs is not"
    : `aws cloudformation deploy --template-file ${file} --stack-name NAME    # the template is right`;
}

export interface Running {
  readonly graph: Graph;
  readonly format: UnitFormat;
  /** What the rules say of the templates, and of what runs. */
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
  /** What was found to be changed. */
  readonly found: readonly Finding[];
  /** Policies that were put onto resources of the template. */
  readonly besides: readonly LiveResource[];
}

/** Rules that what runs fails and the template does not. What the template fails itself, `ward check` says of it. */
export function ruleFindings({ graph, format, before, after, found, besides }: Running): readonly Finding[] {
  const key = ({ rule, resource }: Finding): string => `${rule.id} ${resource.id}`;
  const answers = new Map(before.map((finding) => [key(finding), finding.kind]));
  const added = new Set(besides.map(({ type, name }) => `${type} ${name}`));
  const changed = new Set(
    found.flatMap(({ rule, kind, resource }) =>
      rule === resourceMatchesItsTemplate && kind === "fail" ? [resource.id] : [],
    ),
  );
  const what = whatIsWritten(format);
  return after.flatMap((finding): readonly Finding[] => {
    const answer = answers.get(key(finding));
    if ((finding.kind !== "fail" && finding.kind !== "error") || answer === "fail" || answer === "error") return [];
    const resource = graph.resource(finding.resource.id);
    if (!resource && !added.has(finding.resource.id)) return [];
    // A rule that had nothing to say has it now: of a change, or only of what the snapshot says more exactly.
    if (resource && answer === undefined && !changed.has(resource.id)) return [];
    const said = !resource
      ? "no template has it"
      : answer === "pass"
        ? `${what} passes`
        : answer === "unknown"
          ? `${what} leaves it open`
          : `${what} does not raise the question`;
    const because = `in the account, ${finding.because}; ${said}`;
    const own = resource ? { resource, mend: mendOf(format, resource.spot.source.file) } : {};
    return [{ ...finding, because, ...own }];
  });
}

/**
 * A resource of no template, and the rules that it fails by something that the snapshot shows of it. A rule that only
 * misses something may miss what the snapshot left out.
 */
export function unmanagedFindings(resource: Resource, graph: Graph, rules: readonly Rule[]): readonly Finding[] {
  const position = positionOf(resource.spot);
  const found: Finding[] = [
    {
      rule: resourceIsInATemplate,
      resource,
      kind: "fail",
      because: `the account has ${resource.name}, which no template here describes`,
      position,
    },
  ];
  for (const rule of rules.filter(({ types }) => types.includes(resource.type))) {
    const verdict = asked(rule, resource, graph);
    if (verdict instanceof Error) {
      found.push({ rule, resource, kind: "error", because: `the rule broke: ${verdict.message}`, position });
      continue;
    }
    if (verdict === "notApplicable" || verdict.outcome !== "fail" || verdict.spot === undefined) continue;
    const isWritten = verdict.spot !== resource.spot && verdict.spot.source === resource.spot.source;
    if (isWritten) {
      found.push({
        rule,
        resource,
        kind: "fail",
        because: `in the account, ${verdict.because}`,
        position: positionOf(verdict.spot),
      });
    }
  }
  return found;
}

function asked(rule: Rule, resource: Resource, graph: Graph): Verdict | Error {
  try {
    return rule.judge(resource, graph);
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error("it threw");
  }
}

function whatIsWritten(format: UnitFormat): string {
  return format.startsWith("terraform") ? "the configuration" : "the template";
}
