/** R4 search across resources, and what an answer looks like: chains, includes, order, pages, counts, compartments. */
import assert from "node:assert/strict";
import { encoded, finds, linkOf, refuses, search, type Case, type CaseGroup } from "./case.ts";
import { storeSearchData } from "./search-data.ts";
import type { FhirServer } from "./server.ts";

export const ACROSS: CaseGroup = {
  title: "Search: chains, reverse chains, compartments, several types",
  prepare: storeSearchData,
  cases: [
    finds("all", "search without criteria", "Patient", "p1 p2 p3 p4 p5"),
    finds("all-pages", "search without criteria, page by page", "Patient?_count=2", "p1 p2 p3 p4 p5"),
    finds("empty-parameter", "an empty parameter is ignored", "Patient?family=&gender=male", "p1"),
    finds("chain", "chain", "Observation?subject.name=peter", "o1 o2 o5"),
    finds(
      "chain-three",
      "chain over three references",
      "Observation?patient.organization.partof.name=holding",
      "o1 o2 o5",
    ),
    finds("chain-not", "chain with `:not`", "Observation?subject.gender:not=male", "o3 o4 o6 o8"),
    finds("has-chain", "chain in `_has`", "Patient?_has:Observation:subject:performer.family=Curie", "p1"),
    finds("chain-typed", "chain `:Type`", "Observation?subject:Patient.name=peter", "o1 o2 o5"),
    finds("chain-token", "chain", "Observation?patient.gender=female", "o3 o4 o6 o8"),
    finds("chain-identifier", "chain", "Observation?subject.identifier=http://h.example/mrn|M1", "o1 o2 o5"),
    finds("chain-two", "chain over two references", "Observation?patient.organization.name=acme", "o1 o2 o5"),
    finds("chain-date", "chain with a prefix", "Observation?patient.birthdate=lt1974-12-25", "o3 o4 o6 o8"),
    finds("chain-id", "chain", "Observation?patient._id=@p1", "o1 o2 o5"),
    finds("chain-modifier", "chain with a modifier", "Observation?patient.family:exact=Müller", "o1 o2 o5"),
    finds("chain-and", "chain, AND", "Observation?patient.gender=female&code=29463-7", "o3 o4"),
    finds("chain-none", "chain", "Observation?subject.name=nobody", ""),
    finds(
      "chain-contained",
      "chain into what is contained",
      "MedicationRequest?medication.code=http://snomed.info/sct|387517004",
      "m1",
    ),
    finds("contained-not-found", "contained resources are no matches", "Medication?code=387517004", ""),
    finds("chain-canonical", "chain over a canonical", "PlanDefinition?depends-on:Library.title=first", "pd1"),
    finds("has-canonical", "`_has` over a canonical", "Library?_has:PlanDefinition:depends-on:status=active", "lib1"),
    finds("list", "`_list`", "Patient?_list=@l1", "p1"),
    finds("list-criteria", "`_list`, AND", "Observation?_list=@l1&code=2345-7", "o1"),
    finds("list-other-type", "`_list` without such members", "Condition?_list=@l1", ""),
    refuses("chain-unknown-parameter", "chain by an unknown parameter", "Observation?patient.nonsense=1"),
    refuses("chain-not-a-reference", "chain through a token", "Observation?code.name=x"),
    finds("has", "`_has`", "Patient?_has:Observation:patient:code=2345-7", "p1 p2"),
    finds("has-quantity", "`_has`", "Patient?_has:Observation:patient:value-quantity=5.4", "p1"),
    finds("has-and", "`_has`, AND", "Patient?_has:Observation:patient:code=2345-7&gender=female", "p2"),
    finds(
      "has-nested",
      "`_has` in `_has`",
      "Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9",
      "org1",
    ),
    finds("has-or", "`_has`, OR", "Patient?_has:Observation:patient:code=85354-9,5778-6", "p1 p2"),
    finds("has-none", "`_has`", "Patient?_has:Observation:patient:code=none", ""),
    refuses("has-malformed", "`_has` without a parameter", "Patient?_has:Observation:patient=1"),
    refuses("has-unknown-type", "`_has` of an unknown type", "Patient?_has:Nonsense:patient:code=1", [400, 404]),
    finds("chain-has", "`_has` behind a chain", "Observation?patient._has:Condition:patient:code=39065001", "o1 o2 o5"),
    finds("compartment", "compartment search", "Patient/@p1/Observation", "o1 o2 o5"),
    finds("compartment-criteria", "compartment search", "Patient/@p1/Observation?code=29463-7", "o2"),
    finds("compartment-condition", "compartment search", "Patient/@p1/Condition", "c1"),
    finds("compartment-encounter", "compartment search", "Encounter/@e1/Observation", "o1"),
    finds("compartment-practitioner", "compartment search", "Practitioner/@pr1/Observation", "o1"),
    finds("compartment-other-type", "compartment without such a type", "Patient/@p5/Observation", ""),
    finds(
      "system-types",
      "system search with `_type`",
      "?_type=Condition,RiskAssessment&_lastUpdated=ge2020",
      "c1 r1 r2",
    ),
    finds("system-id", "system search", "?_type=Patient,Observation&_id=@p1,@o1", "o1 p1"),
    finds("system-all", "system search of all types", "?_id=@p1,@o1", "o1 p1"),
    refuses("system-uncommon", "system search by what not all types have", "?gender=male"),
    refuses("system-unbounded", "system search for everything", "?_count=5"),
    everything(),
    everythingTypes(),
    lastN(),
  ],
};

