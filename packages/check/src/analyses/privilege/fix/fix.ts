/**
 * The smallest policy for a role, and the change that brings it there. INVARIANT: what is written is asked of our own
 * evaluator first: it allows every need, and grants nothing that no need names; otherwise nothing is proposed.
 */
import type { Resource } from "../../../graph/resource.ts";
import type { Unit } from "../../../readers/read-unit.ts";
import type { Edit, Patch } from "../../patch.ts";
import { serviceOfAction, type Need } from "../actions/need.ts";
import type { FunctionPrivileges } from "../function-privileges.ts";
import { contextOf, isForPurpose } from "../policy/compare.ts";
import { evaluate, type Policies } from "../policy/evaluate.ts";
import type { Purpose } from "../policy/managed-policies.ts";
import type { RoleGrants } from "../policy/role-grants.ts";
import type { PolicyRule } from "../policy/rule.ts";
import type { Stack } from "../resources/stack.ts";
import { covers, overlaps } from "../resources/symbol.ts";
import { cdkPathOf, cdkSnippet } from "./cdk.ts";
import { asYaml, sayInTemplate, statementData, type Written } from "./render.ts";
import { statementsOf, type PlannedStatement } from "./statements.ts";
import { TemplateEdits } from "./template-edits.ts";
import { policyHcl, terraformPatches } from "./terraform.ts";

export interface FixInput {
  readonly role: Resource;
  readonly grants: RoleGrants;
  readonly functions: readonly FunctionPrivileges[];
  readonly purposes: ReadonlySet<Purpose>;
  readonly stack: Stack;
  readonly unit: Unit;
  /** Nothing else acts with the role. */
  readonly isSure: boolean;
}

export interface Fix {
  /** The whole policy, for people. */
  readonly minimal: string | undefined;
  /** Statements for these alone, to be added. */
  statementsFor(needs: readonly Need[]): string | undefined;
  patches(): readonly Patch[];
}

const NO_FIX: Fix = { minimal: undefined, statementsFor: () => undefined, patches: () => [] };

export function fixOf(input: FixInput): Fix {
  const { functions } = input;
  const unseen = functions.flatMap((one) => one.unseen);
  const isWhole = input.isSure && !unseen.some(({ services }) => services === "any");
  const concerned = new Set(unseen.flatMap(({ services }) => (services === "any" ? [] : services)));
  const kept = keptRules(input);
  const needs = functions.flatMap((one) => one.needs).map((need) => narrowed(need, input.grants));
  const written = statementsOf(notGranted(needs, kept, input.grants), input.stack);
  const carried = carriedOver(
    input.grants.identity.filter((rule) => !kept.includes(rule)),
    concerned,
  );
  const statements = [...written, ...carried];
  if (!isExact(written, needs, kept, input.grants)) return NO_FIX;
  const render = (some: readonly PlannedStatement[]): string | undefined =>
    some.length === 0 ? undefined : rendered(some, input);
  return {
    minimal: minimalOf(render(statements), isWhole, input),
    statementsFor: (some) =>
      render(
        statementsOf(
          some.map((need) => narrowed(need, input.grants)),
          input.stack,
        ),
      ),
    patches: () => (isWhole ? patchesOf(input, statements, kept) : []),
  };
}

/** Where something may need more, the policy says that it is as far as could be seen. */
function minimalOf(text: string | undefined, isWhole: boolean, { role, unit }: FixInput): string | undefined {
  if (text === undefined || isWhole) return text;
  return `${cdkPathOf(role) !== undefined && unit.format === "cloudformation" ? "//" : "#"} as far as could be seen\n${text}`;
}

/** What stays as it is: AWS's policies for what Lambda does, and what a transform adds by itself. */
function keptRules({ grants, purposes }: FixInput): readonly PolicyRule[] {
  return grants.identity.filter(
    (rule) => rule.isMade === true || rule.effect === "Deny" || isForPurpose(rule, purposes),
  );
}

