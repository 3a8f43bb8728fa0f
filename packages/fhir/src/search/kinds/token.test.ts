import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { plan } from "../plan.ts";
import { finds, findsIn, flatCriteria } from "../testing.ts";

const LOINC = "http://loinc.org";
const patient = (more: JsonObject = {}): JsonObject => ({ resourceType: "Patient", id: "p", ...more });
const coded = (...coding: JsonObject[]): JsonObject => ({
  resourceType: "Observation",
  id: "o",
  status: "final",
  code: { coding, text: "Sugar in blood" },
});
const identified = patient({
  identifier: [
    {
      system: "urn:mrn",
      value: "aB-1",
      type: {
        coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }],
        text: "Hospital number",
      },
    },
    { value: "no|system,here" },
  ],
});

describe("a search by token", () => {
  it("finds by code, system and both", () => {
    const value = coded({ system: LOINC, code: "2345-7" });
    for (const query of [`${LOINC}|2345-7`, "2345-7", `${LOINC}|`]) assert.ok(finds(value, `code=${query}`), query);
    for (const query of [`urn:other|2345-7`, "|2345-7", "2345", `${LOINC}|2345`, "urn:other|"]) {
      assert.ok(!finds(value, `code=${query}`), query);
    }
    assert.ok(finds(coded({ code: "local" }), "code=|local"));
  });

  it("never joins the system of one coding to the code of another", () => {
    const value = coded({ system: LOINC, code: "1" }, { system: "urn:local", code: "2" });
    assert.ok(finds(value, `code=${LOINC}|1`));
    assert.ok(!finds(value, `code=${LOINC}|2`));
  });

  it("keeps identifiers to the letter, and takes codes of unknown systems without case", () => {
    assert.ok(finds(identified, "identifier=aB-1"));
    assert.ok(!finds(identified, "identifier=ab-1"));
    assert.ok(finds(coded({ system: "urn:local", code: "Glu" }), "code=GLU"));
    assert.ok(finds(coded({ system: LOINC, code: "LA6576-8" }), "code=la6576-8"));
    assert.ok(!finds(coded({ system: "http://unitsofmeasure.org", code: "mG" }), "code=mg"));
    assert.ok(!finds(patient({ gender: "female" }), "gender=FEMALE"));
  });

  it("knows the system of a code by its binding", () => {
    assert.ok(finds(patient({ gender: "female" }), "gender=http://hl7.org/fhir/administrative-gender|female"));
    assert.ok(!finds(patient({ gender: "female" }), "gender=urn:other|female"));
  });

  it("unescapes separators in values", () => {
    assert.ok(finds(identified, "identifier=no\\|system\\,here"));
    assert.ok(finds(identified, "identifier=x,no\\|system\\,here"));
    assert.ok(!finds(identified, "identifier=no"));
  });

  it("takes :not for all values together, and absence for not having it", () => {
    assert.ok(finds(patient(), "gender:not=male"));
    assert.ok(finds(patient({ gender: "female" }), "gender:not=male"));
    assert.ok(!finds(patient({ gender: "male" }), "gender:not=male"));
    assert.ok(!finds(patient({ gender: "male" }), "gender:not=female,male"));
    const two = coded({ system: LOINC, code: "1" }, { system: LOINC, code: "2" });
    assert.ok(!finds(two, "code:not=1"), "one of its codes is 1");
  });

  it("finds by :missing", () => {
    assert.ok(finds(patient(), "gender:missing=true"));
    assert.ok(!finds(patient(), "gender:missing=false"));
    assert.ok(finds(patient({ gender: "male" }), "gender:missing=false"));
    assert.throws(() => finds(patient(), "gender:missing=maybe"), { code: "invalid-request" });
  });

  it("finds by what stands beside the code with :text", () => {
    const value = coded({ system: LOINC, code: "2345-7", display: "Glucose [Mass/volume]" });
    for (const text of ["Glucose", "gluc", "sugar in", "Sügar"]) assert.ok(finds(value, `code:text=${text}`), text);
    assert.ok(!finds(value, "code:text=blood"), "a string is found by its beginning");
    assert.ok(!finds(value, "code:text=2345-7"));
    assert.ok(finds(identified, "identifier:text=hospital"));
  });

  it("finds by the type of an identifier with :of-type", () => {
    const type = "http://terminology.hl7.org/CodeSystem/v2-0203";
    assert.ok(finds(identified, `identifier:of-type=${type}|MR|aB-1`));
    assert.ok(!finds(identified, `identifier:of-type=${type}|SS|aB-1`));
    assert.ok(!finds(identified, `identifier:of-type=${type}|MR|other`));
    for (const text of [`${type}|MR`, "MR|aB-1", "|MR|aB-1", `${type}|MR|`]) {
      assert.throws(() => finds(identified, `identifier:of-type=${text}`), { code: "invalid-request" }, text);
    }
  });

  it("finds below and above a code in a known hierarchy", () => {
    const system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    const value: JsonObject = { resourceType: "Encounter", id: "e", class: { system, code: "ACUTE" } };
    assert.ok(finds(value, `class:below=${system}|IMP`), "acute is a kind of inpatient encounter");
    assert.ok(finds(value, `class:below=${system}|ACUTE`));
    assert.ok(!finds(value, `class:below=${system}|AMB`));
    assert.ok(finds({ ...value, class: { system, code: "IMP" } }, `class:above=${system}|ACUTE`));
    assert.ok(!finds(value, `class:above=${system}|IMP`));
    assert.throws(() => finds(value, "class:below=IMP"), { code: "invalid-request" });
  });

  it("finds a MIME type below its base part, whatever its parameters", () => {
    const document = (contentType: string): JsonObject => ({
      resourceType: "DocumentReference",
      id: "d",
      content: [{ attachment: { contentType } }],
    });
    const xml = document("text/xml; charset=UTF-8");
    for (const type of ["text/xml", "TEXT/xml", "text", "urn:ietf:bcp:13|text/xml", "image,text"]) {
      assert.ok(finds(xml, `contenttype:below=${type}`), type);
    }
    for (const type of ["text/x", "tex", "xml", "image", "text/xmlx"]) {
      assert.ok(!finds(xml, `contenttype:below=${type}`), type);
    }
    assert.ok(!finds(xml, "contenttype=text/xml"), "without modifier to the letter");
    assert.ok(finds(document("text/xml"), "contenttype=urn:ietf:bcp:13|text/xml"), "its code system by name");
    const library = { resourceType: "Library", id: "l", content: [{ contentType: "text/cql; version=1" }] };
    assert.ok(finds(library, "content-type:below=text/cql"));
    assert.ok(!finds(document("text/xml+x"), "contenttype:below=text/xml"));
    for (const type of ["text/xml; charset=UTF-8", "urn:other|text", "text/"]) {
      assert.throws(() => finds(xml, `contenttype:below=${type}`), { code: "invalid-request" }, type);
    }
  });

  it("finds a telephone number by what is dialled, whatever stands between", () => {
    const value = patient({ telecom: [{ system: "phone", value: "+61 (03) 5555-6473", use: "work" }] });
    for (const text of ["+61 (03) 5555-6473", "+610355556473", "+61-03.5555/6473"]) {
      for (const query of [`phone=${text}`, `telecom=${text}`, `telecom=phone|${text}`, `telecom=work|${text}`]) {
        assert.ok(finds(value, query), query);
      }
    }
    for (const query of ["phone=5555-6473", "telecom=email|+610355556473", "email=+610355556473"]) {
      assert.ok(!finds(value, query), query);
    }
  });

  it("finds by contacts and booleans", () => {
    const value = patient({ active: true, telecom: [{ system: "email", value: "A@Example.org", use: "home" }] });
    assert.ok(finds(value, "email=a@example.org"));
    assert.ok(finds(value, "telecom=home|a@example.org"));
    assert.ok(!finds(value, "phone=a@example.org"));
    assert.ok(finds(value, "active=true"));
    assert.ok(!finds(value, "active=false"));
  });

  it("refuses what is no token", () => {
    for (const text of ["|", " ", "a|b|c", "a,,b"]) {
      assert.throws(() => finds(patient(), `identifier=${text}`), { code: "invalid-request" }, text);
    }
  });
});

