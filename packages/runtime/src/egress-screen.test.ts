import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readableText } from "./egress-screen.ts";

const url = new URL("https://sms.example.org/messages");

async function textOf(body: unknown): Promise<string> {
  const text = await readableText({ url, headers: {}, body: Buffer.from(JSON.stringify(body)) }, 10_000);
  return text ?? assert.fail("the body is readable");
}

test("reads a number whose halves stand in neighbouring members, in either order", async () => {
  assert.match(await textOf({ to: "MRN88", text: "231907" }), /MRN88 231907/);
  assert.match(await textOf({ to: "231907", more: [{ text: "MRN88" }] }), /MRN88 231907/);
  assert.match(await textOf({ to: 8823, text: 1907 }), /8823 1907/);
});

test("does not take a member's name for a part of the number", async () => {
  assert.doesNotMatch(await textOf({ a: "MRN88", 231907: true }), /MRN88 231907/);
});

test("reads a member whose letters are escaped, whatever stands elsewhere in the body", async () => {
  const body = Buffer.from('{"to":"Ravensworthy","text":"R\\u0061vensworth","link":"a%42c"}');
  const text = (await readableText({ url, headers: {}, body }, 10_000)) ?? assert.fail("the body is readable");
  assert.match(text, /^Ravensworth$/m);
  assert.match(text, /^aBc$/m);
});

test("does not say twice what reads the same", async () => {
  const text = await textOf({ text: "nothing to decode" });
  assert.equal(text.match(/nothing to decode/g)?.length, 1);
});
