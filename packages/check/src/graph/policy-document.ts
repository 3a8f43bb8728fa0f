/**
 * IAM policy documents, of roles, queues, keys and the rest, as statements that can be asked. A statement that a
 * condition of the template decides about is kept, marked with `onlyIf`: questions over statements take it as unknown.
 */
import type { Spot } from "../source/source-text.ts";
import { parseJsonText } from "./json-text.ts";
import { coversText } from "./pattern.ts";
import { Property } from "./property.ts";
import { all, any, fail, not, pass, truth, unknown, type Truth } from "./truth.ts";

/** Everyone, or, which AWS does not even accept, everyone's accounts. */
const ANYONE = /^\*$|^arn:aws[\w-]*:iam::\*/;

export interface PrincipalEntry {
  /** `AWS`, `Service`, `Federated`, `CanonicalUser`; a bare `"*"` is `AWS`. */
  readonly type: string;
  readonly who: Property;
}

export interface ConditionEntry {
  /** As written: `StringEquals`, `ForAnyValue:StringLike`, `BoolIfExists`. */
  readonly operator: string;
  /** Lower case: `aws:securetransport`. */
  readonly key: string;
  readonly values: Property;
}

export class Statement {
  readonly property: Property;
  readonly onlyIf: string | undefined;

  constructor(property: Property, onlyIf: string | undefined) {
    this.property = property;
    this.onlyIf = onlyIf;
  }

  get spot(): Spot {
    return this.property.spot;
  }

  get sid(): string | undefined {
    return this.property.at("Sid").text();
  }

  /** Without an Effect a statement is not valid; it is taken as an Allow, the worse of the two. */
  isAllow(): Truth {
    const effect = this.property.at("Effect");
    return effect.isAbsent ? pass("a statement without Effect", this.spot) : effect.equals("Allow");
  }

  isDeny(): Truth {
    return not(this.isAllow());
  }

  get actions(): readonly Property[] {
    return this.property.at("Action").items();
  }

  get notActions(): readonly Property[] {
    return this.property.at("NotAction").items();
  }

  get resources(): readonly Property[] {
    return this.property.at("Resource").items();
  }

  get notResources(): readonly Property[] {
    return this.property.at("NotResource").items();
  }

  get principals(): readonly PrincipalEntry[] {
    return principalsIn(this.property.at("Principal"));
  }

  get notPrincipals(): readonly PrincipalEntry[] {
    return principalsIn(this.property.at("NotPrincipal"));
  }

  get conditions(): readonly ConditionEntry[] {
    return this.property
      .at("Condition")
      .entries()
      .flatMap(([operator, keys]) =>
        keys.entries().map(([key, values]): ConditionEntry => ({ operator, key: key.toLowerCase(), values })),
      );
  }

  /** Whether the action is among those that the statement covers, wildcards and NotAction included. */
  coversAction(action: string): Truth {
    const negated = this.property.at("NotAction");
    if (!negated.isAbsent) return not(negated.some((one) => covers(one, action)));
    return this.property.at("Action").some((one) => covers(one, action));
  }

  /** An action that is a bare `*` or, with `service:*`, all of a service. */
  hasWildcardAction(): Truth {
    return this.property.at("Action").some((one) => one.matches(/^\*$|^[a-z0-9-]+:\*$/i));
  }

  hasFullAction(): Truth {
    return this.property.at("Action").some((one) => one.equals("*", "*:*"));
  }

  /** A resource that is a bare `*`. */
  hasWildcardResource(): Truth {
    return this.property.at("Resource").some((one) => one.equals("*"));
  }

  /** A principal that is everyone: `"*"`, or `AWS: "*"`. */
  hasAnyonePrincipal(): Truth {
    const principal = this.property.at("Principal");
    return principal.judge((one) => {
      if (one.value.kind === "unknown") return one.undecided();
      const entries = principalsIn(one);
      return any(
        ...entries.filter(({ type }) => type !== "Service").map(({ who }) => who.matches(ANYONE)),
        fail("no principal is *"),
      );
    });
  }

  /** Whether a condition is there, by its key: `hasCondition("aws:SourceArn", "aws:SourceAccount")`. */
  hasCondition(...keys: readonly string[]): Truth {
    const condition = this.property.at("Condition");
    if (condition.isUnknown) return condition.exists();
    const wanted = new Set(keys.map((key) => key.toLowerCase()));
    const found = this.conditions.find(({ key }) => wanted.has(key));
    return truth(
      found ? "pass" : "fail",
      found ? `a condition on ${found.key}` : `no condition on ${keys.join(" or ")}`,
      this.spot,
    );
  }

