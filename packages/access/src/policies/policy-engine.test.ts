import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AuditAction, Caller, FunctionManifest, Principal } from "@ward/core";
import type { Act } from "../contract.ts";
import { compilePolicies, type PolicySources } from "./policy-engine.ts";

const MANIFEST: FunctionManifest = {
  name: "lab-result",
  trigger: { kind: "http", method: "POST", route: "lab", roles: ["clinician"] },
  purpose: "TREAT",
  grants: {
    fhir: ["Patient.search", "Observation.create"],
    emits: ["lab.result.filed"],
    secrets: ["sms-key"],
    egress: [{ host: "localhost:8090", baa: "none", carries: "none" }],
  },
  limits: { timeoutMs: 1, memoryMb: 1, concurrency: 1 },
};

const LAB: Principal = { kind: "function", id: "lab-result" };
const NURSE: Principal = { kind: "person", id: "nurse-a", roles: ["nurse", "clinician"] };

const engine = (more: Partial<PolicySources> = {}) =>
  compilePolicies({ manifests: [MANIFEST], appPolicies: {}, ...more });
const app = (text: string) => engine({ appPolicies: { "app.cedar": text } });
const by = (principal: Principal, more: Partial<Caller> = {}) => ({ principal, purpose: "TREAT", ...more }) as const;
const act = (action: AuditAction, resourceType: string, resourceId?: string): Act =>
  resourceId === undefined ? { action, resourceType } : { action, resourceType, resourceId };
const READ_PATIENT = act("fhir.read", "Patient");

describe("policies of a manifest", () => {
  test("permit each grant, for the one purpose, under a stable id", () => {
    const { decide } = engine();
    for (const [granted, id] of [
      [act("fhir.search", "Patient"), "grant:lab-result:fhir.search:Patient"],
      [act("fhir.create", "Observation", "any-record"), "grant:lab-result:fhir.create:Observation"],
      [act("event.emit", "EventType", "lab.result.filed"), "grant:lab-result:event.emit:lab.result.filed"],
      [act("secret.read", "Secret", "sms-key"), "grant:lab-result:secret.read:sms-key"],
      [act("egress.send", "Host", "localhost:8090"), "grant:lab-result:egress.send:localhost:8090"],
    ] as const) {
      assert.deepEqual(decide(by(LAB), granted), { isAllowed: true, policies: [id] });
      assert.deepEqual(decide(by(LAB, { purpose: "HRESCH" }), granted), { isAllowed: false, policies: [] });
      const other = { kind: "function", id: "notify" } as const;
      assert.deepEqual(decide(by(other), granted), { isAllowed: false, policies: [] });
    }
  });

  test("permit nothing else", () => {
    const { decide } = engine();
    for (const ungranted of [
      act("fhir.read", "Patient"),
      act("fhir.create", "Patient"),
      act("fhir.search", "Observation"),
      act("event.emit", "EventType", "other"),
      act("event.emit", "EventType"),
      act("secret.read", "Secret", "sms-key "),
      act("egress.send", "Host", "localhost:8091"),
      act("fhir.search", "patient"),
      act("no.such" as AuditAction, "Patient"),
      act("fhir.search", '" || true || "'),
      act("fhir.search", "\ud800"),
    ]) {
      assert.equal(decide(by(LAB), ungranted).isAllowed, false, JSON.stringify(ungranted));
    }
  });

  test("let the trigger's roles call an HTTP function, and nobody else", () => {
    const { decide } = engine();
    const call = act("function.invoke", "Function", "lab-result");
    assert.deepEqual(decide(by(NURSE), call), { isAllowed: true, policies: ["call:lab-result:clinician"] });
    assert.equal(decide(by({ kind: "person", id: "x", roles: ["nurse"] }), call).isAllowed, false);
    assert.equal(decide(by({ kind: "service", id: "public" }), call).isAllowed, false);
    assert.equal(decide(by(NURSE), act("function.invoke", "Function", "notify")).isAllowed, false);
    const open = { ...MANIFEST, trigger: { ...MANIFEST.trigger, roles: ["public"] } } as FunctionManifest;
    const { decide: decideOpen } = engine({ manifests: [open] });
    assert.equal(decideOpen(by({ kind: "service", id: "public" }), call).isAllowed, true);
    assert.equal(decideOpen(by({ kind: "person", id: "x", roles: [] }), call).isAllowed, true, "public is everybody");
    const forbidden = 'forbid (principal == Ward::Person::"x", action, resource);';
    const { decide: decideLess } = engine({
      manifests: [open],
      appPolicies: { "less.cedar": `@id("no-x") ${forbidden}` },
    });
    const refused = decideLess(by({ kind: "person", id: "x", roles: [] }), call);
    assert.deepEqual(refused, { isAllowed: false, policies: ["no-x"] });
  });

  test("cannot be broken out of by a name that is policy syntax", () => {
    const name = 'x", action, resource); permit(principal, action, resource); //';
    assert.throws(() => engine({ manifests: [{ ...MANIFEST, name }] }), { code: "bad-manifest" });
  });
});

