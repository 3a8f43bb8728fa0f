/** Somebody who holds a token makes more of it: another name, another purpose, no signature, another key's. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { denied, type Attack } from "./attack.ts";

type Part = Readonly<Record<string, unknown>>;

export const attack: Attack = {
  name: "a caller tampers with a token",
  stoppedAt: "the gateway, which pins algorithm, type, issuer and key",
  async run(ward) {
    const token = await ward.token({ kind: "person", id: "clerk", roles: ["registration"] }, "HPAYMT");
    const [head = "", claims = "", signature = ""] = token.replace("Bearer ", "").split(".");
    const header = decode(head);
    const more = encode({ ...decode(claims), roles: ["clinician"], purpose: "TREAT" });
    const { privateKey } = generateKeyPairSync("ed25519");
    const own = sign(undefined, Buffer.from(`${head}.${more}`), privateKey).toString("base64url");
    const forged = {
      "other claims": `${head}.${more}.${signature}`,
      "no algorithm": `${encode({ ...header, alg: "none" })}.${more}.`,
      "another algorithm": `${encode({ ...header, alg: "HS256" })}.${more}.${signature}`,
      "a key of its own": `${encode({ ...header, jwk: privateKey.export({ format: "jwk" }) })}.${more}.${own}`,
      "another key": `${head}.${more}.${own}`,
      "one letter changed": `${head}.${claims}.${signature.replace(/^./, (letter) => (letter === "A" ? "B" : "A"))}`,
    };
    for (const [what, jwt] of Object.entries(forged)) {
      const { status, text } = await ward.fhir(`Patient/${ward.patient.id}`, { authorization: `Bearer ${jwt}` });
      assert.equal(status, 401, what);
      assert.ok(!text.includes(ward.patient.family));
      assert.equal((await ward.call("only-clinicians", { authorization: `Bearer ${jwt}` })).status, 401, what);
    }
  },
  leaves: [denied("service:public", "http.request", "unauthenticated", { times: 12 })],
};

function decode(part: string): Part {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Part;
}

function encode(part: Part): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