/** Each resource of a need that nothing grants which stays. */
function notGranted(needs: readonly Need[], kept: readonly PolicyRule[], grants: RoleGrants): readonly Need[] {
  const policies: Policies = {
    identity: kept.filter(({ effect }) => effect === "Allow"),
    resource: grants.resource,
    boundary: undefined,
    open: [],
  };
  return needs.flatMap((need) => {
    const context = contextOf(need);
    const resources = need.resources.filter(
      (resource) => evaluate({ action: need.action, resource, context }, policies).kind !== "allowed",
    );
    if (resources.length === 0 || (need.isOneOf === true && resources.length < need.resources.length)) return [];
    return [{ ...need, resources }];
  });
}

/** What is known at run time only stays within what is granted today: that has been enough. */
function narrowed(need: Need, { identity }: RoleGrants): Need {
  if (need.open === undefined) return need;
  const granted = identity.filter(
    (rule) =>
      rule.effect === "Allow" &&
      !rule.isNotActions &&
      !rule.isNotResources &&
      rule.actions.some((action) => action.toLowerCase() === need.action.toLowerCase()),
  );
  const resources = need.resources.flatMap((resource) => {
    if (!resource.includes("*")) return [resource];
    const within = granted.flatMap((rule) =>
      rule.resources.filter(
        (pattern) => !pattern.includes("${?") && pattern !== resource && covers(resource, pattern) === "yes",
      ),
    );
    return within.length === 0 ? [resource] : within;
  });
  return { ...need, resources: [...new Set(resources)] };
}

/** Statements for services of which not all is seen are left as they are. */
function carriedOver(rules: readonly PolicyRule[], concerned: ReadonlySet<string>): readonly PlannedStatement[] {
  return rules.flatMap((rule, index): readonly PlannedStatement[] => {
    const actions = rule.actions.flatMap((action) => {
      if (action === "*") return [...concerned].map((service) => `${service}:*`);
      return concerned.has(serviceOfAction(action)) ? [action] : [];
    });
    if (
      actions.length === 0 ||
      rule.isNotActions ||
      rule.isNotResources ||
      rule.effect === "Deny" ||
      rule.conditions.length > 0
    )
      return [];
    return [{ sid: `Unseen${index === 0 ? "" : index}`, actions, resources: rule.resources, conditions: [] }];
  });
}

/** The simulation: every need is allowed by what is written and what stays, and no statement names what none needs. */
function isExact(
  written: readonly PlannedStatement[],
  needs: readonly Need[],
  kept: readonly PolicyRule[],
  grants: RoleGrants,
): boolean {
  const [first] = needs;
  if (!first) return written.length === 0;
  const rules = written.map((statement): PolicyRule => ({
    effect: "Allow",
    actions: statement.actions,
    resources: statement.resources,
    ...(statement.isNotResources ? { isNotResources: true } : {}),
    conditions: statement.conditions.map(({ operator, key, values }) => ({ operator, key: key.toLowerCase(), values })),
    spot: first.because.spot,
    where: "the policy that is proposed",
  }));
  const policies: Policies = {
    identity: [...kept.filter(({ effect }) => effect === "Allow"), ...rules],
    resource: grants.resource,
    boundary: undefined,
    open: [],
  };
  const allowsAll = needs.every((need) => {
    const answers = need.resources.map(
      (resource) => evaluate({ action: need.action, resource, context: contextOf(need) }, policies).kind === "allowed",
    );
    return need.isOneOf === true ? answers.includes(true) : answers.every((answer) => answer);
  });
  const grantsNoMore = written.every(({ actions, resources, isNotResources }) =>
    actions.every((action) => {
      const same = needs.filter((need) => need.action === action);
      return isNotResources === true
        ? same.some(({ except }) => except !== undefined)
        : resources.every((resource) => same.some((need) => need.resources.some((text) => overlaps(resource, text))));
    }),
  );
  return allowsAll && grantsNoMore;
}

