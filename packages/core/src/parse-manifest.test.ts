import assert from "node:assert/strict";
import { test } from "node:test";
import { WardError } from "./errors.ts";
import { parseAppConfig, parseManifest } from "./parse-manifest.ts";

const smsGrant = { host: "sms.example.org", baa: "sms-vendor", carries: "phi" };
const definition = {
  trigger: { kind: "hl7", message: "ORU^R01" },
  purpose: "TREAT",
  grants: {
    fhir: ["Patient.search", "Observation.create"],
    emits: ["lab.result.filed"],
    secrets: ["smsKey"],
    egress: [smsGrant],
  },
};
const config = {
  name: "hospital",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  budgets: { actsPerMinute: 1_000 },
};

function pathOfRefusal(parse: () => unknown): unknown {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof WardError && error.code === "bad-manifest");
    assert.ok(String(error.detail["remedy"]).length > 0);
    return error.detail["path"];
  }
  return "accepted";
}
const refusedGrants = (grants: unknown) => pathOfRefusal(() => parseManifest({ ...definition, grants }, "f"));
const refusedTrigger = (trigger: unknown) => pathOfRefusal(() => parseManifest({ ...definition, trigger }, "f"));

test("a definition becomes a manifest with its name and default limits", () => {
  assert.deepEqual(parseManifest(definition, "lab-result"), {
    name: "lab-result",
    ...definition,
    limits: { timeoutMs: 5_000, memoryMb: 128, concurrency: 20 },
  });
});

test("a definition without grants has no power", () => {
  const { grants } = parseManifest({ trigger: definition.trigger, purpose: "TREAT" }, "f");
  assert.deepEqual(grants, { fhir: [], emits: [], secrets: [], egress: [] });
});

test("an unknown key is refused wherever it stands", () => {
  const refusals = [
    pathOfRefusal(() => parseManifest({ ...definition, grant: {} }, "f")),
    refusedGrants({ fhirs: ["Patient.read"] }),
    refusedGrants({ egress: [{ ...smsGrant, carry: "none" }] }),
    refusedTrigger({ kind: "hl7", message: "ORU^R01", route: "x" }),
    pathOfRefusal(() => parseManifest({ ...definition, limits: { timeout: 1 } }, "f")),
    pathOfRefusal(() => parseAppConfig({ ...config, regions: [] })),
  ];
  assert.deepEqual(refusals, [
    "grant",
    "grants.fhirs",
    "grants.egress[0].carry",
    "trigger.route",
    "limits.timeout",
    "regions",
  ]);
});

test("a key that is no name is not repeated in the error", () => {
  assert.equal(refusedGrants({ "Jane Doe 1970-01-01": [] }), "grants.?");
});

test("limits stay in their bounds", () => {
  for (const [key, low, high] of [
    ["timeoutMs", 1, 900_000],
    ["memoryMb", 16, 4_096],
    ["concurrency", 1, 1_000],
  ] as const) {
    for (const value of [low - 1, high + 1, low + 0.5, "10", Number.NaN, null]) {
      assert.equal(
        pathOfRefusal(() => parseManifest({ ...definition, limits: { [key]: value } }, "f")),
        `limits.${key}`,
      );
    }
    for (const value of [low, high]) {
      assert.equal(parseManifest({ ...definition, limits: { [key]: value } }, "f").limits[key], value);
    }
  }
});

test("a FHIR grant is one R4 resource type and one known interaction", () => {
  for (const grant of [
    "Patient",
    "Patient.*",
    "*.read",
    "Patient.erase",
    "Pacient.read",
    "patient.read",
    "Patient.read.x",
    "",
    1,
  ]) {
    assert.equal(refusedGrants({ fhir: ["Patient.read", grant] }), "grants.fhir[1]", String(grant));
  }
});

test("a grant listed twice is refused", () => {
  assert.equal(refusedGrants({ fhir: ["Patient.read", "Patient.read"] }), "grants.fhir[1]");
  assert.equal(refusedGrants({ egress: [smsGrant, { ...smsGrant, carries: "none" }] }), "grants.egress[1].host");
});

test("an egress host is exact: no wildcard, scheme, path, literal address or default port", () => {
  const bad = [
    "*.example.org",
    "https://a.example.org",
    "a.example.org/x",
    "a.example.org:443",
    "a.example.org:0",
    "a.example.org:70000",
    "10.0.0.1",
    "169.254.169.254",
    "127.0.0.2",
    "2130706433",
    "0x7f.1",
    "a.0x7f",
    "[::1]",
    "::1",
    "intranet",
    "A.example.org",
    "a..example.org",
    "-a.example.org",
    "a.example.org.",
    "user@a.example.org",
    "",
    "a_b.example.org",
  ];
  for (const host of bad)
    assert.equal(refusedGrants({ egress: [{ ...smsGrant, host }] }), "grants.egress[0].host", host);
  for (const host of [
    "sms.example.org",
    "sms.example.org:8443",
    "localhost:8090",
    "127.0.0.1:8090",
    "xn--mnchen-3ya.example",
  ]) {
    assert.equal(refusedGrants({ egress: [{ ...smsGrant, host }] }), "accepted", host);
  }
});