const BY_CHOICE: ReadonlySet<string> = new Set([
  "unknown-default",
  "text-search",
  "content-search",
  "filter",
  "query",
  "near",
  "list-function",
  "contained",
  "revinclude-all",
]);

export const ANSWERS: CaseGroup = {
  title: "Search: includes, order, pages and the shape of an answer",
  cases: [
    includes("include", "`_include`", "Observation?_id=@o1&_include=Observation:subject", "p1"),
    includes(
      "include-typed",
      "`_include` with a target type",
      "Observation?_id=@o1&_include=Observation:subject:Patient",
      "p1",
    ),
    includes(
      "include-other-type",
      "`_include` with a target type",
      "Observation?_id=@o1&_include=Observation:subject:Group",
      "",
    ),
    includes(
      "include-several",
      "`_include`, twice",
      "Observation?_id=@o1&_include=Observation:subject&_include=Observation:performer",
      "p1 pr1",
    ),
    includes("include-all", "`_include=*`", "Observation?_id=@o1&_include=*", "e1 p1 pr1"),
    includes(
      "include-once",
      "`_include` of one for many",
      "Observation?subject=@p1&_include=Observation:subject",
      "p1",
    ),
    includes(
      "include-not-iterated",
      "`_include` without `:iterate`",
      "Observation?_id=@o1&_include=Observation:subject&_include=Patient:organization",
      "p1",
    ),
    includes(
      "include-iterate",
      "`_include:iterate`",
      "Observation?_id=@o1&_include=Observation:subject&_include:iterate=Patient:organization",
      "org1 p1",
    ),
    includes(
      "include-iterate-deep",
      "`_include:iterate`",
      "Observation?_id=@o1&_include=Observation:subject&_include:iterate=Patient:organization&_include:iterate=Organization:partof",
      "org1 org2 p1",
    ),
    includes(
      "include-canonical",
      "`_include` over a canonical",
      "PlanDefinition?_include=PlanDefinition:depends-on",
      "lib1",
    ),
    includes(
      "revinclude-canonical",
      "`_revinclude` over a canonical",
      "Library?_id=@lib1&_revinclude=PlanDefinition:depends-on",
      "pd1",
    ),
    includes("revinclude", "`_revinclude`", "Patient?_id=@p1&_revinclude=Observation:subject", "o1 o2 o5"),
    includes(
      "revinclude-two",
      "`_revinclude`, twice",
      "Patient?_id=@p1&_revinclude=Observation:subject&_revinclude=Condition:patient",
      "c1 o1 o2 o5",
    ),
    includes(
      "revinclude-include",
      "`_revinclude` and `_include`",
      "Patient?_id=@p1&_revinclude=Condition:patient&_include=Patient:general-practitioner",
      "c1 pr1",
    ),
    refuses(
      "include-unknown",
      "`_include` by an unknown parameter",
      "Observation?code=2345-7&_include=Observation:nonsense",
    ),
    refuses("include-malformed", "`_include` without a parameter", "Observation?code=2345-7&_include=Observation"),
    finds(
      "sort-date",
      "`_sort`",
      "Patient?birthdate:missing=false&birthdate=ge1974-12-02&_sort=birthdate",
      "p3 > p2 > p1 > p5",
    ),
    finds("sort-descending", "`_sort=-`", "Observation?code=29463-7&subject=@p2&_sort=-date", "o3 > o4"),
    finds("sort-string", "`_sort` by a string", "Patient?gender=male,female,unknown&_sort=given", "p2 > p1 > p5"),
    finds("sort-two-keys", "`_sort` by two keys", "Observation?code=2345-7,5778-6&_sort=status,-date", "o6 > o1 > o8"),
    finds(
      "sort-last-updated",
      "`_sort=_lastUpdated`",
      "RiskAssessment?subject=Patient/@p1,Patient/@p2&_sort=_lastUpdated",
      "r1 > r2",
    ),
    finds(
      "sort-last-updated-descending",
      "`_sort=-_lastUpdated`",
      "RiskAssessment?subject=Patient/@p1,Patient/@p2&_sort=-_lastUpdated",
      "r2 > r1",
    ),
    refuses("sort-unknown", "`_sort` by an unknown parameter", "Patient?gender=male&_sort=nonsense"),
    shape(),
    pages(),
    pagesDuringWrites(),
    forgedCursor(),
    counts(),
    zeroCount(),
    summaryCount(),
    refuses("count-negative", "`_count`", "Patient?gender=male&_count=-1"),
    refuses("count-words", "`_count`", "Patient?gender=male&_count=many"),
    refuses("total-words", "`_total`", "Patient?gender=male&_total=perhaps"),
    elements(),
    summaryTrue(),
    summaryText(),
    summaryData(),
    byPost(),
    byPostBoth(),
    byPostSystem(),
    byPostCompartment(),
    byPostEmpty(),
    refuses(
      "unknown-default",
      "unknown parameter: a filter that were ignored would give out more than was asked",
      "Patient?gender=male&nonsense=1",
    ),
    unknownStrict(),
    unknownLenient(),
    refuses("text-search", "`_text` without the text index", "Patient?_text=peter", [400, 501]),
    refuses("content-search", "`_content` without the text index", "Patient?_content=peter", [400, 501]),
    refuses("filter", "`_filter`", "Patient?_filter=name eq peter", [400, 501]),
    refuses("query", "`_query`", "Patient?_query=current-high-risk", [400, 501]),
    refuses("list-function", "`_list` by its function", "Condition?_list=$current-problems", [400, 501]),
    refuses("contained", "`_contained`", "Medication?_contained=true&code=387517004", [400, 501]),
    refuses("revinclude-all", "`_revinclude=*`", "Patient?_id=@p1&_revinclude=*", [400, 501]),
    refuses("near", "special: `near`", "Location?near=42.25|-83.69|11|km", [400, 501]),
  ].map((each) => (BY_CHOICE.has(each.id) ? { ...each, isRefused: true } : each)),
};