describe("built-in powers", () => {
  const builtins = [
    { principal: "mllp", action: "hl7.receive", resourceType: "*", purposes: ["TREAT"] },
    { principal: "screen", action: "screen.disclosure", resourceType: "Patient", purposes: ["TREAT", "HOPERAT"] },
    { principal: "idle", action: "fhir.read", resourceType: "*", purposes: [] },
    { principal: "courier", action: "event.deliver", resourceType: "EventType", purposes: ["TREAT"] },
  ] as const;

  test("permit a service what they name", () => {
    const { decide } = engine({ builtins });
    const service = (id: string) => by({ kind: "service", id });
    const received = decide(service("mllp"), act("hl7.receive", "Message", "m1"));
    assert.deepEqual(received, { isAllowed: true, policies: ["builtin:mllp:hl7.receive:*"] });
    assert.equal(decide(service("screen"), act("screen.disclosure", "Patient")).isAllowed, true);
    assert.equal(decide(service("screen"), act("screen.disclosure", "Observation")).isAllowed, false);
    assert.equal(decide(service("courier"), act("event.deliver", "EventType", "any")).isAllowed, true);
    assert.equal(decide(service("idle"), READ_PATIENT).isAllowed, false, "no purpose means none");
    assert.equal(decide(by({ kind: "person", id: "mllp", roles: [] }), act("hl7.receive", "Message")).isAllowed, false);
  });
});

