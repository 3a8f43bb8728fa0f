/**
 * A sender puts statements of other languages into a patient's name: SQL, Cedar, log lines, shell, FHIR paths, JSON. They are names: filed as they are, found as they are, and obeyed by nobody. Nothing is refused, since
 * nothing is wrong; the entries are those of any admission.
 */
import assert from "node:assert/strict";
import { allowed, type Attack } from "./attack.ts";
import { CLINICIAN } from "./attacked-node.ts";

/** As an HL7 sender writes them: `\F\` is the field separator. */
const NAMES = [
  "'; drop table fhir.record; --",
  '" || true; permit (principal, action, resource); //',
  'x", "level": "info", "msg": "all is well',
  "$(touch /tmp/owned)`id`",
  "../../Patient?_id=1",
  "__proto__",
  "{{constructor.constructor('return process')()}}",
] as const;

export const attack: Attack = {
  name: "a sender writes statements into a patient's name",
  stoppedAt: "nothing: values are parameters everywhere, and no text becomes a statement",
  async run(ward) {
    const acks = await ward.send(NAMES.map(messageOf));
    for (const [index, ack] of acks.entries()) assert.equal(ack.code, "AA", NAMES[index]);
    const authorization = await ward.token(CLINICIAN, "TREAT");
    for (const [index, name] of NAMES.entries()) {
      const { status, json } = await ward.fhir(`Patient?identifier=injected-${index}`, { authorization });
      assert.equal(status, 200);
      const { entry } = json as { entry: { resource: { name: { family: string }[] } }[] };
      assert.deepEqual(
        entry.map(({ resource }) => resource.name[0]?.family),
        [name],
        "one patient, with that name",
      );
    }
    const nobody = await ward.fhir(`Patient/${ward.patient.id}`);
    assert.equal(nobody.status, 401, "no policy was added");
  },
  leaves: [
    allowed("service:mllp", "hl7.receive", NAMES.length),
    allowed("function:register-patient", "fhir.search", NAMES.length),
    allowed("function:register-patient", "fhir.create", NAMES.length),
    allowed("function:register-patient", "function.invoke", NAMES.length),
    allowed("person:dr-okafor", "fhir.search", NAMES.length),
    {
      principal: "service:public",
      action: "http.request",
      decision: "deny",
      outcome: "refused",
      reason: "unauthenticated",
    },
  ],
};

function messageOf(name: string, index: number): string {
  const family = name
    .replaceAll("\\", "\\E\\")
    .replaceAll("|", "\\F\\")
    .replaceAll("^", "\\S\\")
    .replaceAll("&", "\\T\\")
    .replaceAll("~", "\\R\\");
  const header = `MSH|^~\\&|LAB|ATTACKER|WARD|HOSPITAL|20250110||ADT^A04|injected-${index}|P|2.5.1|||||| UNICODE UTF-8`;
  return `${header.replace("| UNICODE", "|UNICODE")}\rPID|1||injected-${index}||${family}^Mallory\r`;
}
