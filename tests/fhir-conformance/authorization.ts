/** What one door refuses, every other refuses too: reads, searches, includes, history, batch, operations. */
import assert from "node:assert/strict";
import { expectOutcome, type Case, type CaseGroup } from "./case.ts";
import type { FhirServer, Json } from "./server.ts";

/** A `reader` may read and search Observations, and nothing else. */
export const AUTHORIZATION: CaseGroup = {
  title: "Authorization",
  async prepare(server) {
    await server.store("secret", {
      resourceType: "Patient",
      name: [{ family: "Canaryson" }],
      identifier: [{ system: "urn:mrn", value: "SECRET-1" }],
    });
    await server.store("hidden", {
      resourceType: "Observation",
      meta: { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }] },
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "8867-4" }], text: "Hiddenson" },
      subject: { reference: "Patient/@secret" },
    });
    await server.store("open", {
      resourceType: "Observation",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "8867-4" }] },
      subject: { reference: "Patient/@secret" },
      hasMember: [{ reference: "Observation/@hidden" }],
    });
  },
  cases: [
    made(
      "auth-none",
      "without a token",
      "`GET Patient/@secret` without `Authorization`",
      "answers 401 with `WWW-Authenticate`",
      async (server) => {
        const answer = await (await server.as([])).get("Patient/@secret");
        expectOutcome(answer, [401]);
        assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer/);
      },
    ),
    ...(
      [
        ["read", "Patient/@secret"],
        ["vread", "Patient/@secret/_history/1"],
        ["history", "Patient/@secret/_history"],
        ["type history", "Patient/_history"],
        ["search", "Patient?identifier=urn:mrn%7CSECRET-1"],
        ["$everything", "Patient/@secret/$everything"],
      ] as const
    ).map(([feature, path]) =>
      made(
        `auth-${feature.replaceAll(/\W+/g, "-")}`,
        feature,
        `\`GET ${path}\` by somebody who may read Observations only`,
        "answers 403, and nothing of the patient",
        async (server) => {
          const answer = await (await server.as(["reader"])).get(path);
          expectOutcome(answer, [403]);
          assertNothingOfPatient(answer.text);
        },
      ),
    ),
    made(
      "auth-allowed",
      "what is permitted",
      "`GET Observation?code=8867-4` by the same",
      "finds it",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("Observation?code=8867-4");
        assert.equal(answer.status, 200, answer.text.slice(0, 300));
        assert.equal(answer.body.total, 1);
      },
    ),
    made(
      "auth-include",
      "`_include`",
      "`GET Observation?code=8867-4&_include=Observation:subject` by the same",
      "includes no Patient, or is refused",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("Observation?code=8867-4&_include=Observation:subject");
        assert.ok([200, 403].includes(answer.status));
        assert.ok(!answer.text.includes("Canaryson"));
      },
    ),
    made(
      "auth-revinclude",
      "`_revinclude`",
      "by somebody who may read Observations only",
      "includes nothing else",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("Observation?code=8867-4&_revinclude=Provenance:target");
        assert.ok([200, 403].includes(answer.status), answer.text.slice(0, 300));
      },
    ),
    made(
      "auth-chain",
      "chain",
      "`GET Observation?subject.family=Canaryson` by the same",
      "does not tell by its answer what the name is",
      async (server) => {
        const reader = await server.as(["reader"]);
        const right = await reader.get("Observation?subject.family=Canaryson");
        const wrong = await reader.get("Observation?subject.family=Nobodyson");
        assert.equal(right.status, wrong.status);
        assert.equal(right.body.total, wrong.body.total);
      },
    ),
    made(
      "auth-has",
      "`_has`",
      "`GET Observation?_has:Provenance:target:agent=x` by the same",
      "is refused, or finds nothing",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("Observation?_has:Provenance:target:agent=x");
        assert.ok(answer.status === 403 || answer.body.total === 0, answer.text.slice(0, 300));
      },
    ),
    made(
      "auth-all-types",
      "search of all types",
      "`GET ?_id=@secret,@open` by the same",
      "finds and counts the Observation alone",
      async (server) => {
        const { status, body, text } = await (await server.as(["reader"])).get("?_id=@secret,@open&_total=accurate");
        assert.equal(status, 200, text.slice(0, 300));
        const matches = body.entry.filter((entry: Json) => (entry["search"] as Json)["mode"] === "match");
        assert.deepEqual([body.total, matches.length], [1, 1]);
        assert.equal(matches[0].resource.resourceType, "Observation");
        assertNothingOfPatient(text);
      },
    ),
    made(
      "auth-compartment",
      "compartment search",
      "`GET Patient/@secret/Condition` by the same",
      "answers 403",
      async (server) => {
        expectOutcome(await (await server.as(["reader"])).get("Patient/@secret/Condition"), [403]);
      },
    ),
    made(
      "auth-batch",
      "batch",
      "a read and a search of the patient in a batch by the same",
      "answers 403 in their places",
      async (server) => {
        const entry = ["Patient/@secret", "Patient?identifier=urn:mrn|SECRET-1", "Observation/@open"].map((url) => ({
          request: { method: "GET", url },
        }));
        const answer = await (
          await server.as(["reader"])
        ).send("", { method: "POST", body: { resourceType: "Bundle", type: "batch", entry } });
        assertNothingOfPatient(answer.text);
        if (answer.status !== 200) return expectOutcome(answer, [403]);
        const statuses = answer.body.entry.map(({ response }: { response: { status: string } }) =>
          response.status.slice(0, 3),
        );
        assert.deepEqual(statuses, ["403", "403", "200"]);
      },
    ),
    made(
      "auth-transaction",
      "transaction",
      "a read of the patient in a transaction by the same",
      "is refused whole",
      async (server) => {
        const entry = [{ request: { method: "GET", url: "Patient/@secret" } }];
        const answer = await (
          await server.as(["reader"])
        ).send("", { method: "POST", body: { resourceType: "Bundle", type: "transaction", entry } });
        expectOutcome(answer, [403]);
        assertNothingOfPatient(answer.text);
      },
    ),
    ...(
      [
        ["create", "Observation", "POST"],
        ["update", "Observation/@open", "PUT"],
        ["delete", "Observation/@open", "DELETE"],
        ["patch", "Observation/@open", "PATCH"],
      ] as const
    ).map(([feature, path, method]) =>
      made(
        `auth-${feature}`,
        feature,
        `\`${method} ${path}\` by somebody who may only read`,
        "answers 403 and changes nothing",
        async (server) => {
          const reader = await server.as(["reader"]);
          const headers = method === "PATCH" ? { "content-type": "application/json-patch+json" } : {};
          expectOutcome(await reader.send(path, { method, ...bodyOf(server, method), headers }), [403]);
          assert.equal((await server.get("Observation/@open")).body.meta.versionId, "1");
        },
      ),
    ),
    made(
      "auth-if-none-exist",
      "conditional create",
      "`If-None-Exist` by somebody who may not search",
      "answers 403 whether there is a match or not",
      async (server) => {
        const reader = await server.as(["reader"]);
        for (const mrn of ["SECRET-1", "SECRET-2"]) {
          const body = { resourceType: "Patient" };
          expectOutcome(
            await reader.send("Patient", {
              method: "POST",
              body,
              headers: { "if-none-exist": `identifier=urn:mrn|${mrn}` },
            }),
            [403],
          );
        }
      },
    ),
    made(
      "label-search",
      "security label",
      "`GET Observation?code=8867-4` where one of two is labelled R, which the policy hides",
      "finds and counts the other alone, by every form of the search",
      async (server) => {
        const reader = await server.as(["reader"]);
        assert.equal((await server.get("Observation?code=8867-4")).body.total, 2, "who may see both finds both");
        for (const more of ["", "&_summary=count", "&_count=0", "&_count=1&_total=accurate", "&_sort=-date"]) {
          const answer = await reader.get(`Observation?code=8867-4${more}`);
          assert.equal(answer.status, 200, answer.text.slice(0, 300));
          assert.equal(answer.body.total, 1, more);
          assert.ok(!answer.text.includes("Hiddenson"), more);
        }
        const byId = await reader.get("Observation?_id=@hidden");
        assert.equal(byId.body.total, 0);
      },
    ),
    made(
      "label-read",
      "security label",
      "read of what the label hides, alone and in a batch",
      "answers 403 or 404, and nothing of it",
      async (server) => {
        const reader = await server.as(["reader"]);
        const alone = await reader.get("Observation/@hidden");
        expectOutcome(alone, [403, 404]);
        const entry = [{ request: { method: "GET", url: "Observation/@hidden" } }];
        const batch = await reader.send("", { method: "POST", body: { resourceType: "Bundle", type: "batch", entry } });
        assert.match(batch.body.entry[0].response.status, /^40[34]/);
        for (const { text } of [alone, batch]) assert.ok(!text.includes("Hiddenson"));
      },
    ),
    made(
      "label-include",
      "security label",
      "`_include` and `_revinclude` that lead to it, and a chain over it",
      "leave it out; the chain finds nothing by it",
      async (server) => {
        const reader = await server.as(["reader"]);
        const included = await reader.get("Observation?_id=@open&_include=Observation:has-member");
        assert.equal(included.status, 200, included.text.slice(0, 300));
        assert.equal(included.body.entry.length, 1);
        const chained = await reader.get("Observation?has-member.code=8867-4");
        assert.equal(chained.status, 200, chained.text.slice(0, 300));
        assert.equal(chained.body.total, 0);
        assert.equal((await server.get("Observation?has-member.code=8867-4")).body.total, 1);
      },
    ),
    made(
      "auth-graphql",
      "GraphQL",
      "`GET $graphql?query=…`",
      "is not there: answers 404, 405 or 501",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("$graphql?query=%7BPatientList%7Bid%7D%7D");
        assert.ok([400, 403, 404, 405, 501].includes(answer.status), String(answer.status));
      },
    ),
    made(
      "auth-nothing",
      "no role",
      "`GET Observation/@open` by somebody without a role",
      "answers 403",
      async (server) => {
        expectOutcome(await (await server.as(["nobody"])).get("Observation/@open"), [403]);
      },
    ),
    made(
      "auth-system-history",
      "system history",
      "`GET _history` by somebody who may read Observations only",
      "answers 403, or nothing of patients",
      async (server) => {
        const answer = await (await server.as(["reader"])).get("_history");
        assert.ok([200, 403].includes(answer.status));
        assertNothingOfPatient(answer.text);
      },
    ),
  ],
};

function bodyOf(server: FhirServer, method: string): { readonly body?: unknown } {
  const observation: Json = { resourceType: "Observation", status: "final", code: { text: "x" } };
  if (method === "POST") return { body: observation };
  if (method === "PUT") return { body: { ...observation, id: server.ids.get("open") } };
  return method === "PATCH" ? { body: [{ op: "replace", path: "/status", value: "amended" }] } : {};
}

function assertNothingOfPatient(text: string): void {
  for (const value of ["Canaryson", "SECRET-1"]) assert.ok(!text.includes(value), value);
}

function made(id: string, feature: string, sent: string, holds: string, run: Case["run"]): Case {
  return { id, feature, sent, holds, run };
}
