/** What should hold of PHI inside of code and on its way between functions. */
import type { Fact } from "../../judge/fact.ts";

export type PhiFactId = keyof typeof PHI_FACTS;

function fact(id: string, rest: Omit<Fact, "id">): Fact {
  return { id, ...rest };
}

export const PHI_FACTS = {
  logs: fact("phi-stays-out-of-logs", {
    title: "PHI stays out of logs",
    why: "Logs are read by people and tools that were never granted a patient's data, are kept for years, and are copied to other systems. What is in them once is hard to take back.",
    remedy:
      "Log what helps to find the record: an id, a count, a status. Take out the rest, or have the logger take it out.",
    snippet: `
logger.info("note saved", { noteId: note.id, sections: note.sections.length });
const logger = pino({ redact: ["patient", "*.ssn"] });`,
    severity: "high",
    topics: ["least-privilege", "log-protection"],
  }),
  traces: fact("phi-stays-out-of-traces-and-metrics", {
    title: "PHI stays out of traces and metrics",
    why: "Annotations, trace metadata and the dimensions of metrics are shown on dashboards, are not encrypted under your key, and can't be deleted one by one.",
    remedy: "Annotate with ids, statuses and durations.",
    snippet: `
tracer.putAnnotation("noteId", note.id);`,
    severity: "high",
    topics: ["least-privilege", "log-protection"],
  }),
  errors: fact("phi-stays-out-of-errors", {
    title: "PHI stays out of error messages",
    why: "What a function throws is written to its log by the runtime, shown to the caller, and kept by dead letters and error trackers.",
    remedy: "Throw a fixed text with the id of the record; keep what was received out of message and cause.",
    snippet: `
throw new Error(\`note \${note.id} has no author\`);`,
    severity: "high",
    topics: ["least-privilege", "log-protection"],
  }),
  urls: fact("phi-stays-out-of-urls", {
    title: "PHI stays out of URLs",
    why: "Paths and query strings are written to the logs of every proxy, load balancer and server on the way, TLS or not.",
    remedy: "Send it in the body of a POST, or ask by an id that means nothing outside.",
    snippet: `
await fetch(\`\${base}/Patient/_search\`, { method: "POST", body: new URLSearchParams({ identifier }) });`,
    severity: "high",
    topics: ["least-privilege", "egress-control"],
  }),
  thirdParty: fact("phi-goes-to-no-third-party", {
    title: "PHI goes to no other company without an agreement",
    why: "A company that is given PHI without a business associate agreement was given it unlawfully, whatever it does with it: a breach that must be reported.",
    remedy:
      "Send it without what tells of a patient, or name the host and its signed agreement in compliance/phi.yaml.",
    snippet: `
# compliance/phi.yaml
hosts:
  - { host: fhir.laboratory.example, agreement: baas/laboratory.yaml }`,
    severity: "high",
    topics: ["egress-control", "eligible-service"],
  }),
  mail: fact("phi-stays-out-of-mail-and-text-messages", {
    title: "PHI stays out of mail and text messages",
    why: "Mail and text messages leave your systems in the clear, stay with providers and on lock screens, and go to wrong addresses.",
    remedy: "Say that there is something to read, and where to sign in.",
    snippet: `
await sns.send(new PublishCommand({ PhoneNumber: phone, Message: "You have a new message in the portal." }));`,
    severity: "high",
    topics: ["egress-control", "encryption-in-transit"],
  }),
  stored: fact("phi-is-stored-encrypted", {
    title: "PHI is stored only where it is encrypted",
    why: "What lies unencrypted in a queue, bucket, stream or parameter is read by whoever gets at the medium or a copy of it.",
    remedy: "Encrypt the store that it goes to.",
    snippet: `
Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref PhiKey } }`,
    severity: "high",
    topics: ["encryption-at-rest"],
  }),
  publicStore: fact("phi-is-stored-out-of-public-reach", {
    title: "PHI is stored only where the public can't read it",
    why: "Anyone on the internet can read what is put there.",
    remedy: "Put it into a store of its own, with public access blocked.",
    snippet: `
Records:
  Type: AWS::S3::Bucket
  Properties:
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }`,
    severity: "critical",
    topics: ["public-exposure"],
  }),
  answers: fact("phi-is-answered-to-known-callers", {
    title: "PHI is answered only to callers that are known",
    why: "The route has no authorizer: anyone on the internet gets the answer.",
    remedy: "Put an authorizer before the route, or answer without PHI.",
    snippet: `
Auth: { DefaultAuthorizer: Patients, Authorizers: { Patients: { UserPoolArn: !GetAtt Pool.Arn } } }`,
    severity: "critical",
    topics: ["authentication", "public-exposure"],
  }),
  files: fact("phi-stays-out-of-temporary-files", {
    title: "PHI stays out of files",
    why: "/tmp outlives the invocation: the next one, which may be another patient's, finds the file.",
    remedy: "Keep it in memory, or stream it to an encrypted store.",
    snippet: `
await s3.send(new PutObjectCommand({ Bucket: process.env.REPORTS, Key: randomUUID(), Body: pdf }));`,
    severity: "medium",
    topics: ["least-privilege", "encryption-at-rest"],
  }),
  environment: fact("phi-stays-out-of-the-environment", {
    title: "PHI stays out of the environment",
    why: "The environment lives as long as the instance, is given to every child process and library, and is shown by crash reports.",
    remedy: "Pass it as an argument.",
    snippet: `
await renderReport(patient);`,
    severity: "medium",
    topics: ["least-privilege", "separation"],
  }),
  identifiers: fact("phi-stays-out-of-identifiers", {
    title: "PHI stays out of names, keys and attributes",
    why: "Names of objects, keys, tags and message attributes are not covered by the encryption of the content, and show in logs, metrics and audit trails.",
    remedy: "Use an id that says nothing, or a keyed hash (HMAC) of the identifier.",
    snippet: `
const key = createHmac("sha256", pepper).update(patient.ssn).digest("hex");`,
    severity: "medium",
    topics: ["least-privilege", "encryption-at-rest"],
  }),
  processes: fact("phi-stays-out-of-child-processes", {
    title: "PHI stays out of child processes",
    why: "Arguments and environment of a process can be read by every other one, and what the program does with them is not seen here.",
    remedy: "Use a library, or write to the program's standard input.",
    snippet: `
const child = spawn("render", ["--from-stdin"]);`,
    severity: "medium",
    topics: ["least-privilege", "separation"],
  }),
  events: fact("phi-stays-out-of-events", {
    title: "Events name records and carry none",
    why: "An event is delivered to every function that listens, also to those without a grant for the record.",
    remedy: "Emit the reference of the patient and of the resource; who may read it reads it.",
    snippet: `
await ctx.emit("lab.result.filed", { subject: \`Patient/\${patient.id}\`, resource: \`DiagnosticReport/\${report.id}\` });`,
    severity: "high",
    topics: ["least-privilege"],
  }),
  named: fact("fields-named-like-phi-stay-inside", {
    title: "Fields named like PHI stay inside",
    why: "Nothing marks this data as PHI, but a field of this name holds it nearly always: a number, name or diagnosis of a person.",
    remedy: "Leave the field out. If the data is PHI, tag its store (data-class: phi), so that all of it is followed.",
    snippet: `
const { ssn, ...known } = person;
logger.info("person saved", { personId: known.id });`,
    severity: "medium",
    topics: ["least-privilege", "log-protection"],
  }),
  followed: fact("phi-is-followed-to-its-end", {
    title: "Where PHI goes can be followed",
    why: "A part of the function could not be read, so that PHI may leave in ways that are not listed here.",
    remedy: "Call what is called by its name, and keep the code that is deployed where it is checked.",
    snippet: `
import { save } from "./save.ts";`,
    severity: "low",
    topics: ["data-classification"],
  }),
} as const;
