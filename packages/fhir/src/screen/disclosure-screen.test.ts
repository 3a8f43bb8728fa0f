import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { DisclosureScreen } from "../contract.ts";
import type { JsonObject } from "../json.ts";
import { aPatient, bodyOf, codeOf, startFixture, type Fixture } from "../testing/fixture.ts";
import { createDisclosureScreen } from "./disclosure-screen.ts";

let f: Fixture;
let screen: DisclosureScreen;
before(async () => {
  f = await startFixture();
  screen = createDisclosureScreen({ door: f.door, vault: f.vault });
});
after(async () => await f.close());

async function file(more: JsonObject, mrn = `MRN-${randomUUID()}`): Promise<string> {
  return bodyOf(await f.fhir.interact(f.caller, { method: "POST", path: "Patient", body: aPatient(mrn, more) })).id;
}

const AMARA: JsonObject = {
  name: [{ family: "Okafor", given: ["Amara"] }],
  birthDate: "1980-05-01",
  telecom: [
    { system: "phone", value: "+44 20 7946 0958" },
    { system: "email", value: "amara@post.example" },
  ],
  address: [{ line: ["12 Harbour Street"], city: "Leeds", postalCode: "LS1 4AP" }],
};

describe("what passes", () => {
  it("lets a plain notification with links pass, for patients with short and everyday names", async () => {
    const names = [
      { family: "Li", given: ["An"] },
      { family: "Young", given: ["Will"] },
      { family: "New", given: ["May"] },
      { family: "Ng", given: ["A"] },
      { family: "Result", given: ["Grace"] },
    ];
    for (const name of names) {
      const id = await file({ name: [name] }, `${Math.trunc(Math.random() * 1e4)}`);
      for (let n = 0; n < 20; n++) {
        const text = JSON.stringify({
          to: `tok_${Buffer.from(randomUUID()).toString("base64url")}`,
          text: `You have a new lab result. Please call your clinic or open https://portal.example/DiagnosticReport/${randomUUID()} today.`,
        });
        assert.deepEqual(await screen.find(f.caller, text, id), [], text);
      }
    }
  });
});

describe("the subject's values", () => {
  it("finds each in plain text", async () => {
    const id = await file(AMARA);
    for (const [text, kind] of [
      ["Dear Amara, your result is ready", "name"],
      ["for OKAFOR, A.", "name"],
      ["Ｏｋａｆｏｒ", "name"],
      ["O k a f o r", "name"],
      ["Oka\u200bfor", "name"],
      ["O.k-a_f o r", "name"],
      ["rofakO", "name"],
      ["seen 01/05/1980", "birth-date"],
      ["seen 5/1/80 here", "birth-date"],
      ["May 1st, 1980", "birth-date"],
      ["1 mai 1980", "birth-date"],
      ["19800501", "birth-date"],
      ["19800501123000", "birth-date"],
      ["call 020 7946 0958", "phone"],
      ["write AMARA@post.example", "email"],
      ["at 12, harbour street", "address"],
      ["Leeds LS1 4AP", "address"],
    ] as const) {
      const kinds = await screen.find(f.caller, text, id);
      assert.ok(kinds.includes(kind), `${text}: ${kinds.join()}`);
    }
  });

  it("finds a name in every encoding, also twice encoded", async () => {
    const id = await file(AMARA);
    const plain = "result for Amara Okafor";
    const base64 = Buffer.from(plain).toString("base64");
    for (const text of [
      encodeURIComponent(plain),
      Array.from(plain)
        .map((c) => `%${c.charCodeAt(0).toString(16)}`)
        .join(""),
      Array.from(plain)
        .map((c) => `&#${c.charCodeAt(0)};`)
        .join(""),
      Array.from(plain)
        .map((c) => `&#x${c.charCodeAt(0).toString(16)};`)
        .join(""),
      Array.from(plain)
        .map((c) => `\\u00${c.charCodeAt(0).toString(16)}`)
        .join(""),
      base64,
      `x${base64}`,
      Buffer.from(plain).toString("base64url"),
      Buffer.from(plain, "utf16le").toString("base64"),
      Buffer.from(plain).toString("hex"),
      Buffer.from(plain).toString("hex").toUpperCase().replace(/../g, "$& "),
      Buffer.from(base64).toString("base64"),
      encodeURIComponent(base64),
      `https://x.example/?q=${base64.slice(0, 12)}\r\n${base64.slice(12)}`,
      Buffer.from("Okafor").toString("base64"),
    ]) {
      assert.ok((await screen.find(f.caller, text, id)).includes("name"), text);
    }
  });

  it("finds short and everyday names beside the rest of the name", async () => {
    const id = await file({ name: [{ family: "Li", given: ["An"] }] });
    const young = await file({ name: [{ family: "Young", given: ["Will"] }] });
    const han = await file({ name: [{ family: "李", given: ["小龙"] }] });
    assert.ok((await screen.find(f.caller, "Dear An Li", id)).includes("name"));
    assert.ok((await screen.find(f.caller, "Li, An", id)).includes("name"));
    assert.ok((await screen.find(f.caller, "Dear Will J. Young", young)).includes("name"));
    assert.ok((await screen.find(f.caller, "尊敬的李小龙", han)).includes("name"));
  });

  it("finds the identifier whatever separates its characters", async () => {
    const id = await file(AMARA, "MRN-20481632");
    for (const text of [
      "mrn 20481632",
      "M R N 2048 1632",
      "https://x.example/mrn20481632/",
      "ref 2361 8402 nrm".replace("2361 8402", "23618402"),
    ]) {
      assert.ok((await screen.find(f.caller, text, id)).includes("identifier"), text);
    }
  });
});

