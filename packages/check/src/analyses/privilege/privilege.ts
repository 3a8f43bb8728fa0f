/**
 * Least privilege from code: what each function of the templates asks AWS for, joined with what its role grants. Reads
 * files through the input alone; each function's code is read within a budget, and what was given up is said.
 */
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeProject } from "../../code/contract.ts";
import { handlerOf } from "../../code/handler-of.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Finding } from "../../judge/finding.ts";
import type { Unit } from "../../readers/read-unit.ts";
import type { Analysis, AnalysisInput, AnalysisResult } from "../analysis.ts";
import type { Patch } from "../patch.ts";
import { FACTS } from "./facts.ts";
import { findingsOf, roleFinding, unreadFindings } from "./findings.ts";
import { fixOf } from "./fix/fix.ts";
import { functionPrivileges, type FunctionPrivileges } from "./function-privileges.ts";
import { findExcess, findMissing } from "./policy/compare.ts";
import { joinedGrants, roleGrants } from "./policy/role-grants.ts";
import { Stack } from "./resources/stack.ts";

export const analysis: Analysis = { facts: FACTS, run };

/** A function whose code was read, or why it was not. */
type Read =
  | { readonly fn: Resource; readonly privileges: FunctionPrivileges }
  | { readonly fn: Resource; readonly privileges: undefined; readonly reason: string };

export interface JudgedRole {
  readonly findings: readonly Finding[];
  readonly patches: readonly Patch[];
}

async function run(input: AnalysisInput): Promise<AnalysisResult> {
  const units = input.units.filter(({ graph }) => graph.ofType("AWS::Lambda::Function").some(mayBeOurs));
  if (units.length === 0) return { units: [] };
  const project = await codeProjectOf(input.files);
  const stacks = new Map(
    input.units.map((unit): [Unit, Stack] => [unit, new Stack(unit.graph, () => othersThan(unit, stacks))]),
  );
  const judged = units.map((unit) => ({ unit, ...judgeUnit(unit, input, project, stacks.get(unit)) }));
  return {
    units: judged.map(({ unit, findings }) => ({ unit, findings })),
    ...(input.options.wantsPatches === true ? { patches: judged.flatMap(({ patches }) => patches) } : {}),
  };
}

/** Every function of a template, by the role that it acts with. */
export function judgeUnit(
  unit: Unit,
  { files, options }: Pick<AnalysisInput, "files" | "options">,
  project: CodeProject,
  stack: Stack = new Stack(unit.graph),
): JudgedRole {
  const read = unit.graph
    .ofType("AWS::Lambda::Function")
    .filter(mayBeOurs)
    .map((fn): Read => {
      const place = handlerOf(fn, unit.graph, files);
      if (!place.found) return { fn, privileges: undefined, reason: place.reason };
      return { fn, privileges: functionPrivileges(fn, project.analyze(place.request), stack) };
    });
  const byRole = Map.groupBy(read, ({ fn }) => roleKey(fn, unit));
  const judged = [...byRole.values()].map((functions) => {
    const [first] = functions;
    const roles = functions.flatMap(({ fn }) => unit.graph.target(fn.at("Role")) ?? []);
    return judgeRole(first ? [...new Set(roles)] : [], functions, stack, unit, options.wantsPatches === true);
  });
  return { findings: judged.flatMap(({ findings }) => findings), patches: judged.flatMap(({ patches }) => patches) };
}

/**
 * Functions that act with one role. In serverless.yml the statements of the provider are one role for all functions, also
 * where each is read as having one of its own.
 */
function roleKey(fn: Resource, unit: Unit): string {
  const role = unit.graph.target(fn.at("Role"));
  if (unit.format !== "serverless" || role?.madeFor === undefined) return role?.id ?? "";
  const [policy] = role.at("Policies").items();
  const { spot } = policy?.at("PolicyDocument.Statement") ?? role;
  return policy?.at("PolicyName").text() === "Triggers" ? role.id : `${spot.source.file}:${spot.offset}`;
}

function judgeRole(
  roles: readonly Resource[],
  read: readonly Read[],
  stack: Stack,
  unit: Unit,
  wantsPatches: boolean,
): JudgedRole {
  const unread = read.flatMap((one) => (one.privileges === undefined ? [one] : []));
  const functions = read.flatMap((one) => (one.privileges === undefined ? [] : [one.privileges]));
  const unreadSaid = unread.flatMap(({ fn, reason }) => unreadFindings(fn, reason, fn.spot));
  const [role] = roles;
  if (role?.type !== "AWS::IAM::Role") {
    const reason = "its role is made elsewhere, so what it grants is not known";
    return {
      findings: [
        ...unreadSaid,
        ...functions.flatMap(({ fn }) => [
          ...unreadFindings(fn, reason, fn.at("Role").spot),
          roleFinding(fn, reason, fn.at("Role").spot),
        ]),
      ],
      patches: [],
    };
  }
  const grants = joinedGrants(roles.map((one) => roleGrants(one, stack)));
  const needs = functions.flatMap((one) => one.needs);
  const unseen = functions.flatMap((one) => one.unseen);
  const purposes = new Set(functions.flatMap((one) => [...one.purposes]));
  const excess = findExcess(needs, grants.identity, { stack, unseen, purposes });
  const [other] = grants.sharedWith;
  const [hidden] = unread;
  const others = lambdasOfOthers(role, stack, read);
  const doubt = hidden
    ? `what ${hidden.fn.name} needs, which has the same role, is not known, as ${hidden.reason}`
    : other
      ? `${other.name} acts with the same role`
      : others
        ? `${others.name}, which is not read, has the same role`
        : undefined;
  const fix = fixOf({ role, grants, functions, purposes, stack, unit, isSure: doubt === undefined });
  const findings = functions.flatMap((privileges) => {
    const missing = findMissing(privileges.needs, grants);
    const shares = functions.filter(({ fn }) => fn !== privileges.fn).map(({ fn }) => fn);
    const [open] = grants.open;
    return [
      ...findingsOf({
        privileges,
        missing,
        excess,
        shares,
        doubt,
        stack,
        minimal: fix.minimal,
        missingOnly: fix.statementsFor(missing.map(({ need }) => need)),
      }),
      roleFinding(privileges.fn, open === undefined ? undefined : `its role also has ${open}`, role.spot),
    ];
  });
  const isWrong = findings.some(({ kind }) => kind === "fail");
  return { findings: [...findings, ...unreadSaid], patches: wantsPatches && isWrong ? fix.patches() : [] };
}

/** The other templates, for one that imports. */
function othersThan(unit: Unit, stacks: ReadonlyMap<Unit, Stack>): readonly Stack[] {
  const [first] = unit.graph.resources;
  if (first?.spot.source.text.includes("ImportValue") !== true) return [];
  return [...stacks].flatMap(([other, stack]) => (other !== unit && other.format === "cloudformation" ? [stack] : []));
}

/** A function in another language with the same role. */
function lambdasOfOthers(role: Resource, stack: Stack, read: readonly Read[]): Resource | undefined {
  const known = new Set(read.map(({ fn }) => fn.id));
  return stack.graph
    .ofType("AWS::Lambda::Function")
    .find((fn) => !known.has(fn.id) && stack.graph.target(fn.at("Role")) === role);
}

/** JavaScript, as far as the template says. */
function mayBeOurs(fn: Resource): boolean {
  const runtime = fn.at("Runtime");
  return runtime.isAbsent ? !fn.at("Handler").isAbsent : runtime.matches(/^nodejs/).outcome !== "fail";
}
