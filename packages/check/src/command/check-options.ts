/** The options of the command `check`, as data, so that `ward check` and `ward-check` take the same. */
import { FORMATS } from "../report/formats.ts";
import { SEVERITIES } from "../judge/fact.ts";
import { GRAPH_FORMATS } from "../topology/graph-formats.ts";

export interface CheckOption {
  readonly name: string;
  /** What its value is called; a switch has none. */
  readonly value?: string;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly byDefault?: string;
  readonly isMany?: true;
}

const FAIL_ON = [...SEVERITIES, "never"];

export const CHECK_OPTIONS: readonly CheckOption[] = [
  { name: "format", value: "format", about: `one of ${FORMATS.join(", ")}`, choices: FORMATS, byDefault: "text" },
  { name: "out", value: "file", about: "write the report there instead of to stdout" },
  {
    name: "graph",
    value: "format",
    about: `instead of the report draw a map by trust boundary: ${GRAPH_FORMATS.join(", ")}`,
    choices: GRAPH_FORMATS,
  },
  {
    name: "fail-on",
    value: "severity",
    about: `least severity that fails: ${FAIL_ON.join(", ")}`,
    choices: FAIL_ON,
    byDefault: "medium",
  },
  { name: "strict", about: "fail also on what the input leaves undecided" },
  {
    name: "framework",
    value: "id",
    about: "summarise by it; may be given again (default: hipaa-security)",
    isMany: true,
  },
  {
    name: "parameters",
    value: "name=value",
    about: "a parameter or variable; may be given again, or name a JSON file",
    isMany: true,
  },
  { name: "region", value: "region", about: "the region of the deployment" },
  {
    name: "residency",
    value: "place",
    about: "a country or region where data may live; may be given again (default: as ward.config.ts says)",
    isMany: true,
  },
  { name: "waivers", value: "file", about: "the register of waivers (default: compliance/waivers.yaml)" },
  { name: "baseline", value: "file", about: "failures that are known and don't fail the run" },
  { name: "write-baseline", value: "file", about: "write the failures of this run as a baseline, and succeed" },
  { name: "sbom", value: "file", about: "write a bill of materials of the lockfiles there (CycloneDX 1.6)" },
  { name: "osv-dir", value: "folder", about: "known vulnerabilities: OSV's data, as `check db update` brings it" },
  { name: "registry-audit", about: "ask the registry for known vulnerabilities; sends names and versions of packages" },
  { name: "registry", value: "url", about: "the registry to ask (default: as .npmrc says)" },
  { name: "history", about: "look for secrets in the Git history as well" },
  { name: "fix", about: "instead of the report print a diff that takes away what no code uses" },
  { name: "write", about: "with --fix: write the changes, and report on what is left" },
  { name: "watch", about: "check again whenever a file changes" },
  { name: "verbose", about: "all in full: also low findings, every undecided fact and every unreadable place" },
];

/** The options of `check db update`. */
export const DB_OPTIONS: readonly CheckOption[] = [
  { name: "osv-dir", value: "folder", about: "where the data is brought to" },
  { name: "offline", about: "fetch nothing; make ready what was brought there by hand" },
  { name: "osv-url", value: "url", about: "a mirror of OSV's archive for npm" },
  { name: "epss-url", value: "url", about: "a mirror of FIRST's EPSS scores as CSV, packed with gzip" },
];

const OF_DRIFT = /^(format|out|fail-on|strict|framework|parameters|region|waivers|baseline|write-baseline|verbose)$/;

/** The options of `check drift`. */
export const DRIFT_OPTIONS: readonly CheckOption[] = [
  {
    name: "live-snapshot",
    value: "file",
    about: "what runs, as AWS's CLI or AWS Config says it: a file of JSON or a folder; may be given again",
    isMany: true,
  },
  {
    name: "plan",
    value: "file",
    about: "what Terraform found: `terraform show -json` of a plan; may be given again",
    isMany: true,
  },
  ...CHECK_OPTIONS.filter(({ name }) => OF_DRIFT.test(name)),
];
