/** Colour, where a person reads: on a terminal, and not where NO_COLOR is set (no-color.org). */
import { styleText } from "node:util";
import type { Output } from "./output.ts";

export type Style = "plain" | "strong" | "quiet" | "good" | "warn" | "bad";
export type Paint = (style: Style, text: string) => string;

const FORMATS = { strong: "bold", quiet: "dim", good: "green", warn: "yellow", bad: "red" } as const;

export function paintFor(output: Output, env: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return (style, text) =>
    wanted && style !== "plain" && text !== "" ? styleText(FORMATS[style], text, { validateStream: false }) : text;
}