  /** Whether a condition compares a key with a value: `comparesTo(/^Bool/, "aws:SecureTransport", "false")`. */
  comparesTo(operator: RegExp, key: string, ...values: readonly (string | number | boolean)[]): Truth {
    const matching = this.conditions.filter((one) => operator.test(one.operator) && one.key === key.toLowerCase());
    if (matching.length === 0) return fail(`no condition on ${key}`, this.spot);
    return any(...matching.map((one) => one.values.some((item) => item.equals(...values))));
  }
}

export class PolicyDocument {
  readonly statements: readonly Statement[];
  /** Why there may be more, or other, statements than these. */
  readonly open: string | undefined;
  readonly property: Property;

  constructor(property: Property, statements: readonly Statement[], open: string | undefined) {
    this.property = property;
    this.statements = statements;
    this.open = open;
  }

  /** Some statement satisfies the question. */
  some(question: (statement: Statement) => Truth): Truth {
    const answers = this.statements.map((statement) => {
      const answer = question(statement);
      return statement.onlyIf !== undefined && answer.outcome === "pass"
        ? unknown(`it depends on ${statement.onlyIf}`, statement.spot)
        : pointingTo(answer, statement);
    });
    if (this.open !== undefined) answers.push(unknown(`the policy depends on ${this.open}`, this.property.spot));
    return any(...answers, fail("no statement does", this.property.spot));
  }

  /** No statement satisfies the question; the one that does is what the answer points to. */
  none(question: (statement: Statement) => Truth): Truth {
    return not(this.some(question));
  }

  /** Some statement with Effect Allow satisfies the question. */
  someAllow(question: (statement: Statement) => Truth): Truth {
    return this.some((statement) => all(statement.isAllow(), question(statement)));
  }

  /** No statement with Effect Allow satisfies the question. */
  noAllow(question: (statement: Statement) => Truth): Truth {
    return not(this.someAllow((statement) => question(statement)));
  }
}

/** The policy document that a property holds: a map, or a text of JSON. */
export function policyDocument(property: Property): PolicyDocument {
  return documentOf(property, undefined);
}

function documentOf(property: Property, onlyIf: string | undefined): PolicyDocument {
  const { value } = property;
  if (value.kind === "choice") {
    const options = value.options.map((option) => documentOf(new Property(option, property.path), value.reason));
    return new PolicyDocument(
      property,
      options.flatMap(({ statements }) => statements),
      options.find(({ open }) => open !== undefined)?.open,
    );
  }
  if (value.kind === "unknown") return new PolicyDocument(property, [], value.reason);
  if (value.kind === "text" || value.kind === "scalar") return parsedDocument(property, onlyIf);
  const list = property.at("Statement");
  const open = value.kind === "map" ? value.open : undefined;
  return new PolicyDocument(property, statementsOf(list, onlyIf), openReason(list) ?? open);
}

function statementsOf(list: Property, onlyIf: string | undefined): readonly Statement[] {
  const { value } = list;
  if (value.kind === "choice") {
    return value.options.flatMap((option) => statementsOf(new Property(option, list.path), value.reason));
  }
  if (value.kind === "list") return list.items().flatMap((item) => statementsOf(item, onlyIf));
  return value.kind === "map" ? [new Statement(list, onlyIf)] : [];
}

function openReason(list: Property): string | undefined {
  const { value } = list;
  if (value.kind === "unknown") return value.reason;
  if (value.kind !== "list") return undefined;
  const hidden = value.items.find(
    (item) => item.kind === "unknown" || item.kind === "text" || item.kind === "reference",
  );
  return (
    value.open ?? (hidden && (hidden.kind === "unknown" ? hidden.reason : "a statement that is given from elsewhere"))
  );
}

function parsedDocument(property: Property, onlyIf: string | undefined): PolicyDocument {
  const parsed = parseJsonText(property.value);
  if (!parsed) return new PolicyDocument(property, [], "a text that is no policy before deployment");
  const statements = statementsOf(new Property(parsed, property.path).at("Statement"), onlyIf);
  return new PolicyDocument(property, statements, undefined);
}

function principalsIn(principal: Property): readonly PrincipalEntry[] {
  const { value } = principal;
  if (value.kind === "choice") {
    return value.options.flatMap((option) => principalsIn(new Property(option, principal.path)));
  }
  if (value.kind === "map") {
    return principal.entries().flatMap(([type, who]) => who.items().map((one): PrincipalEntry => ({ type, who: one })));
  }
  return principal.items().map((who): PrincipalEntry => ({ type: "AWS", who }));
}

function covers(pattern: Property, action: string): Truth {
  return pattern.judge((one) => {
    const text = one.text();
    if (text === undefined) return one.undecided();
    return truth(coversText(text, action) ? "pass" : "fail", `${one.path} is "${text}"`, one.spot);
  });
}

function pointingTo(answer: Truth, statement: Statement): Truth {
  return answer.spot === undefined ? { ...answer, spot: statement.spot } : answer;
}
