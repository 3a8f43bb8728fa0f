/**
 * The General Data Protection Regulation, Regulation (EU) 2016/679: the articles that infrastructure can help to keep or
 * to break, in words of our own. Health data are a special category (Article 9), so the risk of Article 32 is high.
 */
import type { Topic } from "../judge/fact.ts";
import { requirement, type Framework, type Requirement } from "./framework.ts";

const PRINCIPLES: readonly Requirement[] = [
  of(
    "Art. 5(1)(a)",
    "Lawfulness, fairness and transparency",
    "Process personal data lawfully, fairly, and in a way that the person can see through.",
    [],
    "All of it: the legal basis (Articles 6 and 9) and what people are told.",
  ),
  of(
    "Art. 5(1)(b)",
    "Purpose limitation",
    "Collect for specified purposes, and do not process further in a way that they do not cover.",
    ["data-classification"],
    "The purposes, and that each access serves one; a tag only says which stores they are about.",
  ),
  of(
    "Art. 5(1)(c)",
    "Data minimisation",
    "Process no more than the purpose needs.",
    [],
    "Which fields are collected; what code writes to logs and queues.",
  ),
  of(
    "Art. 5(1)(d)",
    "Accuracy",
    "Keep data accurate, and correct or erase what is not.",
    [],
    "All of it: how people have data corrected.",
  ),
  of(
    "Art. 5(1)(e)",
    "Storage limitation",
    "Keep data in a form that identifies people no longer than the purpose needs.",
    [],
    "How long each kind is needed, and that it is erased then. Locks and long retention must not outlast that.",
  ),
  of(
    "Art. 5(1)(f)",
    "Integrity and confidentiality",
    "Protect against unauthorised or unlawful processing and against accidental loss, destruction or damage.",
    [
      "authentication",
      "egress-control",
      "encryption-at-rest",
      "encryption-in-transit",
      "least-privilege",
      "network-isolation",
      "privilege-escalation",
      "public-exposure",
      "secrets",
      "backup",
      "deletion-protection",
      "integrity",
      "malicious-software",
    ],
    "Measures of organisation, and what people do with the access that they have.",
  ),
  of(
    "Art. 5(2)",
    "Accountability",
    "Be able to demonstrate that the principles are kept.",
    ["audit-logging", "log-protection", "log-retention"],
    "The demonstration as a whole.",
  ),
];

const RIGHTS: readonly Requirement[] = [
  of(
    "Art. 17(1)",
    "Right to erasure",
    "Erase a person's data without undue delay where one of the grounds applies.",
    [],
    "That every copy goes: backups, versions, replicas, caches, logs. Where each person has a key, destroying it reaches them all.",
  ),
  of(
    "Art. 17(2)",
    "Erasure of what was made public",
    "Where data were made public, take reasonable steps to tell others who process them.",
    ["public-exposure"],
    "Whom to tell. What nobody outside could read leaves nobody to be told.",
  ),
  of(
    "Art. 17(3)",
    "Exceptions from erasure",
    "Erasure does not reach what law or public interest in health requires to be kept.",
    ["deletion-protection"],
    "Which records those are, and for how long.",
  ),
];