describe("the app's policies", () => {
  const READ_BY_CLINICIANS = `
    permit (principal in Ward::Role::"clinician", action == Ward::Action::"fhir.read", resource == Ward::ResourceType::"Patient")
    when { context.purpose == "TREAT" };`;

  test("permit a role for a purpose, named by file and place or by @id", () => {
    const { decide } = app(`${READ_BY_CLINICIANS}\n@id("chart-review")\n${READ_BY_CLINICIANS}`);
    assert.deepEqual(decide(by(NURSE), READ_PATIENT), { isAllowed: true, policies: ["app.cedar:1", "chart-review"] });
    assert.equal(decide(by(NURSE, { purpose: "HMARKT" }), READ_PATIENT).isAllowed, false);
    assert.equal(decide(by({ ...NURSE, roles: [] }), READ_PATIENT).isAllowed, false);
    assert.equal(decide(by({ ...NURSE, roles: ["nurse"] }), READ_PATIENT).isAllowed, false);
  });

  test("forbid over every permit, a function's grants included, and are named as what decided", () => {
    const { decide } = app(`@id("freeze")\nforbid (principal, action == Ward::Action::"fhir.search", resource);`);
    assert.deepEqual(decide(by(LAB), act("fhir.search", "Patient")), { isAllowed: false, policies: ["freeze"] });
    assert.equal(decide(by(LAB), act("fhir.create", "Observation")).isAllowed, true);
  });

  test("never give a function a power that it was not granted", () => {
    const { decide } = app(`permit (principal is Ward::Person, action, resource);
      permit (principal in Ward::Role::"clinician", action, resource);`);
    assert.equal(decide(by(LAB), READ_PATIENT).isAllowed, false);
    assert.equal(decide(by(LAB, { onBehalfOf: NURSE }), READ_PATIENT).isAllowed, false);
  });

  test("may look at whom a function acts for", () => {
    const { decide } = app(`forbid (principal, action, resource)
      when { context has onBehalfOf && !context.onBehalfOf.roles.contains("clinician") };`);
    const search = act("fhir.search", "Patient");
    assert.equal(decide(by(LAB), search).isAllowed, true);
    assert.equal(decide(by(LAB, { onBehalfOf: NURSE }), search).isAllowed, true);
    assert.equal(decide(by(LAB, { onBehalfOf: { ...NURSE, roles: [] } }), search).isAllowed, false);
    assert.equal(decide(by(LAB, { onBehalfOf: { kind: "service", id: "public" } }), search).isAllowed, false);
  });

  test("that fail to evaluate deny, a permit and a forbid alike", () => {
    const overflow = "9223372036854775807 + 1 > 0";
    const permitted = app(`permit (principal is Ward::Person, action, resource);
      @id("fails")\npermit (principal is Ward::Person, action, resource) when { ${overflow} };`);
    assert.deepEqual(permitted.decide(by(NURSE), READ_PATIENT), { isAllowed: false, policies: ["fails"] });
    const forbidden = app(`permit (principal is Ward::Person, action, resource);
      forbid (principal, action, resource) when { ${overflow} };`);
    assert.deepEqual(forbidden.decide(by(NURSE), READ_PATIENT), { isAllowed: false, policies: ["app.cedar:2"] });
  });

  test("compare numbers beyond 2^53 as they were written", () => {
    const { decide } = app(`permit (principal is Ward::Person, action, resource)
      when { 9007199254740993 == 9007199254740992 };`);
    assert.equal(decide(by(NURSE), READ_PATIENT).isAllowed, false);
  });

  test("keep the file's order beyond ten", () => {
    const one = (at: number) => `permit (principal == Ward::Person::"p${at}", action, resource); // ${at}`;
    const { policyIds, decide } = app(Array.from({ length: 12 }, (_, at) => one(at)).join("\n"));
    assert.equal(policyIds.at(-1), "app.cedar:12");
    assert.deepEqual(decide(by({ kind: "person", id: "p10", roles: [] }), READ_PATIENT).policies, ["app.cedar:11"]);
  });

  test("that are wrong are refused with file and line", () => {
    const ok = `// Käse, ein Kommentar\n${READ_BY_CLINICIANS}\n`;
    for (const [text, line, problem] of [
      [`${ok}permit (principal is Ward::Person,\n  action resource);`, 6, /unexpected token/],
      [`${ok}\npermit (principal == Ward::Persn::"x", action, resource);`, 6, /Persn.*did you mean/],
      [`${ok}permit (principal is Ward::Person, action, resource)\nwhen { context.tenant == "x" };`, 6, /tenant/],
      [`${ok}permit (principal is Ward::Person, action == Ward::Action::"fhir.raed", resource);`, 5, /raed/],
      [`${ok}permit (principal is Ward::Person, action, resource)\nwhen { context.purpose == 1 };`, 6, /./],
      [`${ok}permit (principal == Ward::Function::"f", action, resource);`, 5, /grants in its definition/],
      [`${ok}permit (principal is Ward::Function, action, resource);`, 5, /grants in its definition/],
      [`${ok}permit (principal, action, resource);`, 5, /names who/],
      [`${ok}@id("grant:lab-result:fhir.read:Patient")\n${READ_BY_CLINICIANS}`, 5, /generated/],
      [`${ok}@id("MRN 1")\n${READ_BY_CLINICIANS}`, 5, /@id consists/],
      [`${ok}permit (principal == ?principal, action, resource);`, 1, /template/],
    ] as const) {
      assert.throws(
        () => app(text),
        (error: { code?: string; detail?: Record<string, unknown> }) => {
          assert.equal(error.code, "bad-manifest");
          assert.equal(error.detail?.["file"], "app.cedar");
          assert.equal(error.detail?.["line"], line, text);
          assert.match(String(error.detail?.["problem"]), problem);
          return true;
        },
      );
    }
  });

  test("with the same @id twice are refused", () => {
    const twice = `@id("a")${READ_BY_CLINICIANS}\n@id("a")${READ_BY_CLINICIANS}`;
    assert.throws(() => app(twice), { code: "bad-manifest" });
  });

  test("without any, everybody is refused", () => {
    const { decide } = compilePolicies({ manifests: [], appPolicies: {} });
    for (const principal of [LAB, NURSE, { kind: "service", id: "public" }] as const) {
      assert.deepEqual(decide(by(principal), READ_PATIENT), { isAllowed: false, policies: [] });
    }
  });
});

