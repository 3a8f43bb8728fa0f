import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { covers, overlaps } from "./symbol.ts";

const TABLE = "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Visits}";

describe("symbols", () => {
  it("are covered by themselves, by wildcards and by the same place written out", () => {
    assert.equal(covers(TABLE, TABLE), "yes");
    assert.equal(covers("*", TABLE), "yes");
    assert.equal(covers("arn:aws:dynamodb:*:*:table/*", TABLE), "yes");
    assert.equal(covers("arn:aws-cn:dynamodb:eu-west-1:123456789012:table/${Visits}", TABLE), "yes");
  });

  it("are not covered by another's name, nor by a part of theirs", () => {
    assert.equal(covers("arn:aws:dynamodb:*:*:table/other", TABLE), "no");
    assert.equal(covers(TABLE, `${TABLE}/index/byDay`), "no");
    assert.equal(covers("arn:aws:s3:::reports", "arn:aws:s3:::reports/a"), "no");
  });

  it("may be covered where a part is open, and never for certain", () => {
    assert.equal(
      covers("arn:aws:dynamodb:*:*:table/${?Stage}-visits", "arn:aws:dynamodb:*:*:table/prod-visits"),
      "maybe",
    );
    assert.equal(covers("arn:aws:dynamodb:*:*:table/${?Stage}-beds", "arn:aws:dynamodb:*:*:table/prod-visits"), "no");
    assert.equal(covers("arn:aws:dynamodb:*:*:table/${?Stage}", "arn:aws:dynamodb:*:*:table/${?Stage}"), "yes");
  });

  it("that a run decides are covered by patterns that cover all of them", () => {
    assert.equal(covers("arn:aws:s3:::reports/*", "arn:aws:s3:::reports/a/*.json"), "yes");
    assert.equal(covers("arn:aws:s3:::reports/a/b.json", "arn:aws:s3:::reports/a/*.json"), "maybe");
    assert.equal(covers("arn:aws:s3:::reports/b/*", "arn:aws:s3:::reports/a/*"), "no");
  });

  it("overlap where one text is meant by both", () => {
    assert.equal(overlaps("arn:aws:s3:::reports/a*", "arn:aws:s3:::reports/*z"), true);
    assert.equal(overlaps("arn:aws:s3:::reports/a*", "arn:aws:s3:::reports/b*"), false);
    assert.equal(overlaps("arn:aws:sqs:eu-west-1:1:q", "arn:aws:sqs:us-east-1:1:q"), false);
  });

  it("of hostile length end in time", () => {
    const long = `arn:aws:s3:::${"a*".repeat(5_000)}c`;
    assert.notEqual(covers(long, `arn:aws:s3:::${"a".repeat(10_000)}b`), "yes");
  });
});
