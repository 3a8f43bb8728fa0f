/**
 * Needs as the statements of a policy: one a set of resources, actions in order, what is the same said once. INVARIANT: the
 * same needs make the same statements, so that a second run changes nothing.
 */
import { serviceOfAction, type Condition, type Need } from "../actions/need.ts";
import { ownEntry } from "../../../source/own-entry.ts";
import type { Stack } from "../resources/stack.ts";
import { namedType } from "../resources/resource-types.ts";

export interface PlannedStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly isNotResources?: true;
  readonly conditions: readonly Condition[];
}

/** Services as people write them. */
const TITLES: Readonly<Record<string, string>> = {
  "cognito-idp": "Cognito",
  dynamodb: "DynamoDB",
  ec2: "Network",
  elasticfilesystem: "Files",
  iam: "Roles",
  kms: "KMS",
  ses: "SES",
  sns: "SNS",
  sqs: "SQS",
  ssm: "SSM",
  sts: "STS",
  xray: "XRay",
};

interface Power {
  readonly action: string;
  readonly resource: string;
  readonly except: readonly string[];
  readonly conditions: readonly Condition[];
}

export function statementsOf(needs: readonly Need[], stack: Stack): readonly PlannedStatement[] {
  const powers = withoutCovered(distinct(needs.flatMap(powersOf)));
  const byResource = Map.groupBy(powers, ({ action, resource, except, conditions }) =>
    JSON.stringify([serviceOfAction(action), resource, except, conditions]),
  );
  // Resources that the same actions are needed on go together.
  const byActions = Map.groupBy([...byResource.values()], (same) => {
    const [first] = same;
    return JSON.stringify([same.map(({ action }) => action).toSorted(), first?.except, first?.conditions]);
  });
  const statements = [...byActions.values()].map((groups) => {
    const all = groups.flat();
    const [first] = all;
    const except = first?.except ?? [];
    return {
      actions: [...new Set(all.map(({ action }) => action))].toSorted(),
      resources: except.length > 0 ? except : [...new Set(all.map(({ resource }) => resource))].toSorted(),
      ...(except.length > 0 ? { isNotResources: true as const } : {}),
      conditions: first?.conditions ?? [],
    };
  });
  const sids = new Map<string, number>();
  return statements
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .map((statement) => {
      const wanted = sidOf(statement.actions, statement.isNotResources ? [] : statement.resources, stack);
      const count = (sids.get(wanted) ?? 0) + 1;
      sids.set(wanted, count);
      return { sid: count === 1 ? wanted : `${wanted}${count}`, ...statement };
    });
}

function powersOf({ action, resources, except = [], conditions = [] }: Need): readonly Power[] {
  return resources.map((resource) => ({ action, resource, except, conditions }));
}

function distinct(powers: readonly Power[]): readonly Power[] {
  return [...new Map(powers.map((power) => [JSON.stringify(power), power])).values()];
}

/** `Bucket/reports/*` says nothing beside `Bucket/*`. */
function withoutCovered(powers: readonly Power[]): readonly Power[] {
  return powers.filter(
    (power) =>
      power.except.length > 0 ||
      power.conditions.length > 0 ||
      !powers.some(
        (other) =>
          other !== power &&
          other.action === power.action &&
          other.except.length === 0 &&
          other.conditions.length === 0 &&
          isWithin(power.resource, other.resource),
      ),
  );
}

function isWithin(text: string, pattern: string): boolean {
  return (
    text !== pattern &&
    (pattern === "*" ||
      (pattern.endsWith("/*") && !pattern.slice(0, -1).includes("*") && text.startsWith(pattern.slice(0, -1))))
  );
}

function keyOf({ actions, resources }: Pick<PlannedStatement, "actions" | "resources">): string {
  return JSON.stringify([serviceOfAction(actions[0] ?? ""), resources, actions]);
}

/** `DynamodbOrders`, `S3Reports`, `LogsAll`: letters and digits, as a sid must be. */
function sidOf(actions: readonly string[], resources: readonly string[], stack: Stack): string {
  const prefix = serviceOfAction(actions[0] ?? "");
  const service = ownEntry(TITLES, prefix) ?? words(prefix);
  const [first] = resources;
  const owner = first === undefined ? undefined : stack.resourceOf(first);
  const named = owner && namedType(owner.type) ? words(owner.id.replace(/^.*[./]/, "")) : "";
  if (resources.length === 1 || resources.every((text) => stack.resourceOf(text) === owner))
    return `${service}${named}`;
  return service;
}

function words(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
