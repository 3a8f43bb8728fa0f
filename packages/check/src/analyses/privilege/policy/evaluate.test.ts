import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SourceText } from "../../../source/source-text.ts";
import { evaluate, type Policies } from "./evaluate.ts";
import type { PolicyRule } from "./rule.ts";

const spot = { source: new SourceText("t.yaml", ""), offset: 0 };
const OBJECT = "arn:aws:s3:::reports/a";

function rule(given: Partial<PolicyRule>): PolicyRule {
  return {
    effect: "Allow",
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::reports/*"],
    conditions: [],
    spot,
    where: "a policy",
    ...given,
  };
}

function decide(
  given: Partial<Policies>,
  asked: { action?: string; resource?: string; context?: Readonly<Record<string, string[]>> } = {},
): string {
  const { action = "s3:GetObject", resource = OBJECT, context = {} } = asked;
  return evaluate(
    { action, resource, context: new Map(Object.entries(context)) },
    { identity: [], resource: [], boundary: undefined, open: [], ...given },
  ).kind;
}

describe("the evaluation of policies", () => {
  it("denies what nothing allows", () => {
    assert.equal(decide({}), "implicitly denied");
    assert.equal(decide({ identity: [rule({})] }, { action: "s3:PutObject" }), "implicitly denied");
    assert.equal(decide({ identity: [rule({})] }, { resource: "arn:aws:s3:::other/a" }), "implicitly denied");
  });

  it("allows by the identity's or the resource's policy, letter case and wildcards aside", () => {
    assert.equal(decide({ identity: [rule({ actions: ["S3:get*"] })] }), "allowed");
    assert.equal(decide({ resource: [rule({})] }), "allowed");
    assert.equal(decide({ identity: [rule({ actions: ["s3:?etObject"], resources: ["*"] })] }), "allowed");
  });

  it("takes NotAction and NotResource as everything else", () => {
    assert.equal(decide({ identity: [rule({ actions: ["iam:*"], isNotActions: true })] }), "allowed");
    assert.equal(decide({ identity: [rule({ actions: ["s3:*"], isNotActions: true })] }), "implicitly denied");
    assert.equal(decide({ identity: [rule({ isNotResources: true })] }), "implicitly denied");
    assert.equal(
      decide({ identity: [rule({ isNotResources: true, resources: ["arn:aws:s3:::other/*"] })] }),
      "allowed",
    );
  });

  it("lets a deny go before every allow", () => {
    const deny = rule({ effect: "Deny", actions: ["s3:*"], resources: ["*"] });
    assert.equal(decide({ identity: [rule({}), deny] }), "denied");
    assert.equal(decide({ identity: [deny], resource: [rule({})] }), "denied");
    assert.equal(decide({ identity: [rule({})], resource: [deny] }), "denied");
  });

  it("needs the boundary to allow as well", () => {
    assert.equal(decide({ identity: [rule({})], boundary: [rule({ actions: ["dynamodb:*"] })] }), "implicitly denied");
    assert.equal(decide({ identity: [rule({})], boundary: [rule({ actions: ["*"], resources: ["*"] })] }), "allowed");
  });

  it("is open where statements may be missing, or may not be there", () => {
    assert.equal(decide({ open: ["a policy of the account"] }), "maybe");
    assert.equal(decide({ identity: [rule({})], open: ["a policy of the account"] }), "allowed");
    assert.equal(decide({ identity: [rule({ onlyIf: "IsProd" })] }), "maybe");
    assert.equal(decide({ identity: [rule({}), rule({ effect: "Deny", onlyIf: "IsProd" })] }), "maybe");
  });
});

describe("conditions", () => {
  const under = (
    operator: string,
    key: string,
    values: readonly string[],
    context: Readonly<Record<string, string[]>>,
  ): string => decide({ identity: [rule({ conditions: [{ operator, key, values }] })] }, { context });

  it("hold or not by what is known of the request", () => {
    assert.equal(under("StringEquals", "k", ["a", "b"], { k: ["b"] }), "allowed");
    assert.equal(under("StringEquals", "k", ["a"], { k: ["b"] }), "implicitly denied");
    assert.equal(under("StringNotEquals", "k", ["a", "b"], { k: ["b"] }), "implicitly denied");
    assert.equal(under("StringEqualsIgnoreCase", "k", ["A"], { k: ["a"] }), "allowed");
    assert.equal(under("StringLike", "k", ["alias/*"], { k: ["alias/x"] }), "allowed");
    assert.equal(under("ArnLike", "k", ["arn:aws:s3:::*"], { k: ["arn:aws:s3:::b"] }), "allowed");
    assert.equal(under("Bool", "k", ["true"], { k: ["true"] }), "allowed");
    assert.equal(under("NumericLessThan", "k", ["10"], { k: ["9"] }), "allowed");
    assert.equal(under("Null", "k", ["false"], { k: ["9"] }), "allowed");
  });

  it("ask of several values what the quantifier says", () => {
    assert.equal(under("ForAllValues:StringEquals", "k", ["a"], { k: ["a", "b"] }), "implicitly denied");
    assert.equal(under("ForAnyValue:StringEquals", "k", ["a"], { k: ["a", "b"] }), "allowed");
    assert.equal(under("ForAllValues:StringEquals", "k", ["a"], { k: [] }), "allowed");
  });

  it("leave open what nobody knows, and operators that are not known", () => {
    assert.equal(under("StringEquals", "aws:sourceip", ["1.2.3.4"], {}), "maybe");
    assert.equal(under("DateLessThan", "k", ["2030-01-01"], { k: ["2026-01-01"] }), "maybe");
    assert.equal(under("StringEquals", "k", ["${?Stage}"], { k: ["prod"] }), "maybe");
  });
});