test("what was decided of one thing is not said of another that is written alike", () => {
  const { decide, decideRecords } = app(`permit (principal is Ward::Person, action, resource)
    unless { resource has labels && resource.labels.contains("x") };`);
  const secret = (name: string) => decide(by(LAB), act("secret.read", "Secret", name)).isAllowed;
  assert.equal(secret("sms-key"), true);
  for (const name of ['["sms-key",null]', "", "Secret"]) assert.equal(secret(name), false, name);
  const maySee = decideRecords(by(NURSE), READ_PATIENT);
  assert.equal(maySee({ type: "Patient", labels: ["x"] }), false);
  const alike = act("fhir.read", JSON.stringify(["Patient", { labels: ["x"] }]));
  assert.equal(decide(by(NURSE), alike).isAllowed, true);
  assert.equal(decide(by(NURSE), act("fhir.read", "Patient", "\ud800")).isAllowed, false);
  assert.equal(decide(by(NURSE), READ_PATIENT).isAllowed, true);
});

test("two engines with other policies never share a decision", () => {
  const permit = app(`permit (principal is Ward::Person, action, resource);`);
  const forbid = app(`forbid (principal is Ward::Person, action, resource);`);
  for (let round = 0; round < 2; round++) {
    assert.equal(permit.decide(by(NURSE), READ_PATIENT).isAllowed, true);
    assert.equal(forbid.decide(by(NURSE), READ_PATIENT).isAllowed, false);
  }
});

describe("records that are about to leave", () => {
  const RESTRICTED = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R";
  const permit = `permit (principal in Ward::Role::"nurse", action, resource) when { context.purpose == "TREAT" };`;
  const seen = (type: string, labels: readonly string[] = [], subjectId?: string) =>
    subjectId === undefined ? { type, labels } : { type, labels, subjectId };

  test("may be seen where the act may be tried, unless a policy says otherwise", () => {
    const maySee = engine().decideRecords(by(LAB), act("fhir.search", "Patient"));
    for (let round = 0; round < 2; round++) {
      assert.equal(maySee(seen("Patient", [RESTRICTED], "p1")), true);
      assert.equal(maySee(seen("Observation")), false);
    }
  });

  test("are hidden by a label that a policy forbids, which leaves the act itself permitted", () => {
    const { decide, decideRecords } = app(`${permit}
      forbid (principal in Ward::Role::"nurse", action, resource)
      when { resource has labels && resource.labels.contains("${RESTRICTED}") };`);
    assert.equal(decide(by(NURSE), READ_PATIENT).isAllowed, true);
    const maySee = decideRecords(by(NURSE), READ_PATIENT);
    const [none, hiding] = [[], ["other|R", RESTRICTED]];
    for (let round = 0; round < 2; round++) {
      assert.equal(maySee(seen("Patient", none)), true);
      assert.equal(maySee(seen("Patient", hiding)), false);
      assert.equal(maySee(seen("Patient", hiding)), false);
      assert.equal(maySee(seen("Observation", hiding)), false);
      assert.equal(maySee(seen("Observation", none)), true);
    }
  });

  test("may be told apart by patient", () => {
    const { decideRecords } = app(`${permit}
      forbid (principal, action, resource) when { resource has subject && resource.subject == "p1" };`);
    const maySee = decideRecords(by(NURSE), READ_PATIENT);
    const labels: string[] = [];
    for (let round = 0; round < 2; round++) {
      assert.equal(maySee(seen("Observation", labels, "p1")), false);
      assert.equal(maySee(seen("Observation", labels, "p2")), true);
      assert.equal(maySee(seen("Observation", labels)), true);
    }
  });
});
