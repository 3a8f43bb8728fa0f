/**
 * Conditions of a policy (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html)
 * asked of what is known about a request. A key that nothing is known about leaves the answer open: of a request that does
 * not exist yet, what it will not carry is not known either.
 */
import { covers, isOpen, type Cover } from "../resources/symbol.ts";
import type { RuleCondition } from "./rule.ts";

/** Values of condition keys, in lower case. */
export type Context = ReadonlyMap<string, readonly string[]>;

type Compare = (value: string, wanted: string) => Cover;

export function conditionsHold(conditions: readonly RuleCondition[], context: Context): Cover {
  const answers = conditions.map((condition) => holds(condition, context));
  return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
}

function holds({ operator, key, values }: RuleCondition, context: Context): Cover {
  const [, quantifier, name = "", ifExists] = /^(ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const known = context.get(key);
  if (name === "Null") {
    // The key is there, so Null is false.
    return known === undefined ? "maybe" : values.some((value) => value.toLowerCase() === "false") ? "yes" : "no";
  }
  if (known === undefined) return "maybe";
  const compare = OPERATORS[name];
  if (compare === undefined) return "maybe";
  const isNegative = name.includes("Not");
  const answers = known.map((value) => {
    const each = values.map((wanted) => compare(value, wanted));
    // One of the wanted for what should match, none of them for what should not.
    return isNegative ? least(each) : most(each);
  });
  if (answers.length === 0) return quantifier === "ForAllValues:" || ifExists !== undefined ? "yes" : "no";
  return quantifier === "ForAllValues:" ? least(answers) : most(answers);
}

const OPERATORS: Readonly<Record<string, Compare | undefined>> = {
  StringEquals: exact,
  StringNotEquals: not(exact),
  StringEqualsIgnoreCase: (value, wanted) => exact(value.toLowerCase(), wanted.toLowerCase()),
  StringNotEqualsIgnoreCase: not((value, wanted) => exact(value.toLowerCase(), wanted.toLowerCase())),
  StringLike: (value, wanted) => covers(wanted, value),
  StringNotLike: not((value, wanted) => covers(wanted, value)),
  ArnEquals: (value, wanted) => covers(wanted, value),
  ArnLike: (value, wanted) => covers(wanted, value),
  ArnNotEquals: not((value, wanted) => covers(wanted, value)),
  ArnNotLike: not((value, wanted) => covers(wanted, value)),
  Bool: (value, wanted) => exact(value.toLowerCase(), wanted.toLowerCase()),
  NumericEquals: number((value, wanted) => value === wanted),
  NumericNotEquals: number((value, wanted) => value !== wanted),
  NumericLessThan: number((value, wanted) => value < wanted),
  NumericLessThanEquals: number((value, wanted) => value <= wanted),
  NumericGreaterThan: number((value, wanted) => value > wanted),
  NumericGreaterThanEquals: number((value, wanted) => value >= wanted),
};

/** Letters count; `*` is a letter here unless a part of the text is open. */
function exact(value: string, wanted: string): Cover {
  if (value === wanted) return "yes";
  return isOpen(value) || isOpen(wanted) || value.includes("${") || wanted.includes("${") ? "maybe" : "no";
}

function not(compare: Compare): Compare {
  return (value, wanted) => {
    const answer = compare(value, wanted);
    return answer === "yes" ? "no" : answer === "no" ? "yes" : "maybe";
  };
}

function number(compare: (value: number, wanted: number) => boolean): Compare {
  return (value, wanted) => {
    const [one, other] = [Number(value), Number(wanted)];
    if (Number.isNaN(one) || Number.isNaN(other)) return "maybe";
    return compare(one, other) ? "yes" : "no";
  };
}

function most(answers: readonly Cover[]): Cover {
  return answers.includes("yes") ? "yes" : answers.includes("maybe") ? "maybe" : "no";
}

function least(answers: readonly Cover[]): Cover {
  return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
}
