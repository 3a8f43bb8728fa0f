/** What R4 forbids in a resource: refused by every way in, with the FHIRPath of the element, and never stored. */
import assert from "node:assert/strict";
import { expectOutcome, type Case, type CaseGroup } from "./case.ts";
import { patient } from "./rest.ts";
import type { FhirServer, Json } from "./server.ts";

const observation = (more: Json = {}): Json => ({
  resourceType: "Observation",
  status: "final",
  code: { text: "x" },
  ...more,
});
const narrative = (inner: string): Json => ({
  text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` },
});

export const VALIDATION: CaseGroup = {
  title: "Validation",
  cases: [
    broken("code-not-bound", "required binding", patient({ gender: "zzz" }), "Patient.gender"),
    broken("status-not-bound", "required binding", observation({ status: "done" }), "Observation.status"),
    broken("two-values", "choice", observation({ valueString: "a", valueInteger: 1 }), "Observation.value"),
    broken(
      "wrong-choice",
      "choice of a type that it has not",
      observation({ valueMoney: { value: 1 } }),
      "Observation",
    ),
    broken("required-missing", "cardinality", { resourceType: "Observation", status: "final" }, "Observation"),
    broken("list-of-one", "cardinality", patient({ gender: ["male"] }), "Patient.gender"),
    broken("no-list", "cardinality", patient({ name: { family: "x" } }), "Patient.name"),
    broken("empty-list", "empty array", patient({ name: [] }), "Patient.name"),
    broken("empty-object", "empty object", patient({ maritalStatus: {} }), "Patient.maritalStatus"),
    broken("null-in-list", "null in a list without extension", patient({ name: [null] }), "Patient.name"),
    broken("unknown-member", "unknown member", patient({ colour: "blue" }), "Patient"),
    broken("unknown-member-deep", "unknown member", patient({ name: [{ surname: "x" }] }), "Patient.name"),
    broken("wrong-type", "primitive type", patient({ active: "true" }), "Patient.active"),
    broken("bad-date", "date", patient({ birthDate: "1974-02-30" }), "Patient.birthDate"),
    broken(
      "bad-datetime",
      "dateTime without a zone",
      observation({ effectiveDateTime: "2020-01-01T10:00:00" }),
      "Observation.effective",
    ),
    broken("bad-instant", "instant", observation({ issued: "2020-01-01" }), "Observation.issued"),
    broken("bad-uri", "uri", patient({ identifier: [{ system: "a b", value: "1" }] }), "Patient.identifier"),
    broken(
      "bad-id",
      "id",
      patient({
        contained: [{ resourceType: "Organization", id: "a/b", name: "x" }],
        managingOrganization: { reference: "#a/b" },
      }),
      "Patient.contained",
    ),
    broken(
      "bad-base64",
      "base64Binary",
      patient({ photo: [{ contentType: "image/png", data: "not base64!" }] }),
      "Patient.photo",
    ),
    broken(
      "wrong-reference",
      "reference to a wrong type",
      observation({ subject: { reference: "Medication/1" } }),
      "Observation.subject",
    ),
    broken(
      "dangling-contained",
      "reference to a contained resource that is not there",
      observation({ subject: { reference: "#nobody" } }),
      "Observation.subject",
    ),
    broken(
      "unused-contained",
      "contained resource that nothing refers to",
      patient({ contained: [{ resourceType: "Organization", id: "o", name: "x" }] }),
      "Patient",
    ),
    broken(
      "invariant-obs-6",
      "invariant obs-6",
      observation({ valueString: "x", dataAbsentReason: { text: "y" } }),
      "Observation",
    ),
    broken("invariant-obs-7", "invariant obs-7", observation({ ...sameCode(), valueString: "x" }), "Observation"),
    broken("invariant-pat-1", "invariant pat-1", patient({ contact: [{ gender: "male" }] }), "Patient.contact"),
    broken(
      "invariant-per-1",
      "invariant per-1",
      observation({ effectivePeriod: { start: "2021", end: "2020" } }),
      "Observation.effective",
    ),
    broken(
      "invariant-ext-1",
      "invariant ext-1",
      patient({ extension: [{ url: "http://x.example" }] }),
      "Patient.extension",
    ),
    broken(
      "invariant-qty-3",
      "invariant qty-3",
      observation({ valueQuantity: { value: 1, code: "kg" } }),
      "Observation.value",
    ),
    broken("script", "script in narrative", patient(narrative("<script>1</script>")), "Patient.text"),
    broken("handler", "event handler in narrative", patient(narrative('<p onclick="x()">a</p>')), "Patient.text"),
    broken("empty-narrative", "empty narrative", patient(narrative("")), "Patient.text"),
    broken("malformed-narrative", "narrative that is not XML", patient(narrative("<p>")), "Patient.text"),
  ],
};

function sameCode(): Json {
  const code = { coding: [{ system: "urn:codes", code: "x" }] };
  return { code, component: [{ code, valueString: "y" }] };
}

function broken(id: string, feature: string, resource: Json, path: string): Case {
  const type = resource["resourceType"] as string;
  return {
    id: `invalid-${id}`,
    feature,
    sent: `\`${JSON.stringify(differing(resource))}\` by create, update, batch, transaction and \`$validate\``,
    holds: `is refused with an outcome that names \`${path}\`; nothing is stored`,
    async run(server) {
      const before = await versionsOf(server, type);
      const entry = [{ resource, request: { method: "POST", url: type } }];
      for (const [way, path_, method, body] of [
        ["create", type, "POST", resource],
        ["update", `${type}/broken`, "PUT", { ...resource, id: "broken" }],
        ["transaction", "", "POST", { resourceType: "Bundle", type: "transaction", entry }],
        ["batch", "", "POST", { resourceType: "Bundle", type: "batch", entry }],
        ["validate", `${type}/$validate`, "POST", resource],
      ] as const) {
        const answer = await server.send(path_, { method, body });
        if (way !== "batch" && way !== "validate") expectOutcome(answer, [400, 422]);
        const outcome = way === "batch" && answer.status === 200 ? answer.body.entry[0].response.outcome : answer.body;
        assert.equal(outcome?.resourceType, "OperationOutcome", `${way}: ${answer.text.slice(0, 300)}`);
        const named = (outcome.issue as { severity: string; expression?: string[] }[])
          .filter(({ severity }) => severity === "error" || severity === "fatal")
          .flatMap(({ expression = [] }) => expression)
          .map((each) => each.replace(/^Bundle\.entry\[0\]\.resource/, type));
        assert.ok(
          named.some((each) => each.startsWith(path)),
          `${way} names ${named.join(", ")}: ${answer.text.slice(0, 300)}`,
        );
      }
      assert.equal(await versionsOf(server, type), before);
    },
  };
}

/** What the case is about, without what every valid resource of its type has. */
function differing(resource: Json): Json {
  const { resourceType: _type, ...rest } = resource;
  const usual = JSON.stringify(patient());
  return Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => !usual.includes(`${JSON.stringify(name)}:${JSON.stringify(value)}`)),
  );
}

async function versionsOf(server: FhirServer, type: string): Promise<unknown> {
  const { body } = await server.get(`${type}/_history?_count=1`);
  return body.entry?.[0]?.fullUrl;
}
