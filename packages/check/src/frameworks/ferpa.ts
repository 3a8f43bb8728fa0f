/**
 * The Family Educational Rights and Privacy Act as 34 CFR Part 99 carries it out: the provisions on access, disclosure,
 * record-keeping and safeguards, and the practices of the Department's Privacy Technical Assistance Center (PTAC, Data
 * Security Checklist), in words of our own. What a school's clinic writes about its students is mostly an education or
 * treatment record, which 45 CFR 160.103 takes out of PHI.
 */
import type { Topic } from "../judge/fact.ts";
import { requirement, type Framework, type Requirement } from "./framework.ts";

const PROVISIONS: readonly Requirement[] = [
  law(
    "99.10(a)",
    "Right to inspect and review",
    "Parents and eligible students can inspect and review education records, within 45 days of asking.",
    ["availability"],
    "The procedure, and that it takes no longer.",
  ),
  law(
    "99.10(e)",
    "No destruction while a request is open",
    "Records must not be destroyed while a request to inspect them is outstanding.",
    ["backup", "deletion-protection"],
    "Which requests are open.",
  ),
  law(
    "99.20",
    "Request to amend a record",
    "A parent or eligible student may ask for a record to be amended, and the institution decides within a reasonable time.",
    [],
    "All of it.",
  ),
  law(
    "99.30(a)",
    "Consent before disclosure",
    "Signed and dated written consent comes before personally identifiable information is disclosed, but for the exceptions.",
    ["public-exposure"],
    "The consents. What anyone can read is disclosed to everyone without one.",
  ),
  law(
    "99.30(d)",
    "Electronic consent",
    "Electronic consent identifies and authenticates the person and shows that they approve of it.",
    ["authentication"],
    "The record of each consent.",
  ),
  law(
    "99.31(a)(1)(i)(B)",
    "Outside parties under direct control",
    "A contractor to whom a service is outsourced is under the institution's direct control in its use of records.",
    ["eligible-service"],
    "The contract.",
  ),
  law(
    "99.31(a)(1)(ii)",
    "Reasonable methods of access control",
    "School officials obtain access only to those records in which they have legitimate educational interests.",
    ["least-privilege", "privilege-escalation", "separation", "network-isolation", "public-exposure"],
    "Who has which interest, and the application's own rules.",
  ),
  law(
    "99.31(a)(6)(iii)",
    "Studies",
    "An organization that studies records lets nobody else identify people in them, and destroys them when done.",
    ["least-privilege", "public-exposure"],
    "The written agreement, and the destruction.",
  ),
  law(
    "99.31(b)",
    "De-identified records",
    "Records may be released once all personally identifiable information is removed and no student can be recognized.",
    [],
    "All of it: whether a release identifies anyone.",
  ),
  law(
    "99.31(c)",
    "Identification and authentication",
    "Reasonable methods identify and authenticate everyone to whom personally identifiable information is disclosed.",
    ["authentication", "credential-rotation", "session"],
    "How identities were proofed.",
  ),
  law(
    "99.32(a)(1)",
    "Record of requests and disclosures",
    "A record is kept of each request for access to, and each disclosure from, a student's education records.",
    ["audit-logging"],
    "That the application records whom each disclosure is about, to whom, and why.",
  ),
  law(
    "99.32(a)(2)",
    "Keeping that record",
    "The record is kept with the education records for as long as they are kept.",
    ["log-protection", "log-retention"],
    "How long the education records are kept.",
  ),
  law(
    "99.33(a)",
    "Limits on redisclosure",
    "A recipient does not pass information on without consent, and uses it only for what it was disclosed for.",
    ["egress-control"],
    "What recipients do.",
  ),
  law(
    "99.35(a)(2)",
    "Authorized representatives",
    "Reasonable methods ensure that an authorized representative uses records only for the audit or evaluation.",
    ["least-privilege", "privilege-escalation", "separation"],
    "The written agreement under 99.35(a)(3).",
  ),
  law(
    "99.35(b)",
    "Protection and destruction",
    "Such records are protected so that nobody else can identify people in them, and destroyed when not needed.",
    ["encryption-at-rest", "public-exposure"],
    "The destruction.",
  ),
];

