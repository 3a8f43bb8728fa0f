/** The powers that a function's calls need: the action of each call's name unless a table says otherwise, on what it names. */
import { positionOf } from "../../../source/source-text.ts";
import type { Step } from "../../../judge/finding.ts";
import type { CodeValue } from "../../../code/contract.ts";
import type { ApiCall, UnseenCalls } from "../sdk/api-call.ts";
import { serviceOfClient } from "../sdk/services.ts";
import type { Spoken, Surroundings } from "../resources/spoken.ts";
import { aliasCondition, exceptionOf } from "./exceptions.ts";
import type { Use } from "./exceptions/use.ts";
import { serviceFacts } from "./iam-facts.ts";
import type { Need, Origin } from "./need.ts";
import { Request } from "./request.ts";
import { targetOf } from "./targets.ts";

export interface NeedsOfCalls {
  readonly needs: readonly Need[];
  /** Calls that no action is known for. */
  readonly unseen: readonly UnseenCalls[];
}

export function needsOfCalls(calls: readonly ApiCall[], around: Surroundings): NeedsOfCalls {
  const needs: Need[] = [];
  const unseen: UnseenCalls[] = [];
  for (const api of calls) {
    const request = new Request(api, serviceOfClient(api.client), around);
    const uses = exceptionOf(request) ?? byName(request);
    if (uses === undefined) {
      const reason = `no action is known that ${api.operation} of ${api.client} asks for`;
      unseen.push({ services: [request.service], reason, spot: api.call.spot, stack: api.call.stack });
      continue;
    }
    const because = originOf(api);
    needs.push(...[...uses, ...rolesPassed(request)].map((use) => needOf(request, use, because)));
  }
  return { needs, unseen };
}

function byName(request: Request): readonly Use[] | undefined {
  const facts = serviceFacts(request.service);
  const { operation } = request.api;
  const named = facts?.action(operation);
  if (!facts || !named) return undefined;
  return [{ action: named.name, ...(request.service === "kms" ? aliasCondition(request) : {}) }];
}

function needOf(request: Request, use: Use, because: Origin): Need {
  const [service = "", name = ""] = use.action.includes(":") ? use.action.split(":") : [request.service, use.action];
  const target = use.on ?? targetByName(request, service, name);
  const texts = [...new Set(target.texts)];
  return {
    action: `${service}:${name}`,
    resources: texts.length === 0 ? ["*"] : texts,
    because,
    operation: request.api.operation,
    ...(use.except ? { except: use.except } : {}),
    ...(use.conditions && use.conditions.length > 0 ? { conditions: use.conditions } : {}),
    ...(target.open === undefined ? {} : { open: target.open }),
    ...(target.isOneOf === true ? { isOneOf: true } : {}),
  };
}

function targetByName(request: Request, service: string, name: string): Spoken {
  const facts = serviceFacts(service);
  const action = facts?.action(name);
  return facts && action ? targetOf(request, action, facts) : { texts: ["*"] };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html: whoever gives a role to a service must be allowed to. */
const ROLE_FIELD =
  /^(role|roleArn|executionRoleArn|taskRoleArn|dataAccessRoleArn|serviceRole|iamRoleArn|jobRole|roleARN|serviceRoleArn)$/i;
const PASSES_NONE = new Set(["sts", "iam", "cognito-identity", "rds-db", "s3"]);

function rolesPassed(request: Request): readonly Use[] {
  if (PASSES_NONE.has(request.service)) return [];
  const roles = [...rolesWithin(request.api.input, 4)]
    .map((value) => request.say(value))
    .filter(({ texts }) => texts.length > 0);
  const tasks =
    request.service === "ecs" && /^(RunTask|StartTask)$/.test(request.api.operation) ? rolesOfTask(request) : [];
  return [
    ...roles.map((said): Use => ({ action: "iam:PassRole", on: request.arns("iam::A:role/{}", said) })),
    ...(tasks.length === 0 ? [] : [{ action: "iam:PassRole", on: { texts: tasks } }]),
  ];
}

function* rolesWithin(value: CodeValue | undefined, depth: number): Generator<CodeValue> {
  if (value === undefined || depth === 0) return;
  if (value.kind === "object" && value.isCycle !== true) {
    for (const [key, child] of value.entries) {
      if (ROLE_FIELD.test(key) && child.kind !== "object") yield child;
      else yield* rolesWithin(child, depth - 1);
    }
  } else if (value.kind === "list" && value.isCycle !== true) {
    for (const item of value.items) yield* rolesWithin(item, depth - 1);
  }
}

/** A task runs with the roles that its definition names. */
function rolesOfTask(request: Request): readonly string[] {
  const { stack } = request.around;
  const arns = request.arns("ecs:R:A:task-definition/{}", request.text("taskDefinition")).texts;
  return arns.flatMap((arn) => {
    const definition = stack.resourceOf(arn);
    if (definition?.type !== "AWS::ECS::TaskDefinition") return [];
    return ["TaskRoleArn", "ExecutionRoleArn"].flatMap((path) => stack.symbols(definition.at(path).value));
  });
}

function originOf({ client, operation, call, how }: ApiCall): Origin {
  const words = `the code calls ${operation} of ${client}${how === undefined ? "" : ` (${how})`}`;
  return { text: words, spot: call.spot, steps: () => stepsTo(call, `calls ${operation} of ${client}`) };
}

/** The way from the handler to a call, for people. */
export function stepsTo({ spot, stack }: Pick<UnseenCalls, "spot" | "stack">, last: string): readonly Step[] {
  const way = stack.map((step): Step => ({
    position: positionOf(step.spot),
    text: {
      handler: `the handler ${step.name}`,
      call: `calls ${step.name}`,
      callback: `is called back: ${step.name}`,
      module: `loads ${step.name}`,
    }[step.kind],
  }));
  return [...way, { position: positionOf(spot), text: last }];
}
