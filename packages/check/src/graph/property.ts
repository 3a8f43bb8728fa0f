/**
 * A property of a resource as a rule asks about it. Every question answers pass, fail or unknown (`Truth`) and says what
 * was seen and where; a rule that combines them with `all`, `any` and `not` is three-valued without thinking of it.
 * A value that is decided at deployment by a condition is asked once for each way it can turn out.
 */
import type { Spot } from "../source/source-text.ts";
import { escapePattern } from "./pattern.ts";
import { showValue } from "./show-value.ts";
import { fail, oneOf, pass, truth, unknown, type Truth } from "./truth.ts";
import { absent, choice, eachOption, referencesIn, type Text, unknownValue, type Value } from "./value.ts";

type Literal = string | number | boolean;

const parsedPaths = new Map<string, readonly (string | number)[]>();

export class Property {
  readonly value: Value;
  /** From the resource down: `BucketEncryption.ServerSideEncryptionConfiguration[0]`. */
  readonly path: string;

  constructor(value: Value, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Where it is written, or, where it is not, what it would be written in. */
  get spot(): Spot {
    return this.value.spot;
  }

  /** `at("Tags[0].Key")`. What is missing on the way is absent; what is unknown on the way stays unknown. */
  at(path: string): Property {
    let value = this.value;
    for (const step of parsePath(path)) value = stepInto(value, step);
    return new Property(value, joinPath(this.path, path));
  }

  /** The items of a list. A single value counts as a list of one, as AWS takes it in many places. */
  items(): readonly Property[] {
    const { value } = this;
    if (value.kind === "list") return this.#itemsOf(value.items);
    if (value.kind === "absent" || isNothing(value)) return [];
    if (value.kind === "choice") {
      return value.options.flatMap((option) => new Property(option, this.path).items());
    }
    return value.kind === "unknown" ? [] : [this];
  }

  entries(): readonly (readonly [string, Property])[] {
    const { value } = this;
    if (value.kind === "choice") {
      return value.options.flatMap((option) => new Property(option, this.path).entries());
    }
    if (value.kind !== "map") return [];
    return [...value.entries].map(([key, child]) => [key, new Property(child, joinPath(this.path, key))] as const);
  }

  /** The whole value where it is one known scalar. */
  literal(): Literal | undefined {
    return this.value.kind === "scalar" && this.value.value !== null ? this.value.value : undefined;
  }

  /** The same as text. */
  text(): string | undefined {
    const literal = this.literal();
    return literal === undefined ? undefined : String(literal);
  }

  number(): number | undefined {
    const literal = this.literal();
    if (typeof literal === "number") return literal;
    if (typeof literal !== "string" || literal.trim() === "") return undefined;
    const number = Number(literal);
    return Number.isFinite(number) ? number : undefined;
  }

  /** Ids of the resources that it names, at any depth. */
  references(): ReadonlySet<string> {
    return referencesIn(this.value);
  }

  /** True where nothing is written, for certain. `exists()` is the question for rules. */
  get isAbsent(): boolean {
    return this.value.kind === "absent" || isNothing(this.value);
  }

  get isUnknown(): boolean {
    return this.value.kind === "unknown";
  }

  /** The parameter or variable that gave the value, where one did. */
  get parameter(): string | undefined {
    return this.value.parameter;
  }

  exists(): Truth {
    return this.judge((one) => {
      if (one.isAbsent) return fail(this.#seen(one), one.spot);
      if (one.value.kind === "unknown" && !one.value.present) return this.#unknown(one.value.reason);
      return pass(`${this.path} is set`, one.spot);
    });
  }

  /** `true`, also as the string that CloudFormation takes for it. */
  isTrue(): Truth {
    return this.#ask((literal) => String(literal).toLowerCase() === "true");
  }

  /** Written as `false`; a property that is absent is not false (`not(isTrue())` covers both). */
  isFalse(): Truth {
    return this.#ask((literal) => String(literal).toLowerCase() === "false");
  }

  /** One of the literals, letter case aside for strings. */
  equals(...literals: readonly Literal[]): Truth {
    const wanted = new Set(literals.map((literal) => String(literal).toLowerCase()));
    return this.#ask(
      (literal) => wanted.has(String(literal).toLowerCase()),
      (text) => literals.some((literal) => couldBe(text, String(literal))),
    );
  }

  /** Where a part that matters is unknown, so is the answer. What a resource is called matches nothing. */
  matches(pattern: RegExp): Truth {
    return this.#ask(
      (literal) => pattern.test(String(literal)),
      (text) => pattern.test(sampleOf(text)) || text.parts.some(isOpenPart),
    );
  }

