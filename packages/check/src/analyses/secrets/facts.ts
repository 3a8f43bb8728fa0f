/** What should never stand in a repository. 45 CFR 164.308(a)(5)(ii)(D), 164.312(d); 164.514(b) for patients' identifiers. */
import type { Fact } from "../../judge/fact.ts";

const ROTATE =
  "Take it out of use first, where it was issued: it is to be taken as known. Then keep its successor in a secrets store and name it there.";

export const tokenIsNotInFiles: Fact = {
  id: "secret-token-is-not-in-files",
  title: "No key or token of a service stands in a file",
  why: "Everyone who can read the repository, a copy of it or a build's log can act in your name with it. Stolen keys are tried within minutes of being pushed.",
  remedy: ROTATE,
  snippet: `
grants: { secrets: ["laboratory-token"] }   # and in the function: await ctx.secrets.get("laboratory-token")`,
  severity: "critical",
  topics: ["secrets"],
};

export const privateKeyIsNotInFiles: Fact = {
  id: "secret-private-key-is-not-in-files",
  title: "No private key stands in a file",
  why: "With it anyone is your server, signs in your name, or reads what was encrypted for you, and nobody can tell the difference.",
  remedy:
    "Make a new pair and have the old one's certificates revoked. Keep the new key where it can be used but not read: a KMS, an HSM, a secrets store.",
  snippet: `
Key: { Type: AWS::KMS::Key, Properties: { KeySpec: ECC_NIST_P256, KeyUsage: SIGN_VERIFY } }`,
  severity: "critical",
  topics: ["secrets", "key-management"],
};

export const connectionHasNoPassword: Fact = {
  id: "secret-password-is-not-in-an-address",
  title: "No address of a database or service holds a password",
  why: "Addresses are logged, shown in errors and copied into tickets, and this one opens the door by itself.",
  remedy: `${ROTATE} Let the program put the two together, or sign in by role.`,
  snippet: `
const pool = new Pool({ host, database, user, password: await secrets.get("database-password") });`,
  severity: "high",
  topics: ["secrets"],
};

export const valueIsNotInFiles: Fact = {
  id: "secret-value-is-not-in-files",
  title: "No password or other secret value stands in a file",
  why: "What is called a password and looks like one most often is one, and it stays in the history after it was changed in the file.",
  remedy: `${ROTATE} Where it is made up for a test, give it a name that says so, as test-only-password.`,
  snippet: `
const password = process.env.PORTAL_PASSWORD;`,
  severity: "medium",
  topics: ["secrets"],
};

export const historyHoldsNoSecret: Fact = {
  id: "secret-is-not-in-the-history",
  title: "The Git history holds no secret",
  why: "A secret that was committed once is in every clone for good, whatever the files say today.",
  remedy:
    "Take it out of use where it was issued. Rewriting the history helps nobody who has cloned it; where it holds patients' data, rewrite it all the same and treat it as a disclosure.",
  snippet: `
$ git filter-repo --replace-text replacements.txt   # only after the secret is out of use`,
  severity: "high",
  topics: ["secrets", "credential-rotation"],
};

export const fixturesHoldNoPatients: Fact = {
  id: "secret-patient-is-not-in-files",
  title: "No file holds what looks like a real patient's identifiers",
  why: "Data for tests that was taken from real patients is PHI on every laptop and build machine, outside of every control. One such file is a breach that must be reported.",
  remedy:
    "Find out where the data comes from. Where it is real, start the incident. Use made up data: numbers that the Social Security Administration never gives (900 to 999 in front), Synthea's patients.",
  snippet: `
{ "system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-12-3456" }`,
  severity: "high",
  topics: ["data-classification"],
};

export const SECRET_FACTS: readonly Fact[] = [
  tokenIsNotInFiles,
  privateKeyIsNotInFiles,
  connectionHasNoPassword,
  valueIsNotInFiles,
  fixturesHoldNoPatients,
  historyHoldsNoSecret,
];
