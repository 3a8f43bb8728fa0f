/** Symbols as people read them: an ARN of the stack as the resource's own name and what of it is meant. */
import type { Stack } from "./stack.ts";
import { ACCOUNT, partsOf, REGION } from "./symbol.ts";

export function spellResource(text: string, stack: Stack): string {
  if (text === "*") return "everything";
  const parts = partsOf(text);
  if (!parts) return plain(text);
  const [, , service = "", region = "", account = "", name = ""] = parts;
  // Patterns for every region and account are, of the stack's own, those of its own.
  const own = ["arn", "aws", service, region === "*" ? REGION : region, account === "*" ? ACCOUNT : account, name].join(
    ":",
  );
  const resource = stack.resourceOf(own);
  if (resource) return `${resource.id}${own.slice(stack.arnOf(resource).length)}`;
  return name === "*" || name === "" ? `all of ${service}` : `${service} ${plain(name)}`;
}

function plain(text: string): string {
  return text.replaceAll(/\$\{\?([^}]*)\}/g, "($1)").replaceAll(/\$\{([^}:]*)\}/g, "$1");
}

/** `a, b and c`, of many the first. */
export function listed(words: readonly string[], max = 6): string {
  const [first = "", ...rest] = words;
  if (rest.length === 0) return first;
  if (words.length > max) return `${words.slice(0, max).join(", ")} and ${words.length - max} more`;
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