function made(id: string, feature: string, sent: string, holds: string, run: Case["run"]): Case {
  return { id, feature, sent, holds, run };
}

function includes(id: string, feature: string, query: string, names: string): Case {
  const wanted = names.split(" ").filter((name) => name !== "");
  return made(
    id,
    feature,
    `\`GET ${query}\``,
    wanted.length === 0 ? "includes nothing" : `includes ${wanted.join(", ")}, each once and as \`include\``,
    async (server) => {
      const { body, status, text } = await server.get(encoded(query));
      assert.equal(status, 200, text.slice(0, 400));
      const nameOf = namesOf(server);
      const entries = (body.entry ?? []) as { resource: { id: string }; search: { mode: string } }[];
      const included = entries
        .filter((entry) => entry.search.mode === "include")
        .map(({ resource }) => nameOf(resource.id));
      assert.deepEqual(included.toSorted(), wanted.toSorted());
      const matches = entries.length - included.length;
      if (body.total !== undefined) assert.equal(body.total, matches, "total counts matches only");
    },
  );
}

function namesOf(server: FhirServer): (id: string) => string {
  const names = new Map([...server.ids].map(([name, id]) => [id, name]));
  return (id) => names.get(id) ?? id;
}

function everything(): Case {
  return made(
    "everything",
    "`$everything`",
    "`GET Patient/@p1/$everything`",
    "answers the patient and all of its compartment, and nothing of others",
    async (server) => {
      const nameOf = namesOf(server);
      const found: string[] = [];
      let answer = await server.get("Patient/@p1/$everything");
      for (;;) {
        assert.equal(answer.status, 200, answer.text.slice(0, 400));
        for (const { resource } of answer.body.entry ?? []) found.push(nameOf(resource.id as string));
        const next = linkOf(answer, "next");
        if (next === undefined) break;
        answer = await server.get(next);
      }
      for (const name of ["p1", "o1", "o2", "o5", "e1", "c1", "r1"])
        assert.ok(found.includes(name), `${name} is missing`);
      for (const name of ["p2", "o3", "o4", "r2"]) assert.ok(!found.includes(name), `${name} is of another patient`);
      assert.equal(new Set(found).size, found.length, "each once");
    },
  );
}

