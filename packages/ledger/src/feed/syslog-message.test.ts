import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEntry, pseudonym } from "../fixtures.ts";
import { canonicalEntry } from "../testing.ts";
import { syslogFrame } from "./syslog-message.ts";

const entry = makeEntry(1, { subject: pseudonym("anna") });

test("a frame is the length in octets, a space and an RFC 5424 message", () => {
  const body = canonicalEntry(entry);
  const text = syslogFrame({ index: 42, entry, body }, "ward.example/ledger").toString("utf8");
  const [, length, message = ""] = /^(\d+) (.*)$/s.exec(text) ?? [];
  assert.equal(Number(length), Buffer.byteLength(message));
  const parts =
    /^<(\d+)>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (\[[^ \]]+(?: \w+="(?:[^"\\\]]|\\.)*")*\]) (.*)$/s.exec(
      message,
    );
  assert.deepEqual(parts?.slice(1, 7), ["110", entry.time, "ward.example", "ward", "-", "fhir.create"]);
  assert.ok(parts?.[7]?.startsWith('[ward@32473 index="42" principal="function:lab-result"'));
  assert.equal(parts[8], body);
});

test("a refusal is a warning, and nothing can break out of the structured data", () => {
  const refused = { ...entry, outcome: "refused", principal: 'a"] [x y="\\' } as const;
  const text = syslogFrame({ index: 1, entry: refused, body: "{}" }, "ward.example/ledger").toString("utf8");
  assert.match(text, /^\d+ <108>1 /);
  assert.ok(text.includes(String.raw`principal="a\"\] [x y=\"\\"`));
});