const DUTIES: readonly Requirement[] = [
  of(
    "Art. 25(1)",
    "Data protection by design",
    "Build technical and organisational measures, such as pseudonymisation, into the means of processing from the start.",
    [
      "encryption-at-rest",
      "encryption-in-transit",
      "input-validation",
      "least-privilege",
      "network-isolation",
      "separation",
    ],
    "Pseudonymisation, and design choices that no template shows.",
  ),
  of(
    "Art. 25(2)",
    "Data protection by default",
    "By default only what each purpose needs is processed, and nothing is open to an indefinite number of people.",
    ["least-privilege", "public-exposure"],
    "The application's own defaults.",
  ),
  of(
    "Art. 28(1)",
    "Processors with sufficient guarantees",
    "Use only processors that provide sufficient guarantees, bound by a contract.",
    ["eligible-service"],
    "The contract under Article 28(3), and the processor's own processors.",
  ),
  of(
    "Art. 30(1)",
    "Records of processing: controller",
    "Keep a record of purposes, categories of people, data and recipients, transfers, erasure times and security measures.",
    ["data-classification"],
    "The record. Tags and the graph of stores and flows are inputs to it.",
  ),
  of(
    "Art. 30(2)",
    "Records of processing: processor",
    "A processor keeps a record of the categories of processing that it does for each controller.",
    ["data-classification"],
    "The record.",
  ),
  of(
    "Art. 32(1)(a)",
    "Pseudonymisation and encryption",
    "As appropriate to the risk, pseudonymise and encrypt personal data.",
    ["encryption-at-rest", "encryption-in-transit", "key-management"],
    "Pseudonymisation; what an application encrypts itself.",
  ),
  of(
    "Art. 32(1)(b)",
    "Confidentiality, integrity, availability and resilience",
    "Ensure them of processing systems and services, continuously.",
    [
      "authentication",
      "egress-control",
      "encryption-at-rest",
      "encryption-in-transit",
      "least-privilege",
      "network-isolation",
      "privilege-escalation",
      "public-exposure",
      "secrets",
      "availability",
      "cost",
      "credential-rotation",
      "deletion-protection",
      "input-validation",
      "integrity",
      "malicious-software",
      "patching",
      "resilience",
      "separation",
      "session",
    ],
    "How the running system behaves under load and attack.",
  ),
  of(
    "Art. 32(1)(c)",
    "Restoring availability and access",
    "Be able to restore availability of and access to the data in time after an incident.",
    ["backup", "disaster-recovery"],
    "A drill, with the time that it took.",
  ),
  of(
    "Art. 32(1)(d)",
    "Regular testing",
    "Regularly test, assess and evaluate whether the measures work.",
    ["monitoring"],
    "The tests; a run of this check is one of them.",
  ),
  of(
    "Art. 32(4)",
    "Acting on instructions only",
    "Those with access to the data process them only as the controller instructs.",
    ["audit-logging", "least-privilege", "privilege-escalation", "separation"],
    "The instructions, and that they are followed.",
  ),
];

const BREACHES: readonly Requirement[] = [
  of(
    "Art. 33(1)",
    "Notification to the authority within 72 hours",
    "Notify the supervisory authority of a breach without undue delay, where feasible within 72 hours of becoming aware.",
    ["malicious-software", "monitoring"],
    "The notification. Alarms and detectors decide how soon one becomes aware.",
  ),
  of(
    "Art. 33(2)",
    "Notification by the processor",
    "A processor notifies the controller of a breach without undue delay.",
    ["monitoring"],
    "The notification.",
  ),
  of(
    "Art. 33(3)",
    "What the notification says",
    "Describe the nature of the breach, the people and records concerned, likely consequences and measures.",
    ["audit-logging", "log-protection"],
    "The description; without a record of accesses nobody can say whose data were seen.",
  ),
  of(
    "Art. 33(5)",
    "Documentation of breaches",
    "Document every breach, its effects and the remedy, so that the authority can verify.",
    ["log-retention"],
    "The documentation.",
  ),
  of(
    "Art. 34(3)(a)",
    "Breach of data that nobody can read",
    "People need not be told where the data were unintelligible to whoever saw them, as by encryption.",
    ["encryption-at-rest", "key-management"],
    "That the keys were not lost with the data.",
  ),
];

const TRANSFERS: readonly Requirement[] = [
  of(
    "Art. 44",
    "Transfers to third countries",
    "Transfer data to a third country only under the conditions of Chapter V, onward transfers included.",
    ["residency"],
    "The decision, clauses or rules (Articles 45 to 49) that a transfer rests on, and access from abroad by support.",
  ),
];

export const GDPR: Framework = {
  id: "gdpr",
  title: "General Data Protection Regulation",
  source: "Regulation (EU) 2016/679",
  requirements: [...PRINCIPLES, ...RIGHTS, ...DUTIES, ...BREACHES, ...TRANSFERS],
};

function of(id: string, title: string, text: string, topics: readonly Topic[], beyond: string): Requirement {
  return requirement(id, title, text, "required", topics, beyond);
}
