/** What should hold of the packages that an app is made of. 45 CFR 164.308(a)(1)(ii)(A), (a)(5)(ii)(B); 164.312(c)(1). */
import type { Fact, Severity } from "../../judge/fact.ts";

const UPDATE = `
"dependencies": { "parser": "^2.4.1" }   # package.json: the first version without it`;

function vulnerabilityFact(severity: Severity, why: string): Fact {
  return {
    id: `dependency-has-no-${severity}-vulnerability`,
    title: `The dependency has no known vulnerability of ${severity} severity`,
    why,
    remedy:
      "Update to a version without it, and write the lockfile again. Where none exists, replace the package, or waive it with the reason why its fault can't be reached.",
    snippet: UPDATE,
    severity,
    topics: ["patching"],
  };
}

export const dependencyHasNoCriticalVulnerability = vulnerabilityFact(
  "critical",
  "Its fault is public and often has a ready exploit: whoever sends a request may run code where PHI is open in memory.",
);
export const dependencyHasNoHighVulnerability = vulnerabilityFact(
  "high",
  "Its fault is public. Attackers try such faults on every server they find within days.",
);
export const dependencyHasNoMediumVulnerability = vulnerabilityFact(
  "medium",
  "Its fault is public and helps someone who is half way in, or only where more comes together.",
);
export const dependencyHasNoLowVulnerability = vulnerabilityFact(
  "low",
  "Its fault is public and does little by itself, or where it stands no patient's data comes near it.",
);

export const dependencyIsNotMalware: Fact = {
  id: "dependency-is-not-malware",
  title: "The dependency is not known as malicious",
  why: "It was published to steal. Where it was installed, what that machine held (keys, tokens, data) is to be taken as stolen.",
  remedy:
    "Remove it, and treat every machine that installed it as broken into: rotate its keys and tokens, and start the incident.",
  snippet: `
# compliance/incidents.yaml
detected: 2027-01-31
what: a malicious package was installed on a build machine`,
  severity: "critical",
  topics: ["malicious-software"],
  waivable: false,
};

export const projectHasALockfile: Fact = {
  id: "project-has-a-lockfile",
  title: "A lockfile pins the project's dependencies",
  why: "Without one every build takes whatever was published last, so what was reviewed is not what runs, and a package that was taken over is in production with the next deployment.",
  remedy:
    "Run your package manager's install once, commit the lockfile, and let CI install only what it says (npm ci).",
  snippet: `
$ npm install && git add package-lock.json`,
  severity: "medium",
  topics: ["integrity", "patching"],
};

export const lockfileAgreesWithManifest: Fact = {
  id: "lockfile-agrees-with-package-json",
  title: "The lockfile agrees with package.json",
  why: "A build that trusts the lockfile fails or installs something other than what was asked for; one that does not takes what was published last.",
  remedy: "Run your package manager's install again and commit the lockfile with package.json.",
  snippet: `
$ npm install && git add package.json package-lock.json`,
  severity: "medium",
  topics: ["integrity"],
};

export const dependencyIsHeldToItsDigest: Fact = {
  id: "dependency-is-held-to-its-digest",
  title: "The lockfile holds the dependency to a digest",
  why: "Without a digest nobody notices when the archive is another one than the one that was reviewed: a server that was broken into, a mirror, a proxy.",
  remedy:
    "Remove the entry and install again, so that the package manager writes its digest; take what has none from a registry.",
  snippet: `
"node_modules/parser": { "version": "2.4.1", "integrity": "sha512-…" }   # package-lock.json`,
  severity: "medium",
  topics: ["integrity"],
};

export const dependencyComesOverTls: Fact = {
  id: "dependency-comes-over-tls",
  title: "The dependency is fetched over an encrypted connection",
  why: "Whoever sits on the way between a build machine and the registry can see what is installed and send something else.",
  remedy: "Give the registry's https address in .npmrc, remove the entry and install again.",
  snippet: `
registry=https://packages.clinic.example/   # .npmrc`,
  severity: "high",
  topics: ["encryption-in-transit", "integrity"],
};