test("a host without agreement may carry nothing personal (45 CFR 164.502(e))", () => {
  for (const carries of ["phi", "deidentified"]) {
    assert.equal(refusedGrants({ egress: [{ ...smsGrant, baa: "none", carries }] }), "grants.egress[0].baa");
  }
  assert.equal(refusedGrants({ egress: [{ ...smsGrant, baa: "none", carries: "none" }] }), "accepted");
  assert.equal(refusedGrants({ egress: [{ ...smsGrant, baa: "../baas/x" }] }), "grants.egress[0].baa");
});

test("triggers keep their syntax", () => {
  const http = { kind: "http", method: "POST", route: "visits/:id", roles: ["clinician"], body: { type: "object" } };
  assert.deepEqual(parseManifest({ ...definition, trigger: http }, "f").trigger, http);
  for (const route of [
    "/visits",
    "visits/",
    "a//b",
    "a/../b",
    "a/:x/:x",
    "a?b",
    "a b",
    "",
    ":X y",
    "a/".repeat(200) + "a",
  ]) {
    assert.equal(refusedTrigger({ ...http, route }), "trigger.route", route);
  }
  assert.equal(refusedTrigger({ ...http, method: "GET" }), "trigger.body");
  assert.equal(refusedTrigger({ ...http, roles: "clinician" }), "trigger.roles");
  for (const message of ["ORU", "ORU_R01", "oru^r01", "ORU^R01^ORU_R01"]) {
    assert.equal(refusedTrigger({ kind: "hl7", message }), "trigger.message", message);
  }
  for (const type of ["lab", "lab..x", "Lab.result", "lab result.x"]) {
    assert.equal(refusedTrigger({ kind: "event", type }), "trigger.type", type);
  }
  assert.equal(refusedTrigger({ kind: "mqtt" }), "trigger.kind");
});

test("a cron has five fields in their ranges", () => {
  for (const cron of ["* * * * *", "*/5 * * * *", "0 6 1,15 * 1-5", "59 23 31 12 6"]) {
    assert.equal(refusedTrigger({ kind: "schedule", cron }), "accepted", cron);
  }
  for (const cron of [
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 7",
    "5-1 * * * *",
    "*/0 * * * *",
    "@daily",
    "a * * * *",
  ]) {
    assert.equal(refusedTrigger({ kind: "schedule", cron }), "trigger.cron", cron);
  }
});

test("an app says where data lives, under which law and for how long", () => {
  assert.deepEqual(parseAppConfig(config), config);
  assert.equal(
    pathOfRefusal(() => parseAppConfig({ ...config, retentionYears: 5 })),
    "retentionYears",
  );
  assert.equal(parseAppConfig({ ...config, frameworks: ["GDPR"], retentionYears: 5 }).retentionYears, 5);
  assert.equal(
    pathOfRefusal(() => parseAppConfig({ ...config, frameworks: [] })),
    "frameworks",
  );
  assert.equal(
    pathOfRefusal(() => parseAppConfig({ ...config, residency: [] })),
    "residency",
  );
  assert.equal(
    pathOfRefusal(() => parseAppConfig({ ...config, residency: ["Mars"] })),
    "residency[0]",
  );
  assert.equal(
    pathOfRefusal(() => parseAppConfig({ ...config, budgets: {} })),
    "budgets.actsPerMinute",
  );
  assert.equal(
    pathOfRefusal(() => parseAppConfig(null)),
    "config",
  );
});

test("a name that could not be a file, a principal or a socket is refused", () => {
  for (const name of ["", "Lab", "../x", "a b", "1a", "a".repeat(64)]) {
    assert.equal(
      pathOfRefusal(() => parseManifest(definition, name)),
      "name",
      name,
    );
  }
});

test("audit feeds name one TLS host each", () => {
  const withFeeds = (...auditFeeds: readonly unknown[]) =>
    pathOfRefusal(() => parseAppConfig({ ...config, auditFeeds }));
  const syslog = { kind: "syslog", host: "siem.example.org", port: 6_514 };
  const https = { kind: "https", url: "https://siem.example.org:8443/ward/audit" };
  assert.deepEqual(parseAppConfig({ ...config, auditFeeds: [syslog, https] }).auditFeeds, [syslog, https]);
  assert.equal(parseAppConfig(config).auditFeeds, undefined);
  assert.equal(withFeeds({ ...syslog, kind: "udp" }), "auditFeeds[0].kind");
  assert.equal(withFeeds({ ...syslog, host: "10.0.0.1" }), "auditFeeds[0].host");
  assert.equal(withFeeds({ ...syslog, host: "siem.example.org:1" }), "auditFeeds[0].host");
  assert.equal(withFeeds({ ...syslog, port: 0 }), "auditFeeds[0].port");
  assert.equal(withFeeds({ ...syslog, plain: true }), "auditFeeds[0].plain");
  assert.equal(withFeeds(syslog, syslog), "auditFeeds[1]");
  for (const url of [
    "http://siem.example.org/a",
    "https://user:secret@siem.example.org/a",
    "https://siem.example.org/a?key=1",
    "https://10.0.0.1/a",
    "https://siem/a",
  ]) {
    assert.equal(withFeeds({ ...https, url }), "auditFeeds[0].url", url);
  }
});
