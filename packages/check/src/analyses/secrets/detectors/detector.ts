/**
 * What finds one kind of secret in a text. Patterns are linear: every repetition has an upper bound, so that no input makes
 * them slow. INVARIANT: what a detector matched is handed to `accepts` and to a digest, and to nothing that prints.
 */
import type { Fact } from "../../../judge/fact.ts";

export interface Detector {
  /** In kebab-case, part of what names a finding: `github-token`. */
  readonly kind: string;
  /** For people: `GitHub token`. */
  readonly name: string;
  readonly fact: Fact;
  /** With the flags g and d; a group named `secret` is the secret, or else all of it. */
  readonly pattern: RegExp;
  /** One of these is in every text that the pattern can match; compared as it is written. */
  readonly hints: readonly string[];
  /** Files that it is about, by their paths; absent: all. */
  readonly files?: RegExp;
  readonly accepts?: (match: Match, place: Place) => boolean;
  /** How many of its first characters everyone may see: of a token its prefix, of a password none. */
  readonly shownMax: number;
  /** Long and random, so that a part of its digest tells nothing about it. */
  readonly isRandom: boolean;
  /** Not looked for among tests and documentation, which are full of made up ones. */
  readonly skipsTests?: true;
}

export interface Match {
  readonly secret: string;
  readonly whole: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly index: number;
}

export interface Place {
  readonly path: string;
  readonly text: string;
  /** A test, a fixture, an example or documentation. */
  readonly isTest: boolean;
  readonly now: Date;
}