export const dependencyComesFromARegistry: Fact = {
  id: "dependency-comes-from-a-registry",
  title: "The dependency comes from a registry",
  why: "A Git repository or a file on a server has no versions that stay: it can be changed or removed under its address, and no list of known vulnerabilities names it.",
  remedy: "Publish it to your registry and require it by its version. Until then name the whole commit.",
  snippet: `
"dependencies": { "parser": "2.4.1" }   # package.json, in place of github:clinic/parser`,
  severity: "medium",
  topics: ["integrity", "patching"],
};

export const dependencyComesFromItsOwnAddress: Fact = {
  id: "dependency-comes-from-its-own-address",
  title: "The lockfile takes the dependency from its own address at the usual registry",
  why: "Nobody reads a lockfile line by line. One changed address in it brings in any code, under the name of a package that everyone trusts.",
  remedy:
    "Find out which change brought the address in, and who made it. Remove the entry and install again. Name a registry of your own in .npmrc.",
  snippet: `
@clinic:registry=https://packages.clinic.example/   # .npmrc`,
  severity: "high",
  topics: ["integrity", "malicious-software"],
};

export const dependencyRunsNoInstallScript: Fact = {
  id: "dependency-runs-no-install-script",
  title: "The dependency runs no script when it is installed, or is allowed to",
  why: "Such a script runs with all rights of whoever installs: on the laptops of the team and on the machine that holds the keys of deployment. It is how stolen packages steal.",
  remedy:
    "Read what it does. Then name the package in compliance/dependencies.yaml and in your package manager's own list, and switch all other scripts off.",
  snippet: `
# compliance/dependencies.yaml
installScripts: [esbuild]`,
  severity: "medium",
  topics: ["malicious-software", "integrity"],
};

export const dependencyIsMaintained: Fact = {
  id: "dependency-is-maintained",
  title: "The dependency's authors still stand by it",
  why: "What its authors have given up gets no fix for the next vulnerability that is found.",
  remedy: "Change to what its authors name instead, or to a version that they still maintain.",
  snippet: UPDATE,
  severity: "low",
  topics: ["patching"],
};

export const dependencyNameIsNoLookalike: Fact = {
  id: "dependency-name-is-no-lookalike",
  title: "The dependency's name is no slip of a well-known one's",
  why: "Attackers publish packages under names that people mistype. One wrong letter in package.json is enough to run their code.",
  remedy:
    "Look at who publishes it. Correct the name; where the package is what you meant, name it in compliance/dependencies.yaml.",
  snippet: `
# compliance/dependencies.yaml: it is what you meant
names: [expresses]`,
  severity: "high",
  topics: ["malicious-software"],
};

export const dependencyLicenceIsAllowed: Fact = {
  id: "dependency-licence-is-allowed",
  title: "The dependency's licence is one that you allow",
  why: "A licence that asks for your source, or none at all, is a question for a lawyer before a product ships, not after.",
  remedy:
    "Replace the package, or have it looked at and add its licence, or the package, to compliance/dependencies.yaml.",
  snippet: `
# compliance/dependencies.yaml
licences: [MIT, ISC, Apache-2.0, LGPL-3.0-only]`,
  severity: "low",
  topics: ["hygiene"],
};

export const VULNERABILITY_FACTS: Readonly<Record<Severity, Fact>> = {
  critical: dependencyHasNoCriticalVulnerability,
  high: dependencyHasNoHighVulnerability,
  medium: dependencyHasNoMediumVulnerability,
  low: dependencyHasNoLowVulnerability,
};

export const DEPENDENCY_FACTS: readonly Fact[] = [
  dependencyIsNotMalware,
  ...Object.values(VULNERABILITY_FACTS),
  dependencyNameIsNoLookalike,
  dependencyComesOverTls,
  dependencyComesFromARegistry,
  dependencyComesFromItsOwnAddress,
  dependencyIsHeldToItsDigest,
  dependencyRunsNoInstallScript,
  projectHasALockfile,
  lockfileAgreesWithManifest,
  dependencyIsMaintained,
  dependencyLicenceIsAllowed,
];

/** Of these nothing is said where no list of known vulnerabilities was given. */
export const NEEDS_VULNERABILITIES: ReadonlySet<Fact> = new Set([
  dependencyIsNotMalware,
  ...Object.values(VULNERABILITY_FACTS),
]);