function everythingTypes(): Case {
  return made(
    "everything-type",
    "`$everything?_type=`",
    "`GET Patient/@p1/$everything?_type=Observation`",
    "answers observations alone",
    async (server) => {
      const { status, body, text } = await server.get("Patient/@p1/$everything?_type=Observation");
      assert.equal(status, 200, text.slice(0, 400));
      const types = new Set(
        (body.entry as { resource: { resourceType: string } }[]).map(({ resource }) => resource.resourceType),
      );
      types.delete("Patient");
      assert.deepEqual([...types], ["Observation"]);
    },
  );
}

function lastN(): Case {
  return made(
    "lastn",
    "`$lastn`",
    "`GET Observation/$lastn?patient=@p2&code=29463-7,2345-7&max=1`",
    "answers the newest of each code",
    async (server) => {
      const { status, body, text } = await server.get("Observation/$lastn?patient=@p2&code=29463-7,2345-7&max=1");
      assert.equal(status, 200, text.slice(0, 400));
      const nameOf = namesOf(server);
      const found = (body.entry as { resource: { id: string } }[]).map(({ resource }) => nameOf(resource.id));
      assert.deepEqual(found.toSorted(), ["o3", "o8"]);
    },
  );
}

function shape(): Case {
  return made(
    "searchset",
    "Bundle `searchset`",
    "`GET Patient?gender=male`",
    "has `self`, absolute `fullUrl`s, `search.mode` and no empty member",
    async (server) => {
      const answer = await server.get("Patient?gender=male");
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/fhir\+json/);
      const [entry] = answer.body.entry;
      assert.equal(entry.fullUrl, `${server.baseUrl}/Patient/${server.ids.get("p1")}`);
      assert.equal(entry.search.mode, "match");
      const self = linkOf(answer, "self") ?? "";
      assert.ok(self.startsWith(`${server.baseUrl}/Patient?`), self);
      assert.match(self, /gender=male/);
      const none = await server.get("Patient?gender=zzz");
      assert.equal(none.body.entry, undefined, "an empty array is not FHIR JSON");
      assert.equal(none.body.total, 0);
    },
  );
}

function pages(): Case {
  return made(
    "pages",
    "`_count` and `next`",
    "`GET Observation?status=final,amended,preliminary&_count=3`, then each `next`",
    "gives every match once, at most three a page, `total` the same",
    async (server) => {
      const query = "Observation?status=final,amended,preliminary";
      let answer = await server.get(`${query}&_count=3&_total=accurate`);
      const found: string[] = [];
      for (;;) {
        assert.equal(answer.status, 200, answer.text.slice(0, 400));
        assert.ok(answer.body.entry.length <= 3);
        assert.equal(answer.body.total, 8);
        for (const { resource } of answer.body.entry) found.push(resource.id as string);
        const next = linkOf(answer, "next");
        if (next === undefined) break;
        assert.doesNotMatch(next, /@p1|Müller/);
        answer = await server.get(next);
      }
      assert.equal(found.length, 8);
      assert.equal(new Set(found).size, 8);
    },
  );
}

function pagesDuringWrites(): Case {
  return made(
    "pages-during-writes",
    "`next` while records come and change",
    "pages of two; between them a match is created and one updated",
    "gives every record that was there from the start, once",
    async (server) => {
      const device = async (name: string): Promise<string> =>
        await server.store(name, { resourceType: "Device", status: "active", distinctIdentifier: name });
      const before = [];
      for (const name of ["d1", "d2", "d3", "d4", "d5"]) before.push(await device(name));
      let answer = await server.get("Device?status=active&_count=2");
      const found: string[] = [];
      for (let page = 0; ; page += 1) {
        assert.equal(answer.status, 200, answer.text.slice(0, 400));
        for (const { resource } of answer.body.entry ?? []) found.push(resource.id as string);
        const next = linkOf(answer, "next");
        if (next === undefined) break;
        await device(`dlater${page}`);
        await server.send("Device/@d1", {
          method: "PUT",
          body: { resourceType: "Device", id: "@d1", status: "active", lotNumber: `${page}` },
        });
        answer = await server.get(next);
      }
      for (const id of before) assert.equal(found.filter((each) => each === id).length, 1, id);
    },
  );
}

