/** Searches against the real store: pages, totals, orders, chains, includes, compartments. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { WardError } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { typesIn } from "./compartments.ts";
import { BASE_URL, idsOf, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

const LOINC = "http://loinc.org";
let f: SearchFixture;

function patient(id: string, family: string, more: JsonObject = {}): JsonObject {
  return { resourceType: "Patient", id, name: [{ family }], gender: "female", ...more };
}

function observation(id: string, subject: string, code: string, more: JsonObject = {}): JsonObject {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: { coding: [{ system: LOINC, code }] },
    subject: { reference: subject },
    ...more,
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
}

async function found(url: string): Promise<string[]> {
  return idsOf(await f.search(url), "match");
}

before(async () => {
  f = await startSearchFixture();
  await f.store(
    { resourceType: "Organization", id: "org", name: "Ward 5" },
    { resourceType: "Organization", id: "sub", name: "Room 7", partOf: { reference: "Organization/org" } },
    { resourceType: "Practitioner", id: "dr", name: [{ family: "Curie" }], gender: "female" },
    patient("p1", "Okafor", {
      generalPractitioner: [{ reference: "Practitioner/dr" }],
      managingOrganization: { reference: "Organization/sub" },
    }),
    patient("p2", "Meyer", { gender: "male" }),
    {
      resourceType: "Encounter",
      id: "e1",
      status: "finished",
      class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" },
      subject: { reference: "Patient/p1" },
      participant: [{ individual: { reference: "Practitioner/dr" } }],
    },
    observation("o1", "Patient/p1", "a", { effectiveDateTime: "2024-01-05", encounter: { reference: "Encounter/e1" } }),
    observation("o2", "Patient/p1", "b", {
      effectiveDateTime: "2024-01-03",
      performer: [{ reference: "Practitioner/dr" }],
    }),
    observation("o3", "Patient/p1", "a", { effectiveDateTime: "2024-01-04" }),
    observation("o4", "Patient/p2", "a", { performer: [{ reference: "Patient/p1" }] }),
    { resourceType: "Condition", id: "c1", subject: { reference: "Patient/p2" }, code: { text: "Cough" } },
  );
});
after(async () => await f.close());

describe("A search", () => {
  it("finds by criteria, the newest first, and says how many there are", async () => {
    const bundle = await f.search("Observation?subject=Patient/p1&code=a");
    assert.deepEqual(idsOf(bundle, "match"), ["Observation/o3", "Observation/o1"]);
    assert.equal(bundle.total, 2);
    assert.equal(bundle.entry?.[0]?.fullUrl, `${BASE_URL}/Observation/o3`);
    assert.deepEqual(bundle.link, [{ relation: "self", url: `${BASE_URL}/Observation?subject=Patient/p1&code=a` }]);
    assert.deepEqual(await found("Observation?code=none"), []);
    assert.equal((await f.search("Observation?code=none")).total, 0);
  });

  it("gives every match once over pages that show no search value in their links", async () => {
    const { matches, pages } = await f.pages("Observation?code=a&_count=1");
    assert.deepEqual(matches, ["Observation/o4", "Observation/o3", "Observation/o1"]);
    assert.deepEqual(
      pages.map(({ total }) => total),
      [3, 3, 3],
    );
    for (const { link } of pages.slice(0, 2)) {
      const next = link.find(({ relation }) => relation === "next")?.url ?? "";
      assert.match(next, /^https:\/\/ward\.example\/fhir\/Observation\?_cursor=[\w-]+$/);
    }
    assert.equal(
      pages[2]?.link.some(({ relation }) => relation === "next"),
      false,
    );
  });

  it("opens no more than it shows where cards say what is asked", async () => {
    let opened = 0;
    const counting = await startSearchFixture((vault) => ({
      ...vault,
      async loadKeys(sql, compartments) {
        const keys = await vault.loadKeys(sql, compartments);
        return {
          missing: keys.missing,
          seal: (...given) => keys.seal(...given),
          sealShort: (...given) => keys.sealShort(...given),
          openShort: (...given) => keys.openShort(...given),
          open(...given) {
            opened++;
            return keys.open(...given);
          },
        };
      },
    }));
    try {
      const dated = Array.from({ length: 20 }, (_, n) =>
        observation(`d${n}`, "Patient/p1", "a", { effectiveDateTime: `2024-02-${10 + ((n * 7) % 20)}` }),
      );
      await counting.store(...dated);
      const urls = [
        ["Observation?subject=Patient/p1&_sort=-date&_count=3", 3],
        ["Observation?patient=p1&date=ge2024-02-20&_sort=date&_count=4", 4],
        ["Patient/p1/Observation?_sort=-date,_id&_count=2", 2],
        ["Observation?subject=Patient/p1&_count=5", 5],
        ["Observation?subject=Patient/p1&_summary=count", 0],
        ["Observation?subject=Patient/p1&code=a&_sort=-date&_count=3", 20],
      ] as const;
      for (const [url, expected] of urls) {
        opened = 0;
        const bundle = await counting.search(url);
        assert.equal(opened, expected, url);
        assert.equal(bundle.total, url.includes("ge2024") ? 10 : 20, url);
      }
    } finally {
      await counting.close();
    }
  });

  it("searches again by records where one of the page was written to since its card was read, with its includes", async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const interrupted = await startSearchFixture((vault) => ({
      ...vault,
      async loadKeys(sql, compartments) {
        const write = meanwhile;
        meanwhile = undefined;
        await write?.();
        return await vault.loadKeys(sql, compartments);
      },
    }));
    try {
      const days = ["2024-02-01", "2024-02-02", "2024-02-03"];
      const dated = days.map((day, n) => observation(`d${n}`, "Patient/p1", "a", { effectiveDateTime: day }));
      await interrupted.store(patient("p1", "Okafor"), ...dated);
      const latest = observation("d0", "Patient/p1", "a", { effectiveDateTime: "2024-02-09" });
      const earliest = observation("d2", "Patient/p1", "a", { effectiveDateTime: "2024-01-09" });
      const deleted = { kind: "delete", type: "Observation", id: "d2" } as const;
      for (const [url, change, matches] of [
        ["Observation?subject=Patient/p1&_sort=-date&_count=2", () => interrupted.store(earliest), ["d1", "d0"]],
        ["Observation?subject=Patient/p1&_sort=date&_count=2", () => interrupted.store(latest), ["d1", "d2"]],
        ["Observation?subject=Patient/p1&_sort=-date", () => interrupted.write(deleted), ["d1", "d0"]],
      ] as const) {
        await interrupted.store(...dated);
        meanwhile = change;
        const bundle = await interrupted.search(`${url}&_include=Observation:subject`);
        assert.equal(meanwhile, undefined, "there was a write in between");
        const expected = matches.map((id) => `Observation/${id}`);
        assert.deepEqual(idsOf(bundle, "match"), expected, url);
        assert.deepEqual(idsOf(bundle, "include"), ["Patient/p1"], url);
      }
    } finally {
      await interrupted.close();
    }
  });

  it("counts only where it is cheap or asked for", async () => {
    assert.equal((await f.search("Observation?_count=1")).total, undefined);
    assert.equal((await f.search("Observation?_count=1&_total=accurate")).total, 4);
    assert.equal((await f.search("Observation?_total=none")).total, undefined);
    for (const url of [
      "Observation?_summary=count",
      "Observation?_count=0",
      "Observation?_summary=count&_total=none",
    ]) {
      const bundle = await f.search(url);
      assert.equal(bundle.total, 4);
      assert.equal(bundle.entry, undefined);
    }
  });

  it("ends a page that grows too large, and goes on with the next", async () => {
    for (const sort of ["", "&_sort=date"]) {
      const small = await f.search(`Observation?code=a&_total=accurate${sort}`, undefined, { pageMaxBytes: 10 });
      assert.deepEqual([small.total, idsOf(small, "match").length], [3, 1]);
      const rest = await f.search(small.link.find(({ relation }) => relation === "next")?.url ?? "");
      assert.deepEqual(idsOf(rest, "match"), (await found(`Observation?code=a${sort}`)).slice(1));
    }
  });

  it("pages on where queries and sorted values are long", async () => {
    const name = "Ångström ".repeat(500);
    await f.store(...["x", "y", "z"].map((id) => ({ resourceType: "Organization", id, name: `${name}${id}` })));
    const ids = Array.from({ length: 300 }, (_, n) => `none${n}`).join(",");
    const { matches, pages } = await f.pages(`Organization?_id=x,y,z,${ids}&_sort=name&_count=1`);
    assert.deepEqual(matches, ["Organization/z", "Organization/y", "Organization/x"]);
    for (const { link } of pages) {
      const next = link.find(({ relation }) => relation === "next")?.url ?? BASE_URL;
      assert.ok((new URL(next).searchParams.get("_cursor") ?? "").length < 1_000);
    }
  });

  it("leaves out an estimate that would cost too much", async () => {
    const estimate = "Observation?_count=1&_total=estimate";
    assert.equal((await f.search(estimate)).total, 4);
    assert.equal((await f.search(estimate, undefined, { candidatesMax: 2 })).total, undefined);
  });

  it("sorts by values over pages, what has none last", async () => {
    for (const count of [1, 2, 10]) {
      assert.deepEqual(
        (await f.pages(`Observation?_sort=date&_count=${count}`)).matches,
        ["o2", "o3", "o1", "o4"].map((id) => `Observation/${id}`),
      );
      assert.deepEqual(
        (await f.pages(`Observation?_sort=code,-date&_count=${count}`)).matches,
        ["o1", "o3", "o4", "o2"].map((id) => `Observation/${id}`),
      );
      assert.deepEqual(
        (await f.pages(`Observation?_sort=_lastUpdated&_count=${count}`)).matches,
        ["o1", "o2", "o3", "o4"].map((id) => `Observation/${id}`),
      );
    }
  });

  it("is refused with what to add where too many records would have to be decrypted", async () => {
    for (const url of [
      "Observation?_sort=date",
      "Observation?_total=accurate",
      "Patient?general-practitioner.gender=female",
    ]) {
      assert.equal(await codeOf(f.search(url, undefined, { candidatesMax: 0, innerMatchesMax: 0 })), "too-large");
    }
    await assert.rejects(f.search("Observation?_sort=date", undefined, { candidatesMax: 3 }), {
      detail: {
        type: "Observation",
        limitCandidates: 3,
        add: ["patient", "subject", "identifier", "code", "_lastUpdated"],
      },
    });
  });

  it("answers a subset where one is asked for", async () => {
    const { entry = [] } = await f.search("Patient?family=okafor&_elements=gender&_include=Patient:organization");
    const [match, included] = entry.map(({ resource }) => resource);
    assert.deepEqual(Object.keys(match ?? {}).sort(), ["gender", "id", "meta", "resourceType"]);
    assert.equal(included?.["name"], "Room 7");
  });
});

describe("A chain", () => {
  it("goes through one or several references", async () => {
    assert.deepEqual(
      await found("Observation?subject:Patient.family=okafor"),
      ["o3", "o2", "o1"].map((id) => `Observation/${id}`),
    );
    assert.deepEqual(
      await found("Observation?patient.organization.partof.name=ward"),
      ["o3", "o2", "o1"].map((id) => `Observation/${id}`),
    );
    assert.deepEqual(await found("Observation?subject:Patient.family=nobody"), []);
    assert.deepEqual(await found("Observation?patient.general-practitioner:Practitioner.family=curie&code=b"), [
      "Observation/o2",
    ]);
  });

  it("goes backwards, and on from there", async () => {
    assert.deepEqual(await found("Patient?_has:Observation:patient:code=b"), ["Patient/p1"]);
    assert.deepEqual(await found("Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:code=b"), [
      "Practitioner/dr",
    ]);
    assert.deepEqual(await found("Patient?_has:Observation:patient:performer.family=curie"), ["Patient/p1"]);
    assert.deepEqual(await found("Patient?_has:Observation:patient:performer:Practitioner.family=curie"), [
      "Patient/p1",
    ]);
  });

  it("is asked only of what the other criteria lead to where it matches too much alone", async () => {
    const few = { candidatesMax: 4, innerMatchesMax: 1 };
    const limited = async (url: string): Promise<string[]> => idsOf(await f.search(url, undefined, few), "match");
    assert.deepEqual(await limited("Observation?code=b&subject:Patient.family:missing=false"), ["Observation/o2"]);
    assert.deepEqual(await limited("Patient?_id=p2&_has:Observation:patient:code=a"), ["Patient/p2"]);
    assert.deepEqual(await limited("Encounter/e1/Observation?subject:Patient.name:missing=false"), ["Observation/o1"]);
    const nested = "subject:Patient._has:Observation:patient";
    assert.deepEqual(await limited(`Observation?_id=o4&${nested}:status=final`), ["Observation/o4"]);
    assert.equal(await codeOf(limited(`Observation?_id=o1&${nested}:status=final`)), "too-large", "three are too many");
    assert.equal(await codeOf(limited("Patient?_has:Observation:patient:code=a")), "too-large");
  });

  it("is recorded as an act on the type that it reads, with the records that led to the answer", async () => {
    await f.search("Observation?subject:Patient.gender=male");
    const told = f.acts.map(({ act, touched }) => [act.action, act.resourceType, touched.length]);
    assert.deepEqual(told, [
      ["fhir.search", "Patient", 1],
      ["fhir.search", "Observation", 1],
    ]);
  });
});

describe("An include", () => {
  it("includes nothing that only those refer to which the page has no room for", async () => {
    const url = "Observation?subject=Patient/p1,Patient/p2&_sort=-date&_include=Observation:subject";
    assert.deepEqual(idsOf(await f.search(url), "include").sort(), ["Patient/p1", "Patient/p2"]);
    const small = await f.search(url, undefined, { pageMaxBytes: 10 });
    assert.deepEqual(idsOf(small, "match"), ["Observation/o1"]);
    assert.deepEqual(idsOf(small, "include"), ["Patient/p1"]);
    const read = f.acts.filter(({ act }) => act.action === "fhir.read").flatMap(({ touched }) => touched);
    assert.deepEqual(
      read.map(({ id }) => id),
      [f.storage.recordId("Patient", "p1")],
    );
  });

  it("adds what matches refer to, each once, further with iterate", async () => {
    const one = await f.search("Observation?code=a&_include=Observation:subject");
    assert.deepEqual(idsOf(one, "match").length, 3);
    assert.deepEqual(idsOf(one, "include").sort(), ["Patient/p1", "Patient/p2"]);
    assert.equal(one.total, 3);
    const more = await f.search(
      "Observation?_id=o1&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof",
    );
    assert.deepEqual(idsOf(more, "include").sort(), ["Organization/org", "Organization/sub", "Patient/p1"]);
    assert.deepEqual(idsOf(await f.search("Encounter?_include=*"), "include").sort(), [
      "Patient/p1",
      "Practitioner/dr",
    ]);
  });

  it("keeps to the type that it names", async () => {
    assert.deepEqual(
      idsOf(await f.search("Observation?_id=o4&_include=Observation:performer:Practitioner"), "include"),
      [],
    );
    assert.deepEqual(idsOf(await f.search("Observation?_id=o4&_include=Observation:performer:Patient"), "include"), [
      "Patient/p1",
    ]);
  });

  it("goes backwards", async () => {
    const bundle = await f.search("Patient?_id=p1&_revinclude=Observation:subject&_revinclude=Encounter:patient");
    assert.deepEqual(idsOf(bundle, "include").sort(), [
      "Encounter/e1",
      "Observation/o1",
      "Observation/o2",
      "Observation/o3",
    ]);
    const all = await f.search("Patient?_id=p1&_revinclude=Observation:*");
    assert.deepEqual(
      idsOf(all, "include").sort(),
      ["o1", "o2", "o3", "o4"].map((id) => `Observation/${id}`),
    );
  });

  it("stops at a limit and says so", async () => {
    const bundle = await f.search("Patient?_revinclude=Observation:subject", undefined, { includedMax: 2 });
    assert.equal(idsOf(bundle, "include").length, 2);
    const outcome = bundle.entry?.find(({ search }) => search.mode === "outcome")?.resource;
    assert.equal(outcome?.["resourceType"], "OperationOutcome");
  });
});

describe("A compartment", () => {
  it("holds what refers to its record by the parameters that R4 names", async () => {
    assert.deepEqual(
      await found("Patient/p1/Observation"),
      ["o4", "o3", "o2", "o1"].map((id) => `Observation/${id}`),
    );
    assert.deepEqual(await found("Patient/p1/Observation?code=b"), ["Observation/o2"]);
    assert.deepEqual(await found("Encounter/e1/Observation"), ["Observation/o1"]);
    assert.deepEqual(await found("Practitioner/dr/Observation"), ["Observation/o2"]);
    assert.deepEqual(await found("Patient/p1/Organization"), []);
    assert.deepEqual(await found("Patient/p1/Patient"), ["Patient/p1"]);
  });

  it("is searched whole over pages, types that are not there leaving no entry", async () => {
    const expected = [
      "Observation/o4",
      "Observation/o3",
      "Observation/o2",
      "Observation/o1",
      "Encounter/e1",
      "Patient/p1",
    ];
    assert.deepEqual(await found("Patient/p1/*"), expected);
    assert.deepEqual(f.acts.map(({ act }) => act.resourceType).sort(), [
      "Encounter",
      "Observation",
      "Patient",
      "Patient",
    ]);
    assert.deepEqual((await f.pages("Patient/p1/*?_count=2")).matches, expected);
    assert.deepEqual(await found("Patient/p1/*?_type=Encounter,Observation&_lastUpdated=lt2000"), []);
  });

  it("is told whole by $everything, with what it refers to outside", async () => {
    const bundle = await f.search("Patient/p1/$everything");
    assert.deepEqual(idsOf(bundle, "match").sort(), [
      "Encounter/e1",
      "Observation/o1",
      "Observation/o2",
      "Observation/o3",
      "Observation/o4",
      "Patient/p1",
    ]);
    assert.deepEqual(idsOf(bundle, "include").sort(), ["Organization/org", "Organization/sub", "Practitioner/dr"]);
    const paged = await f.pages("Patient/p1/$everything?_count=2");
    assert.deepEqual(paged.matches.sort(), idsOf(bundle, "match").sort());
    const long = `Patient/p1/$everything?_count=4&_since=2000-01-01&_type=${typesIn("Patient").join()}`;
    assert.equal((await f.pages(long)).matches.length, 6);
    assert.equal(await codeOf(f.search("Patient/nobody/$everything")), "not-found");
  });

  it("is told by $everything for dates of care, types and times", async () => {
    const dated = await f.search("Patient/p1/$everything?start=2024-01-04&end=2024-01-04&_type=Observation");
    assert.deepEqual(idsOf(dated, "match"), ["Observation/o4", "Observation/o3"], "o4 has no date of care");
    assert.deepEqual(idsOf(await f.search("Patient/p1/$everything?_since=2999-01-01"), "match"), []);
    assert.equal(await codeOf(f.search("Patient/p1/$everything?start=yesterday")), "invalid-request");
    assert.equal(await codeOf(f.search("Patient/p1/$everything?name=x")), "unsupported");
    const encounter = await f.search("Encounter/e1/$everything");
    assert.deepEqual(idsOf(encounter, "match"), ["Observation/o1", "Encounter/e1"]);
    assert.deepEqual(idsOf(encounter, "include").sort().slice(-2), ["Patient/p1", "Practitioner/dr"]);
  });
});

describe("$lastn", () => {
  it("gives the latest of each code", async () => {
    assert.deepEqual(idsOf(await f.search("Observation/$lastn?patient=p1"), "match"), [
      "Observation/o1",
      "Observation/o2",
    ]);
    assert.deepEqual(idsOf(await f.search("Observation/$lastn?patient=p1&max=2"), "match"), [
      "Observation/o1",
      "Observation/o3",
      "Observation/o2",
    ]);
    assert.equal(await codeOf(f.search("Observation/$lastn?code=a")), "invalid-request");
    assert.equal(await codeOf(f.search("Observation/$lastn?patient=p1&max=0")), "invalid-request");
  });
});

describe("Several types", () => {
  it("are searched together", async () => {
    assert.deepEqual(await found("?_type=Patient,Practitioner&gender=female"), ["Patient/p1", "Practitioner/dr"]);
  });
});