function rendered(statements: readonly PlannedStatement[], { role, functions, stack, unit }: FixInput): string {
  if (unit.format === "terraform" || unit.format === "terraform-plan")
    return `policy = ${policyHcl(statements, stack, "")}`;
  const [first] = functions;
  if (first && cdkPathOf(role) !== undefined) return cdkSnippet(first.fn, statements, stack);
  return `Statement:${asYaml(
    statements.map((statement) => statementData(statement, sayer(stack, role))),
    "  ",
  )}`;
}

function sayer(stack: Stack, role: Resource): (symbol: string) => Written {
  const prefix = role.id.slice(0, role.id.lastIndexOf("/") + 1);
  return (symbol) => sayInTemplate(symbol, stack, prefix);
}

function patchesOf(
  input: FixInput,
  statements: readonly PlannedStatement[],
  kept: readonly PolicyRule[],
): readonly Patch[] {
  const { role, grants, stack, unit } = input;
  const dropped = [
    ...new Set(
      grants.identity.filter((rule) => rule.managed !== undefined && !kept.includes(rule)).map(({ spot }) => spot),
    ),
  ];
  if (unit.format === "terraform") return terraformPatches(grants, statements, dropped, stack);
  if (unit.format !== "cloudformation" || cdkPathOf(role) !== undefined) return [];
  const data = statements.map((statement) => statementData(statement, sayer(stack, role)));
  const edits = role.madeFor === undefined ? roleEdits(input, data, kept) : samEdits(input, data);
  return edits && edits.length > 0 ? [{ source: role.spot.source, edits }] : [];
}

/** SAM makes the role: its own part is the function's `Policies`. */
function samEdits({ role, grants }: FixInput, statements: readonly Written[]): readonly Edit[] | undefined {
  const template = new TemplateEdits(role.spot.source);
  // A policy that is not known here stands in the same list, and would go with the rest.
  if (grants.hasUnknown) return undefined;
  const owner = localId(role.madeFor ?? "");
  const edit = template.set(
    ["Resources", owner, "Properties"],
    "Policies",
    statements.length === 0 ? [] : [{ Version: "2012-10-17", Statement: statements }],
  );
  return edit ? [edit] : undefined;
}

function roleEdits(
  { role, grants }: FixInput,
  statements: readonly Written[],
  kept: readonly PolicyRule[],
): readonly Edit[] | undefined {
  const template = new TemplateEdits(role.spot.source);
  const id = localId(role.id);
  const own = grants.policies.filter(
    (policy) =>
      policy.type === "AWS::IAM::Policy" &&
      policy.at("Roles").items().length === 1 &&
      policy.spot.source === role.spot.source,
  );
  const document: Written = { Version: "2012-10-17", Statement: statements };
  const [home, ...others] = role.at("Policies").isAbsent ? own : [undefined, ...own];
  const name = role.at("Policies").items()[0]?.at("PolicyName").text() ?? `${id}Needs`;
  const edits: (Edit | undefined)[] = [];
  if (home && statements.length > 0)
    edits.push(template.set(["Resources", localId(home.id), "Properties"], "PolicyDocument", document));
  else if (home) edits.push(template.remove(["Resources"], localId(home.id)));
  else if (statements.length > 0 || !role.at("Policies").isAbsent) {
    edits.push(
      template.set(
        ["Resources", id, "Properties"],
        "Policies",
        statements.length === 0 ? [] : [{ PolicyName: name, PolicyDocument: document }],
      ),
    );
  }
  for (const other of others) if (other) edits.push(template.remove(["Resources"], localId(other.id)));
  const arns = role.at("ManagedPolicyArns").items();
  const stays = arns.map(({ spot }) => {
    const managed = grants.identity.filter((rule) => rule.managed !== undefined && rule.spot === spot);
    return managed.length === 0 || managed.some((rule) => kept.includes(rule));
  });
  if (stays.includes(false))
    edits.push(
      template.keepItems(["Resources", id, "Properties"], "ManagedPolicyArns", (index) => stays[index] !== false),
    );
  return edits.some((edit) => edit === undefined) ? undefined : edits.filter((edit) => edit !== undefined);
}

function localId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