function forgedCursor(): Case {
  return made(
    "cursor-forged",
    "paging by signed cursors",
    "`next` with one character of its cursor changed",
    "is refused with 400",
    async (server) => {
      const answer = await server.get("Observation?status=final,amended,preliminary&_count=3");
      const next = linkOf(answer, "next") ?? "";
      const cursors = [...new URL(next).searchParams].toSorted(([, one], [, other]) => other.length - one.length);
      const [name, value] = cursors[0] ?? ["", ""];
      const url = new URL(next);
      const middle = Math.floor(value.length / 2);
      url.searchParams.set(
        name,
        `${value.slice(0, middle)}${value[middle] === "A" ? "B" : "A"}${value.slice(middle + 1)}`,
      );
      const forged = await server.get(url.href);
      assert.equal(forged.status, 400, forged.text.slice(0, 200));
      assert.equal(forged.body.resourceType, "OperationOutcome");
    },
  );
}

function counts(): Case {
  return made(
    "total",
    "`_total`",
    "`GET Observation?code=29463-7&_count=1&_total=accurate`",
    "counts all matches",
    async (server) => {
      const { body } = await server.get("Observation?code=29463-7&_count=1&_total=accurate");
      assert.equal(body.total, 3);
      assert.equal(body.entry.length, 1);
      const without = await server.get("Observation?code=29463-7&_count=1&_total=none");
      assert.equal(without.status, 200);
      assert.equal(without.body.total, undefined);
    },
  );
}

function zeroCount(): Case {
  return made(
    "count-zero",
    "`_count=0`",
    "`GET Observation?code=29463-7&_count=0`",
    "answers the total and no entry",
    async (server) => {
      const { status, body } = await server.get("Observation?code=29463-7&_count=0");
      assert.equal(status, 200);
      assert.equal(body.total, 3);
      assert.equal(body.entry, undefined);
    },
  );
}

function summaryCount(): Case {
  return made(
    "summary-count",
    "`_summary=count`",
    "`GET Observation?code=29463-7&_summary=count`",
    "answers the total and no entry",
    async (server) => {
      const { status, body } = await server.get("Observation?code=29463-7&_summary=count");
      assert.equal(status, 200);
      assert.equal(body.total, 3);
      assert.equal(body.entry, undefined);
    },
  );
}

const SUBSETTED = "SUBSETTED";
type Tagged = { readonly meta?: { readonly tag?: readonly { readonly code: string }[] } };
const isSubsetted = (resource: Tagged): boolean => resource.meta?.tag?.some(({ code }) => code === SUBSETTED) ?? false;

function elements(): Case {
  return made(
    "elements",
    "`_elements`",
    "`GET Patient?_id=@p1&_elements=birthDate`",
    "gives the element, mandatory ones, id and meta with `SUBSETTED`",
    async (server) => {
      const { body, status, text } = await server.get("Patient?_id=@p1&_elements=birthDate");
      assert.equal(status, 200, text.slice(0, 400));
      const { resource } = body.entry[0];
      assert.equal(resource.birthDate, "1974-12-25");
      assert.equal(resource.name, undefined);
      assert.ok(resource.id);
      assert.ok(isSubsetted(resource as Tagged));
      const observation = await server.get("Observation?_id=@o1&_elements=subject");
      assert.equal(observation.body.entry[0].resource.status, "final", "mandatory elements stay");
    },
  );
}

function summaryTrue(): Case {
  return made(
    "summary-true",
    "`_summary=true`",
    "`GET Patient?_id=@p1&_summary=true`",
    "gives summary elements, `SUBSETTED`",
    async (server) => {
      const { resource } = (await server.get("Patient?_id=@p1&_summary=true")).body.entry[0];
      assert.equal(resource.birthDate, "1974-12-25");
      assert.equal(resource.generalPractitioner, undefined);
      assert.ok(isSubsetted(resource as Tagged));
    },
  );
}

function summaryText(): Case {
  return made(
    "summary-text",
    "`_summary=text`",
    "`GET Observation?_id=@o1&_summary=text`",
    "gives text, id, meta and mandatory elements",
    async (server) => {
      const { resource } = (await server.get("Observation?_id=@o1&_summary=text")).body.entry[0];
      assert.ok(resource.id);
      assert.equal(resource.status, "final");
      assert.ok(resource.code);
      assert.equal(resource.valueQuantity, undefined);
      assert.ok(isSubsetted(resource as Tagged));
    },
  );
}

