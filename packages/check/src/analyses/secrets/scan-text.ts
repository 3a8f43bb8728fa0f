/**
 * The secrets of one text. INVARIANT: a sighting holds nothing of the secret but what everyone may see of it: the first
 * characters of a token's prefix, and of a long random one a part of its digest.
 */
import { createHash } from "node:crypto";
import type { Fact } from "../../judge/fact.ts";
import { CONFIGURATION_DETECTORS } from "./detectors/configuration-files.ts";
import { CONNECTION_DETECTORS } from "./detectors/connections.ts";
import type { Detector, Match, Place } from "./detectors/detector.ts";
import { KEY_DETECTORS } from "./detectors/keys.ts";
import { PATIENT_DETECTORS } from "./detectors/patients.ts";
import { TOKEN_DETECTORS } from "./detectors/tokens.ts";
import { VALUE_DETECTORS } from "./detectors/values.ts";

/** In order of certainty: where two match the same place, the first has it. */
const DETECTORS: readonly Detector[] = [
  ...TOKEN_DETECTORS,
  ...KEY_DETECTORS,
  ...CONFIGURATION_DETECTORS,
  ...CONNECTION_DETECTORS,
  ...VALUE_DETECTORS,
  ...PATIENT_DETECTORS,
];

export interface Sighting {
  readonly kind: string;
  readonly name: string;
  readonly fact: Fact;
  /** Where the secret itself begins. */
  readonly offset: number;
  /** What everyone may see of it: `ghp_…`, or how long it is. */
  readonly shown: string;
  /** Eight hexadecimal digits that tell it from others of its kind; none where they would tell what it is. */
  readonly fingerprint: string | undefined;
  /** To know it again within this process; never printed. */
  readonly identity: string;
}

const SIGHTINGS_MAX = 200;
const TEST =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|fixtures?|__fixtures__|testdata|test-data|testing|mocks?|__mocks__|examples?|samples?|docs?|conformance|bench(?:marks)?)\/|\.(?:test|spec|attack|fault|property|stories|bench)\.\w+$|\.(?:md|mdx|rst|adoc)$|(?:^|[.-])(?:example|sample|template|dist|tmpl)(?:$|\.)/i;

export function scanText(path: string, text: string, now: Date): readonly Sighting[] {
  const place: Place = { path, text, isTest: TEST.test(path), now };
  const taken: { readonly from: number; readonly to: number }[] = [];
  const sightings: Sighting[] = [];
  for (const detector of DETECTORS) {
    if (detector.skipsTests === true && place.isTest) continue;
    if (detector.files?.test(path) === false) continue;
    if (!detector.hints.some((hint) => text.includes(hint))) continue;
    for (const found of text.matchAll(detector.pattern)) {
      const [whole] = found;
      const groups = found.groups ?? {};
      const secret = groups["secret"] ?? whole;
      const match: Match = { secret, whole, groups, index: found.index };
      const from = found.index + whole.lastIndexOf(secret);
      const to = from + secret.length;
      if (taken.some((other) => from < other.to && other.from < to)) continue;
      if (detector.accepts && !detector.accepts(match, place)) continue;
      taken.push({ from, to });
      sightings.push(sightingOf(detector, secret, from));
      if (sightings.length >= SIGHTINGS_MAX) return sightings;
    }
  }
  return sightings.toSorted((one, other) => one.offset - other.offset);
}

function sightingOf({ kind, name, fact, shownMax, isRandom }: Detector, secret: string, offset: number): Sighting {
  const identity = createHash("sha256").update(secret).digest("hex");
  return {
    kind,
    name,
    fact,
    offset,
    shown: shownMax > 0 ? `${secret.slice(0, shownMax)}…` : `${secret.length} characters`,
    fingerprint: isRandom ? identity.slice(0, 8) : undefined,
    identity,
  };
}