const PRACTICES: readonly Requirement[] = [
  practice(
    "PTAC policy",
    "Policy and governance",
    "A data governance plan says which data are sensitive and who answers for them.",
    ["data-classification", "residency"],
    "The plan.",
  ),
  practice("PTAC personnel", "Personnel security", "Those with access are screened and trained.", [], "All of it."),
  practice(
    "PTAC physical",
    "Physical security",
    "Equipment is protected where it stands.",
    [],
    "All of it; for a cloud, the provider's reports.",
  ),
  practice(
    "PTAC inventory",
    "Network mapping and inventory of assets",
    "It is known which systems there are and how they are connected.",
    ["data-classification"],
    "What was made by hand beside the templates.",
  ),
  practice(
    "PTAC authentication",
    "Authentication",
    "Who signs in is verified as strongly as the data are sensitive.",
    ["authentication", "credential-rotation", "secrets", "session"],
    "How identities were proofed.",
  ),
  practice(
    "PTAC layers",
    "Layered defense",
    "More than one barrier stands before the data, encryption among them.",
    ["encryption-at-rest", "encryption-in-transit", "key-management", "network-isolation"],
    "Barriers outside of the templates.",
  ),
  practice(
    "PTAC configuration",
    "Secure configurations",
    "Systems are set up from tested, hardened configurations, and changes are controlled.",
    ["hygiene", "integrity"],
    "Who reviews changes.",
  ),
  practice(
    "PTAC access",
    "Access control",
    "Each account has the least that its task needs, and privileged accounts are few.",
    ["least-privilege", "privilege-escalation", "separation"],
    "Whether each granted right is needed.",
  ),
  practice(
    "PTAC firewalls",
    "Firewalls and intrusion detection",
    "Traffic is filtered at the edge, and attacks are noticed.",
    ["egress-control", "input-validation", "malicious-software", "network-isolation", "public-exposure"],
    "Devices that no template describes.",
  ),
  practice(
    "PTAC scanning",
    "Automated vulnerability scanning",
    "Systems are scanned for known vulnerabilities regularly.",
    ["patching"],
    "That findings are mended.",
  ),
  practice(
    "PTAC patches",
    "Patch management",
    "Updates are tested and applied soon.",
    ["patching"],
    "What an application brings along itself.",
  ),
  practice(
    "PTAC services",
    "Unnecessary services shut down",
    "No port or service is open that nobody needs.",
    ["network-isolation", "public-exposure"],
    "Which services are needed.",
  ),
  practice(
    "PTAC email",
    "Sending confidential data",
    "Sensitive data are not sent in the clear, by mail or otherwise.",
    ["encryption-in-transit"],
    "What people send.",
  ),
  practice(
    "PTAC incidents",
    "Incident handling",
    "There is a plan for incidents, and the means to notice and contain them and to restore what was lost.",
    ["backup", "disaster-recovery", "monitoring", "resilience"],
    "The plan.",
  ),
  practice(
    "PTAC audit",
    "Audit and compliance monitoring",
    "Activity is recorded and reviewed, by people other than those whom it is about.",
    ["audit-logging", "log-protection", "log-retention", "monitoring"],
    "The reviews.",
  ),
];

export const FERPA: Framework = {
  id: "ferpa",
  title: "Family Educational Rights and Privacy Act",
  source: "34 CFR Part 99; PTAC Data Security Checklist",
  requirements: [...PROVISIONS, ...PRACTICES],
};

function law(id: string, title: string, text: string, topics: readonly Topic[], beyond: string): Requirement {
  return requirement(id, title, text, "required", topics, beyond);
}

function practice(id: string, title: string, text: string, topics: readonly Topic[], beyond: string): Requirement {
  return requirement(id, title, text, "practice", topics, beyond);
}