  /** Unknown, with the reason why; a known value is unknown in itself to nobody, so ask only where it is open. */
  undecided(): Truth {
    return this.#undecided() ?? this.#unknown("its form");
  }

  startsWith(prefix: string): Truth {
    return this.judge((one) => {
      const head = one.value.kind === "text" ? one.value.parts[0] : undefined;
      if (typeof head !== "string") return one.matches(new RegExp(`^${escapePattern(prefix)}`));
      if (head.length < prefix.length && prefix.startsWith(head)) return this.#unknown(unknownPartOf(one.value));
      return truth(head.startsWith(prefix) ? "pass" : "fail", this.#seen(one), one.spot);
    });
  }

  atLeast(least: number): Truth {
    return this.#compare((number) => number >= least);
  }

  atMost(most: number): Truth {
    return this.#compare((number) => number <= most);
  }

  /** At least one item passes. An absent list has none. */
  some(question: (item: Property) => Truth): Truth {
    return this.#overItems((items, open) => {
      const answers = items.map((item) => item.judge(question));
      const decided = answers.find(({ outcome }) => outcome === "pass");
      if (decided) return decided;
      const doubt = answers.find(({ outcome }) => outcome === "unknown");
      return doubt ?? (open === undefined ? (answers[0] ?? fail(this.#seen(this), this.spot)) : this.#unknown(open));
    });
  }

  /** No item fails. An absent list passes: ask `exists()` too where there must be one. */
  every(question: (item: Property) => Truth): Truth {
    return this.#overItems((items, open) => {
      const answers = items
        .filter(({ value }) => value.kind !== "absent")
        .map((item) => item.judge((one) => (one.isAbsent ? pass() : question(one))));
      const decided = answers.find(({ outcome }) => outcome === "fail");
      if (decided) return decided;
      const doubt = answers.find(({ outcome }) => outcome === "unknown");
      return doubt ?? (open === undefined ? pass(this.#seen(this), this.spot) : this.#unknown(open));
    });
  }

  /** Has at least one item or entry, or is a text that is not empty. */
  isFilled(): Truth {
    return this.judge((one) => {
      const { value } = one;
      if (value.kind === "list" && value.items.length === 0) {
        return value.open === undefined ? fail(this.#seen(one), one.spot) : this.#unknown(value.open);
      }
      if (value.kind === "map" && value.entries.size === 0) {
        return value.open === undefined ? fail(this.#seen(one), one.spot) : this.#unknown(value.open);
      }
      if (value.kind === "scalar" && value.value === "") return fail(this.#seen(one), one.spot);
      return one.exists();
    });
  }

  /** Asks once for each way the value can turn out. The question sees no choice. */
  judge(question: (one: Property) => Truth): Truth {
    const { value } = this;
    if (value.kind !== "choice") return question(this);
    return oneOf(
      value.reason,
      value.options.map((option) => new Property(option, this.path).judge(question)),
    );
  }

  #itemsOf(items: readonly Value[]): readonly Property[] {
    return items
      .filter(({ kind }) => kind !== "absent")
      .map((item, index) => new Property(item, `${this.path}[${index}]`));
  }

  #overItems(answer: (items: readonly Property[], open: string | undefined) => Truth): Truth {
    return this.judge((one) => {
      const { value } = one;
      if (value.kind === "unknown") return this.#unknown(value.reason);
      return answer(one.items(), value.kind === "list" || value.kind === "map" ? value.open : undefined);
    });
  }

  #compare(holds: (number: number) => boolean): Truth {
    return this.judge((one) => {
      const number = one.number();
      if (number === undefined) return one.#undecided() ?? fail(this.#seen(one), one.spot);
      return truth(holds(number) ? "pass" : "fail", this.#seen(one), one.spot);
    });
  }

  #ask(holds: (literal: Literal) => boolean, possible?: (text: Text) => boolean): Truth {
    return this.judge((one) => {
      const { value } = one;
      if (value.kind === "scalar" && value.value !== null) {
        return truth(holds(value.value) ? "pass" : "fail", this.#seen(one), one.spot);
      }
      if (value.kind === "text" && possible && !possible(value)) return fail(this.#seen(one), one.spot);
      // What a resource is called is never one of the literals that rules ask for.
      if (value.kind === "reference") return fail(this.#seen(one), one.spot);
      if (value.kind === "unknown" && value.sample !== undefined && !holds(value.sample)) {
        return fail(this.#seen(one), one.spot);
      }
      return one.#undecided() ?? fail(this.#seen(one), one.spot);
    });
  }

  #undecided(): Truth | undefined {
    const { value } = this;
    if (value.kind === "unknown") return this.#unknown(value.reason);
    if (value.kind === "text") return this.#unknown(unknownPartOf(value));
    return value.kind === "reference" ? this.#unknown(`what ${showValue(value, "")} will be`) : undefined;
  }

  #unknown(reason: string): Truth {
    return unknown(`${this.path} depends on ${reason}`, this.spot);
  }

  #seen(one: Property): string {
    return `${this.path} is ${showValue(one.value, this.path)}`;
  }
}

function stepInto(value: Value, step: string | number): Value {
  switch (value.kind) {
    case "map": {
      // A map where a list is usual, and a list of one where a map is, mean the same: formats write them differently.
      if (step === 0 && !value.entries.has("0")) return value;
      const child = value.entries.get(String(step));
      if (child) return child;
      return value.open === undefined ? absent(value.spot) : unknownValue(value.open, value.spot, false);
    }
    case "list": {
      const [only] = value.items;
      if (typeof step === "string" && value.items.length === 1 && only) return stepInto(only, step);
      const child = typeof step === "number" ? value.items[step] : undefined;
      if (child) return child;
      return value.open === undefined ? absent(value.spot) : unknownValue(value.open, value.spot, false);
    }
    case "choice":
      return choice(
        value.reason,
        value.options.map((option) => eachOption(option, (one) => stepInto(one, step))),
        value.spot,
      );
    case "unknown":
      return unknownValue(value.reason, value.spot, false);
    case "reference":
      return unknownValue(`what ${value.resource} holds`, value.spot, false);
    default:
      return absent(value.spot);
  }
}

function parsePath(path: string): readonly (string | number)[] {
  let steps = parsedPaths.get(path);
  if (!steps) {
    steps = path
      .split(/[.[\]]/)
      .filter((step) => step !== "")
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    parsedPaths.set(path, steps);
  }
  return steps;
}

function joinPath(base: string, path: string): string {
  return base === "" ? path : path.startsWith("[") ? base + path : `${base}.${path}`;
}

/** The text with what its unknown parts look like; a name stands as a character that no pattern asks for. */
function sampleOf({ parts }: Text): string {
  return parts
    .map((part) => (typeof part === "string" ? part : part.kind === "unknown" ? (part.sample ?? "\uFFFC") : "\uFFFC"))
    .join("");
}

function isOpenPart(part: Text["parts"][number]): boolean {
  return typeof part !== "string" && part.kind === "unknown" && part.sample === undefined;
}

function isNothing(value: Value): boolean {
  return value.kind === "scalar" && value.value === null;
}

/** Whether the unknown parts could be filled so that the text becomes the literal. */
function couldBe({ parts }: Text, literal: string): boolean {
  // An attribute or name of a resource is at least one character.
  const pattern = parts.map((part) => (typeof part === "string" ? escapePattern(part) : ".+")).join("");
  return new RegExp(`^${pattern}$`, "is").test(literal);
}

function unknownPartOf(value: Value): string {
  if (value.kind !== "text") return "a value that is not known before deployment";
  const part = value.parts.find((one) => typeof one !== "string");
  if (part === undefined || typeof part === "string") return "its parts";
  return part.kind === "unknown" ? part.reason : `what ${part.resource} will be called`;
}
