/** What a function of a Ward app may do, held against what its code does with `ctx`. */
import type { Fact } from "../../judge/fact.ts";

export const GRANTS_ONLY_WHAT_IS_USED: Fact = {
  id: "function-grants-only-what-code-uses",
  title: "The function is granted only what its code uses",
  why: "A grant that no code uses is a power that nobody needs and a mistake or an attacker can use: records that are read, changed or sent out though the function never had to.",
  remedy: "Take the grants away that are named. `ward check --fix` shows the change, and --write makes it.",
  snippet: `
grants: { fhir: ["Patient.search"] },`,
  severity: "medium",
  topics: ["least-privilege"],
};

export const GRANTS_WHAT_IS_NEEDED: Fact = {
  id: "function-grants-what-code-needs",
  title: "The function is granted what its code needs",
  why: "A call without its grant is refused when it is made: the message waits in quarantine, or the page fails, at the hour when the branch with that call is taken for the first time.",
  remedy: "Grant what the call needs, or take the call out.",
  snippet: `
grants: { fhir: ["Patient.search", "Patient.update"] },`,
  severity: "high",
  topics: ["resilience"],
};

export const EMITS_REFERENCES_ONLY: Fact = {
  id: "function-emits-references-only",
  title: "The function's events carry references and nothing else",
  why: "Events are stored, delivered again and read by functions without a grant for records. A name or a result in one has left the door.",
  remedy:
    "Give emit a subject (Patient/<id>) and a resource (Type/<id>); who hears the event reads the rest with its own grant.",
  snippet: `
await ctx.emit("lab.result.filed", { subject: \`Patient/\${id}\`, resource: \`DiagnosticReport/\${report}\` });`,
  severity: "high",
  topics: ["egress-control", "data-classification"],
};

export const EGRESS_USES_TLS: Fact = {
  id: "function-egress-uses-tls",
  title: "The function sends over TLS",
  why: "What is sent in clear text is read and changed by anyone on the way.",
  remedy: "Use an https URL.",
  snippet: `
await ctx.egress.fetch("https://pager.example.org/v1/page");`,
  severity: "high",
  topics: ["encryption-in-transit", "egress-control"],
};

export const REACHES_THROUGH_CTX: Fact = {
  id: "function-reaches-out-through-ctx-only",
  title: "The function reaches out through ctx and nothing else",
  why: "Where it runs there is no other network, no file and no environment variable. Code that counts on them passes its tests on a developer's machine, and fails with the first patient.",
  remedy: "Use ctx.egress.fetch with a grant for the host, ctx.secrets.get for a secret, and constants for settings.",
  snippet: `
const key = await ctx.secrets.get("pager-key");`,
  severity: "medium",
  topics: ["egress-control", "resilience"],
};