describe("what needs no subject", () => {
  it("finds the identifier of any known patient", async () => {
    await file(AMARA, "H7700123");
    await file(AMARA, "88-4412-7");
    for (const text of [
      "see H7700123",
      "see h7700123.",
      "id=88-4412-7",
      Buffer.from("see H7700123").toString("base64"),
    ]) {
      assert.deepEqual(await screen.find(f.caller, text), ["known-identifier"], text);
    }
    assert.deepEqual(await screen.find(f.caller, "see H7700124"), []);
  });

  it("finds patterns", async () => {
    for (const [text, kind] of [
      ["SSN 219-09-9999", "ssn"],
      ["social security no. 219099999", "ssn"],
      ["MSH|^~\\&|LAB|", "hl7-segment"],
      ["x\rPID|1||", "hl7-segment"],
      ['{"resourceType":"Patient"}', "fhir-resource"],
      ['{\\"resourceType\\": \\"Observation\\"}', "fhir-resource"],
      ["DOB: 03/04/1971", "birth-date-context"],
      [Buffer.from('{"resourceType":"Patient"}').toString("base64"), "fhir-resource"],
    ] as const) {
      assert.ok((await screen.find(f.caller, text)).includes(kind), text);
    }
  });
});

describe("the door", () => {
  it("is asked as the egress proxy, for operations, on behalf of the caller", async () => {
    const id = await file(AMARA);
    f.acts.length = 0;
    await screen.find(f.caller, "hello", id);
    assert.deepEqual(f.acts, [
      {
        act: { action: "screen.disclosure", resourceType: "Patient", resourceId: id },
        touched: [{ type: "Patient", id, subjectId: id }],
      },
    ]);
  });

  it("fails closed: refused, patient unknown, text too large", async () => {
    assert.equal(await codeOf(screen.find(f.caller, "hello", randomUUID())), "not-found");
    assert.deepEqual(await screen.find(f.caller, "a".repeat(1_000_001)), ["unscreenable"]);
    const unpermitted = createDisclosureScreen({ door: f.doorWithoutServices, vault: f.vault });
    assert.equal(await codeOf(unpermitted.find(f.caller, "hello")), "access-denied");
  });
});
