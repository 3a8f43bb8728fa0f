/** An API call as authorization sees it: what its input says, as symbols. */
import type { CodeValue } from "../../../code/contract.ts";
import type { ApiCall } from "../sdk/api-call.ts";
import { fieldAt, isGiven, isWritten, itemsOf, keysOf, literalTexts } from "../sdk/code-values.ts";
import { open, spoken, type Spoken, type Surroundings } from "../resources/spoken.ts";
import { ACCOUNT, REGION } from "../resources/symbol.ts";

export class Request {
  readonly api: ApiCall;
  readonly service: string;
  readonly around: Surroundings;

  constructor(api: ApiCall, service: string, around: Surroundings) {
    this.api = api;
    this.service = service;
    this.around = around;
  }

  value(...path: readonly string[]): CodeValue | undefined {
    return fieldAt(this.api.input, ...path);
  }

  /** The first of the fields that is there. */
  text(...names: readonly string[]): Spoken {
    for (const name of names) {
      const said = this.textAt(...name.split("."));
      if (said.texts.length > 0) return said;
    }
    return { texts: [] };
  }

  textAt(...path: readonly string[]): Spoken {
    // Of an input that is not known at all, no field can be said to be there.
    return spoken(this.value(...path), this.around);
  }

  has(...path: readonly string[]): boolean {
    return isGiven(this.value(...path));
  }

  /** Written in the input, as opposed to possibly being in what is not known. */
  hasWritten(name: string): boolean {
    return isWritten(this.api.input, name);
  }

  /** On some ways it is not there: `...(day ? { IndexName: "byDay" } : {})`. */
  mayLack(name: string): boolean {
    const value = this.value(name);
    return value?.kind === "choice" && value.options.some((one) => one.kind === "literal" && one.value === undefined);
  }

  literals(...path: readonly string[]): readonly (string | undefined)[] {
    return literalTexts(this.value(...path));
  }

  items(...path: readonly string[]): readonly (CodeValue | undefined)[] {
    return itemsOf(this.value(...path));
  }

  keys(...path: readonly string[]): readonly (string | undefined)[] {
    return keysOf(this.value(...path));
  }

  say(value: CodeValue | undefined): Spoken {
    return spoken(value, this.around);
  }

  /** ARNs of a shape (`R`, `A` and `{}` filled in) for names, ids, ARNs and whatever else the SDK takes in their place. */
  arns(shape: string, said: Spoken, shorten: (text: string) => string = (text) => text): Spoken {
    const names = said.texts.length === 0 ? open("its name is not written in the call") : said;
    const texts = names.texts.map((text) =>
      text.startsWith("arn:") ? text : filled(shape, text === "*" ? "*" : shorten(text)),
    );
    return { ...names, texts };
  }
}

/** `dynamodb:R:A:table/{}`. */
export function filled(shape: string, name: string): string {
  return `arn:aws:${shape
    .replace(":R:", `:${REGION}:`)
    .replace(":A:", `:${ACCOUNT}:`)
    .replace("{}", () => name)}`;
}

export function joined(...all: readonly Spoken[]): Spoken {
  const texts = [...new Set(all.flatMap((one) => one.texts))];
  const reason = all.find((one) => one.open !== undefined)?.open;
  return reason === undefined ? { texts } : { texts, open: reason };
}