describe("a search by value set", () => {
  const inpatient: JsonObject = {
    resourceType: "Observation",
    id: "o",
    status: "final",
    code: { coding: [{ system: LOINC, code: "2345-7" }] },
  };
  const set = (compose: JsonObject): JsonObject => ({
    resourceType: "ValueSet",
    url: "urn:set",
    status: "active",
    compose,
  });

  it("finds :in those of the definitions, and :not-in what is in none", async () => {
    const set = "http://hl7.org/fhir/ValueSet/observation-status";
    assert.ok(await findsIn(inpatient, `status:in=${set}`));
    assert.ok(!(await findsIn(inpatient, `status:not-in=${set}`)));
    assert.ok(!(await findsIn(inpatient, `code:in=${set}`)));
    assert.ok(await findsIn(inpatient, `code:not-in=${set}|4.0.1`));
    await assert.rejects(findsIn(inpatient, `code:not-in=${set}|3.0.2`), { code: "invalid-request" });
  });

  it("finds :in stored ones, by their codes, expansion, exclusion and the sets they include", async () => {
    const sugar = { include: [{ system: LOINC, concept: [{ code: "2345-7" }, { code: "1" }] }] };
    const stored: Readonly<Record<string, JsonObject>> = {
      "urn:sugar": set(sugar),
      "urn:expanded": {
        ...set({}),
        expansion: { contains: [{ system: LOINC, code: "x", contains: [{ system: LOINC, code: "2345-7" }] }] },
      },
      "urn:without": set({ ...sugar, exclude: [{ system: LOINC, concept: [{ code: "2345-7" }] }] }),
      "urn:nested": set({ include: [{ valueSet: ["urn:sugar"] }] }),
    };
    const find = (url: string): Promise<JsonObject | undefined> => Promise.resolve(stored[url]);
    assert.ok(await findsIn(inpatient, "code:in=urn:sugar", find));
    assert.ok(await findsIn(inpatient, "code:in=urn:expanded", find));
    assert.ok(!(await findsIn(inpatient, "code:in=urn:without", find)));
    assert.ok(await findsIn(inpatient, "code:in=urn:nested", find));
  });

  it("finds below and above a code of a stored code system, and refuses where there is none", async () => {
    const stored: JsonObject = {
      resourceType: "CodeSystem",
      url: "urn:local",
      status: "active",
      content: "complete",
      concept: [{ code: "lab", concept: [{ code: "sugar", concept: [{ code: "fasting" }] }, { code: "salt" }] }],
    };
    const find = (url: string): Promise<JsonObject | undefined> =>
      Promise.resolve(url === "urn:local" ? stored : undefined);
    const value = coded({ system: "urn:local", code: "sugar" });
    for (const query of ["code:below=urn:local|lab", "code:below=urn:local|sugar", "code:above=urn:local|fasting"]) {
      assert.ok(await findsIn(value, query, find), query);
    }
    for (const query of ["code:below=urn:local|salt", "code:below=urn:local|fasting", "code:above=urn:local|lab"]) {
      assert.ok(!(await findsIn(value, query, find)), query);
    }
    const refused = findsIn(value, "code:below=http://snomed.info/sct|73211009", find);
    await assert.rejects(refused, { code: "invalid-request" });
  });

  it("refuses to answer where nobody looked the value set up", () => {
    const query = "code:not-in=http://hl7.org/fhir/ValueSet/observation-status";
    assert.throws(() => finds(inpatient, query), { code: "unsupported" });
    assert.throws(() => plan(["Observation"], flatCriteria("Observation", query), () => 1n), { code: "unsupported" });
  });

  it("refuses what it does not know or can't enumerate, and never takes it for empty", async () => {
    const stored: Readonly<Record<string, JsonObject>> = {
      "urn:loop": set({ include: [{ valueSet: ["urn:loop"] }] }),
      "urn:all-of-loinc": set({ include: [{ system: LOINC }] }),
      "urn:filtered": set({ include: [{ system: LOINC, filter: [{ property: "CLASS", op: "=", value: "CHEM" }] }] }),
    };
    const find = (url: string): Promise<JsonObject | undefined> => Promise.resolve(stored[url]);
    for (const url of ["urn:unknown", "urn:all-of-loinc", "urn:filtered"]) {
      await assert.rejects(findsIn(inpatient, `code:not-in=${url}`, find), { code: "invalid-request" }, url);
    }
    await assert.rejects(findsIn(inpatient, "code:in=urn:loop", find), { code: "too-large" });
  });
});
