/**
 * Whether PHI is in a value: a walk from the value back to what it was made of. What it finds is kept for a value's life in
 * one reading, so that shared values are walked once; a value that contains itself adds nothing to itself.
 */
import {
  ANY,
  type CodeAnalysis,
  type CodeValue,
  type DerivedValue,
  type ExternalCall,
  type GivenValue,
  type ResultValue,
} from "../../code/contract.ts";
import type { Spot } from "../../source/source-text.ts";
import { effectOf, isSanitizerName } from "./call-effects.ts";
import { itemsOf, optionsOf, textOf, textPartsOf } from "./code-values.ts";
import { isHarmlessField, isPhiField } from "./field-names.ts";
import { laterWrites } from "./later-writes.ts";
import { lineageOf, lineagesOf } from "./lineage.ts";
import { namedField } from "./named-fields.ts";
import { tellsNothing } from "./plain-operations.ts";
import { showValueOf } from "./show-code.ts";
import { surer, withDoubt, withStep, type Taint } from "./taint.ts";

/** What a function is given from outside. */
export interface Sources {
  /** PHI in the handler's parameter, before what its path picks of it. */
  ofInput(value: CodeValue & { readonly kind: "input" }): Taint | undefined;
  /** PHI that a call answers; `undefined` where its arguments decide. */
  ofCall(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined;
  /** What the author says of the place where a value comes to be. */
  annotation(value: CodeValue): Taint | "safe" | undefined;
  /** Names of fields that the project calls PHI. */
  readonly fields: ReadonlySet<string>;
}

/** Of what a service answers: about the answer, not of the record. */
const ABOUT_ANSWER = new Set(["$metadata", "ResponseMetadata", "meta", "ConsumedCapacity", "ItemCollectionMetrics"]);

/** Of an error: which, not about what. */
const ABOUT_ERROR =
  /^(?:name|code|status|statusCode|errno|syscall|fault|requestId|\$fault|\$metadata|reason|retryable|constructor)$/;

const MASK = /^[*xX#•.\-_]+$|redact|mask|removed|hidden|^\[.*\]$|^<.*>$|^$/i;

/** A value that is made through so many others is given up; code that people write stays far below. */
const DEPTH_MAX = 400;

export class TaintReader {
  readonly #sources: Sources;
  readonly #known = new Map<CodeValue, Taint | undefined>();
  readonly #open = new Set<CodeValue>();
  #givenUp: Spot | undefined;

  readonly #writes: ReadonlyMap<ExternalCall, readonly CodeValue[]>;

  constructor(sources: Sources, analysis: CodeAnalysis) {
    this.#sources = sources;
    this.#writes = laterWrites(analysis);
  }

  taintOf(value: CodeValue | undefined): Taint | undefined {
    if (value === undefined || this.#open.has(value)) return undefined;
    if (this.#known.has(value)) return this.#known.get(value);
    if (this.#open.size > DEPTH_MAX) {
      this.#givenUp ??= value.spot;
      return undefined;
    }
    this.#open.add(value);
    const taint = this.#read(value);
    this.#open.delete(value);
    this.#known.set(value, taint);
    return taint;
  }

  /** Where a value was not followed to its source. */
  get givenUp(): Spot | undefined {
    return this.#givenUp;
  }

  surest(values: Iterable<CodeValue | undefined>): Taint | undefined {
    let found: Taint | undefined;
    for (const value of values) found = surer(found, this.taintOf(value));
    return found;
  }

  #read(value: CodeValue): Taint | undefined {
    const said = this.#sources.annotation(value);
    if (said === "safe") return undefined;
    const own = said ?? this.#readKind(value);
    return own ?? namedField(value, this.#sources.fields);
  }

  #readKind(value: CodeValue): Taint | undefined {
    switch (value.kind) {
      case "text": {
        const taint = this.surest(value.parts.filter((part) => typeof part !== "string"));
        return taint && withStep(taint, { spot: value.spot, text: `${taint.what} is put into a text`, isMinor: true });
      }
      case "object":
        // An error of one's own holds what was handed to the class that it extends.
        return this.surest([...value.entries.values(), value.rest, value.base]);
      case "list":
        return this.surest([...value.items, value.rest]);
      case "choice":
        return this.surest(value.options);
      case "unknown": {
        // What was too large to be kept as a value says nothing of what it was made from.
        if (value.from.length === 0 && value.reason.includes("too large")) this.#givenUp ??= value.spot;
        const taint = this.surest(value.from);
        return taint && withDoubt(taint, { reason: value.reason, spot: value.spot });
      }
      case "input":
        return this.#picked(this.#sources.ofInput(value), value);
      case "instance":
        return this.#ofInstance(value);
      case "result":
      case "given":
        return this.#ofCall(value);
      case "derived":
        return this.#ofDerived(value);
      default:
        return undefined;
    }
  }

  #ofInstance(value: CodeValue & { readonly kind: "instance" }): Taint | undefined {
    const effect = effectOf(value.call);
    if (effect === "removes" || effect === "answers") return undefined;
    const later = value.path.length === 0 ? (this.#writes.get(value.call) ?? []) : [];
    const taint = this.surest([...value.args, ...later]);
    const isError = /(?:Error|Exception)$/.test(lineageOf(value.of)?.members.at(-1) ?? "");
    const shown =
      taint && isError ? withStep(taint, { spot: value.call.spot, text: `${taint.what} is put into an error` }) : taint;
    return this.#picked(shown, value);
  }

  #ofCall(value: ResultValue | GivenValue): Taint | undefined {
    const { call } = value;
    const source = this.#sources.ofCall(call, value);
    if (source === "clean") return undefined;
    if (source) return this.#picked(source, value);
    if (saysOnlyWhatIsWrong(call, value.path)) return undefined;
    const handed = this.#handed(call);
    return handed && this.#picked(handed, value);
  }

  /** What of a call's arguments and receiver is in its answer. */
  #handed(call: ExternalCall): Taint | undefined {
    const effect = effectOf(call);
    if (effect === "removes") return undefined;
    // A client answers from elsewhere; what it answered, as a body, is read by methods of its own.
    if (effect === "answers") return isAnswered(call.receiver) ? this.taintOf(call.receiver) : undefined;
    const taint = this.surest([call.receiver, ...call.args, call.restArgs]);
    if (!taint) return undefined;
    const step = {
      spot: call.spot,
      text: `${taint.what} goes through ${call.name || "a function"}`,
      isMinor: true as const,
    };
    if (effect === "hashes")
      return isWhole(taint) || isSalted(call) ? undefined : withStep(taint, { spot: call.spot, text: HASHED });
    if (effect === "selects") return this.#selected(call, taint);
    if (effect === "drops") return this.#dropped(call, taint);
    if (effect === "hands-on") return withStep(taint, step);
    return withDoubt(withStep(taint, step), {
      reason: `it is not known what ${call.name || "a function"} of a package makes of it`,
      spot: call.spot,
    });
  }

  #selected(call: ExternalCall, taint: Taint): Taint | undefined {
    const fields = fieldsNamed(call);
    if (fields === undefined)
      return withDoubt(taint, { reason: "the fields that are kept are chosen at run time", spot: call.spot });
    const telling = fields.filter((field) => !isHarmlessField(field, this.#sources.fields));
    if (telling.length === 0) return undefined;
    return withStep(
      { ...taint, what: `${taint.what}.${telling[0]}`, field: telling[0] ?? "" },
      { spot: call.spot, text: `keeps ${telling.slice(0, 3).join(", ")}` },
    );
  }

  #dropped(call: ExternalCall, taint: Taint): Taint | undefined {
    const fields = fieldsNamed(call) ?? [];
    const isMeant = fields.some((field) => !isHarmlessField(field, this.#sources.fields));
    const reason = `${fields.slice(0, 3).join(", ") || "some fields"} is left out, and it is not known what else the record holds`;
    return isMeant ? withDoubt(taint, { reason, spot: call.spot }) : taint;
  }

  #ofDerived(value: DerivedValue): Taint | undefined {
    if (tellsNothing(value.how) || isSanitizerName(value.how.replace(/^\.|^new /, ""))) return undefined;
    if (/createHmac|createCipher|randomUUID|randomBytes/.test(value.how)) return undefined;
    const taint = this.surest(value.from);
    if (!taint) return undefined;
    if (value.how === "caught") {
      if (value.path.some((key) => ABOUT_ERROR.test(key))) return undefined;
      return withStep(taint, { spot: value.spot, text: "is in the error that is caught", isMinor: true });
    }
    if (/^\.replace(?:All)?$/.test(value.how)) return this.#replaced(value, taint);
    if (value.how === "JSON.stringify") return this.#written(value, taint);
    const isStep = /^(?:JSON\.|Buffer|String|new |atob|btoa|encode|decode)/.test(value.how);
    const shown =
      isStep && value.path.length === 0
        ? withStep(taint, { spot: value.spot, text: `${taint.what} goes through ${value.how}`, isMinor: true })
        : taint;
    return this.#picked(shown, value);
  }

  /** A field of which every character is covered says nothing; of a longer text only a part is gone. */
  #replaced(value: DerivedValue, taint: Taint): Taint | undefined {
    const cover = textOf(value.from[2]) ?? textOf(value.from.at(-1));
    if (cover === undefined || value.from.length < 2 || !MASK.test(cover) || cover === "") return taint;
    if (isPhiField(taint.field, this.#sources.fields)) return undefined;
    return withDoubt(taint, { reason: "only a part of the text is covered", spot: value.spot });
  }

  /** `JSON.stringify(x, ["id", "status"])` writes those fields alone. */
  #written(value: DerivedValue, taint: Taint): Taint | undefined {
    const [, chooser] = value.from;
    const fields = itemsOf(chooser).map(textOf);
    if (
      fields.length > 0 &&
      fields.every((field) => field !== undefined && isHarmlessField(field, this.#sources.fields))
    )
      return undefined;
    const step = { spot: value.spot, text: `${taint.what} is written as JSON`, isMinor: true as const };
    if (chooser?.kind === "function" || optionsOf(chooser).some(({ kind }) => kind === "function")) {
      return withDoubt(withStep(taint, step), {
        reason: "what the replacer of JSON.stringify leaves out is not followed",
        spot: value.spot,
      });
    }
    return withStep(taint, step);
  }

  /** What a path picks of PHI: nothing where the field says nothing of the patient. */
  #picked(taint: Taint | undefined, value: CodeValue & { readonly path: readonly string[] }): Taint | undefined {
    if (!taint) return undefined;
    const keys = value.path.filter((key) => key !== ANY && !/^\d+$/.test(key));
    if (keys.length === 0) return taint;
    if (keys.some((key) => ABOUT_ANSWER.has(key))) return undefined;
    const at = keys.indexOf("response");
    if (at !== -1 && /^(?:location|etag|status|lastModified)$/.test(keys[at + 1] ?? "")) return undefined;
    const last = keys.at(-1) ?? "";
    if (isHarmlessField(last, this.#sources.fields)) return undefined;
    const { clean, ...rest } = taint;
    if (clean && keys.some((key) => clean.has(key))) return undefined;
    const what = showValueOf(value);
    // Below the records of an answer or an event the entries follow, so they stay known until one was picked.
    const isAround =
      /^(?:Items?|Attributes|Records|Responses|Messages|NewImage|OldImage|dynamodb|body|Body|Sns|Message|MessageBody|detail|kinesis|data|Payload)$/.test(
        last,
      );
    return { ...rest, what, field: last, ...(clean && isAround ? { clean } : {}) };
  }
}

const HASHED = "is hashed without a key, which who tries all numbers turns back";

/** What a checker finds wrong: kinds and places; Joi's error as a whole keeps the input. */
function saysOnlyWhatIsWrong(call: ExternalCall, path: readonly string[]): boolean {
  if (path[0] !== "error" && path[0] !== "issues") return false;
  const module = lineageOf(call.callee)?.module ?? "";
  if (/^(?:zod|valibot|superstruct|yup|myzod|arktype)$/.test(module)) return true;
  return module.endsWith("joi") && path.length > 1 && !path.some((key) => /^(?:_original|context|value)$/.test(key));
}

function isAnswered(value: CodeValue | undefined): boolean {
  return value !== undefined && (value.kind === "result" || value.kind === "given" || value.kind === "derived");
}

/** A whole message or record, of which a digest says nothing; a single field is guessed. */
function isWhole({ field }: Taint): boolean {
  return field === "" || /^(?:body|Body|data|Data|message|Message|detail|content|raw|Item|payload|text)$/.test(field);
}

/** A secret goes into the digest as well, which then is a keyed one. */
function isSalted(call: ExternalCall): boolean {
  const made = [call, ...lineagesOf(call.callee).flatMap(({ calls }) => calls)];
  return made.some(({ args }) =>
    args.flatMap(textPartsOf).some((part) => {
      if (typeof part === "string") return false;
      return part.kind === "environment" || (part.kind === "result" && /secret|parameter/i.test(part.call.name));
    }),
  );
}

function fieldsNamed(call: ExternalCall): readonly string[] | undefined {
  const named = call.args.slice(1).flatMap((argument) => {
    const items = itemsOf(argument);
    return items.length > 0 ? items : optionsOf(argument);
  });
  const others = named.length === 0 ? itemsOf(call.args[0]) : named;
  const texts = others.map(textOf);
  return texts.length === 0 || texts.includes(undefined) ? undefined : (texts as string[]);
}
