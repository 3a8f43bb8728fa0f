/** Statements of policies as symbols, comparable with what code needs: of the template's own and of AWS's. */
import type { Property } from "../../../graph/property.ts";
import type { PolicyDocument, Statement } from "../../../graph/policy-document.ts";
import type { Spot } from "../../../source/source-text.ts";
import type { Stack } from "../resources/stack.ts";
import { openSymbol } from "../resources/symbol.ts";

export interface RuleCondition {
  readonly operator: string;
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface PolicyRule {
  readonly effect: "Allow" | "Deny";
  /** Actions that it is about, or, negated, that it is not about. */
  readonly actions: readonly string[];
  readonly isNotActions?: true;
  readonly resources: readonly string[];
  readonly isNotResources?: true;
  readonly conditions: readonly RuleCondition[];
  /** Why it may not be there at deployment. */
  readonly onlyIf?: string;
  readonly spot: Spot;
  /** What it stands in, for people: `its inline policy`, `AWSLambdaBasicExecutionRole`. */
  readonly where: string;
  /** AWS's own policy that it is of. */
  readonly managed?: string;
  /** A transform adds it by itself. */
  readonly isMade?: true;
}

export function rulesOf(document: PolicyDocument, stack: Stack, where: string): readonly PolicyRule[] {
  return document.statements.map((statement) => ruleOf(statement, stack, where));
}

export function ruleOf(statement: Statement, stack: Stack, where: string): PolicyRule {
  const { property } = statement;
  const negatesActions = !property.at("NotAction").isAbsent;
  const negatesResources = !property.at("NotResource").isAbsent;
  const resources = property.at(negatesResources ? "NotResource" : "Resource");
  const { outcome } = statement.isAllow();
  const depends = statement.onlyIf ?? (outcome === "unknown" ? "its effect" : undefined);
  return {
    effect: outcome === "fail" ? "Deny" : "Allow",
    actions: textsOf(property.at(negatesActions ? "NotAction" : "Action"), stack),
    ...(negatesActions ? { isNotActions: true } : {}),
    // A resource's own policy may leave it out: it means the resource.
    resources: resources.isAbsent ? ["*"] : textsOf(resources, stack),
    ...(negatesResources ? { isNotResources: true } : {}),
    conditions: statement.conditions.map(({ operator, key, values }) => ({
      operator,
      key,
      values: textsOf(values, stack),
    })),
    ...(depends === undefined ? {} : { onlyIf: depends }),
    spot: statement.spot,
    where,
  };
}

function textsOf({ value }: Property, stack: Stack): readonly string[] {
  const texts =
    value.kind === "list" && value.open !== undefined
      ? [...stack.symbols(value), openSymbol(value.open)]
      : stack.symbols(value);
  return texts.map((text) => text.replaceAll(POLICY_VARIABLE, openSymbol("a policy variable")));
}

/** `${aws:PrincipalTag/team}`, which IAM fills in; not `${AWS::Region}`, which CloudFormation does. */
const POLICY_VARIABLE = /[$&]\{(?:aws|saml|cognito-identity|www|graph|accounts|ec2|s3):(?!:)[^}]*\}/gi;