function summaryData(): Case {
  return made(
    "summary-data",
    "`_summary=data`",
    "`GET Patient?_id=@p1&_summary=data`",
    "leaves out the text alone",
    async (server) => {
      const { resource } = (await server.get("Patient?_id=@p1&_summary=data")).body.entry[0];
      assert.equal(resource.text, undefined);
      assert.ok(resource.name);
      assert.ok(isSubsetted(resource as Tagged));
    },
  );
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function byPost(): Case {
  return made(
    "post-search",
    "search by POST",
    "`POST Patient/_search`, form `gender=female`",
    "answers as GET does",
    async (server) => {
      const answer = await server.send("Patient/_search", { method: "POST", body: "gender=female", headers: FORM });
      assert.equal(answer.status, 200, answer.text.slice(0, 400));
      assert.deepEqual(
        answer.body.entry.map((entry: { resource: { id: string } }) => namesOf(server)(entry.resource.id)),
        ["p2"],
      );
    },
  );
}

function byPostBoth(): Case {
  return made(
    "post-search-both",
    "search by POST",
    "`POST Patient/_search?gender=female`, form `family=van`",
    "joins the parameters of URL and form",
    async (server) => {
      const found = await server.send("Patient/_search?gender=female", {
        method: "POST",
        body: "family=van",
        headers: FORM,
      });
      assert.equal(found.body.entry.length, 1);
      const none = await server.send("Patient/_search?gender=male", {
        method: "POST",
        body: "family=van",
        headers: FORM,
      });
      assert.equal(none.body.entry, undefined);
    },
  );
}

function byPostSystem(): Case {
  return made(
    "post-search-system",
    "search by POST, system",
    "`POST _search`, form `_type=Condition&_lastUpdated=ge2020`",
    "answers as GET does",
    async (server) => {
      const answer = await server.send("_search", {
        method: "POST",
        body: "_type=Condition&_lastUpdated=ge2020",
        headers: FORM,
      });
      assert.equal(answer.status, 200, answer.text.slice(0, 400));
      assert.equal(answer.body.entry.length, 1);
    },
  );
}

function byPostCompartment(): Case {
  return made(
    "post-search-compartment",
    "search by POST, compartment",
    "`POST Patient/@p1/Observation/_search`, form `code=29463-7`",
    "answers as GET does",
    async (server) => {
      const answer = await server.send("Patient/@p1/Observation/_search", {
        method: "POST",
        body: "code=29463-7",
        headers: FORM,
      });
      assert.equal(answer.status, 200, answer.text.slice(0, 400));
      assert.equal(answer.body.total, 1);
    },
  );
}

function byPostEmpty(): Case {
  return made(
    "post-search-empty",
    "search by POST, empty form",
    "`POST Patient/_search` without parameters, `POST Patient/_search?gender=male` with an empty form",
    "answers all, and by the URL's parameters",
    async (server) => {
      const all = await server.send("Patient/_search", { method: "POST", body: "", headers: FORM });
      assert.equal(all.body.total, 5, all.text.slice(0, 400));
      const some = await server.send("Patient/_search?gender=male", { method: "POST", body: "", headers: FORM });
      assert.equal(some.body.total, 1, some.text.slice(0, 400));
    },
  );
}

function unknownStrict(): Case {
  return made(
    "unknown-strict",
    "`Prefer: handling=strict`",
    "`GET Patient?gender=male&nonsense=1`",
    "is refused with 400",
    async (server) => {
      const answer = await server.get("Patient?gender=male&nonsense=1", { prefer: "handling=strict" });
      assert.equal(answer.status, 400, answer.text.slice(0, 200));
    },
  );
}

function unknownLenient(): Case {
  return made(
    "unknown-lenient",
    "`Prefer: handling=lenient`",
    "`GET Patient?gender=male&nonsense=1`",
    "is answered without it, and `self` does not name it",
    async (server) => {
      const answer = await server.get("Patient?gender=male&nonsense=1", { prefer: "handling=lenient" });
      assert.equal(answer.status, 200, answer.text.slice(0, 200));
      assert.doesNotMatch(linkOf(answer, "self") ?? "", /nonsense/);
      assert.deepEqual((await search(server, "Patient?gender=male")).length, 1);
    },
  );
}
