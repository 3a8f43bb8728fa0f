/** Statements as HCL, and where a role's policies stand in the files. */
import type { Resource } from "../../../graph/resource.ts";
import type { SourceText } from "../../../source/source-text.ts";
import type { Edit, Patch } from "../../patch.ts";
import type { RoleGrants } from "../policy/role-grants.ts";
import type { Stack } from "../resources/stack.ts";
import { tokensOf } from "../resources/symbol.ts";
import type { PlannedStatement } from "./statements.ts";

export function policyHcl(statements: readonly PlannedStatement[], stack: Stack, indent: string): string {
  const inner = `${indent}    `;
  const written = statements.map(({ sid, actions, resources, isNotResources, conditions }) =>
    [
      `${inner}{`,
      `${inner}  Sid    = "${sid}"`,
      `${inner}  Effect = "Allow"`,
      `${inner}  Action = ${listOf(
        actions.map((action) => `"${action}"`),
        `${inner}  `,
      )}`,
      `${inner}  ${isNotResources ? "NotResource" : "Resource"} = ${listOf(
        resources.map((text) => sayInHcl(text, stack)),
        `${inner}  `,
      )}`,
      ...conditions.map(
        ({ operator, key, values }) =>
          `${inner}  Condition = { ${operator} = { "${key}" = [${values.map((value) => sayInHcl(value, stack)).join(", ")}] } }`,
      ),
      `${inner}},`,
    ].join("\n"),
  );
  return `jsonencode({\n${indent}  Version = "2012-10-17"\n${indent}  Statement = [\n${written.join("\n")}\n${indent}  ]\n${indent}})`;
}

function listOf(items: readonly string[], indent: string): string {
  const line = `[${items.join(", ")}]`;
  return line.length < 100 ? line : `[\n${items.map((item) => `${indent}  ${item},`).join("\n")}\n${indent}]`;
}

function sayInHcl(symbol: string, stack: Stack): string {
  const resource = stack.resourceOf(symbol);
  if (resource && /^[a-z]\w*\.[\w-]+$/.test(resource.id)) {
    const rest = symbol.slice(stack.arnOf(resource).length);
    if (rest === "") return `${resource.id}.arn`;
    return `"\${${resource.id}.arn}${tokensIn(rest)}"`;
  }
  return `"${tokensIn(symbol)}"`;
}

/** Region and account are not known to every module: in an ARN of its own kind any is the stack's. */
function tokensIn(text: string): string {
  return tokensOf(text)
    .map((token) => {
      if (!token.startsWith("${")) return token === '"' ? '\\"' : token;
      const inner = token.slice(2, -1);
      if (inner.startsWith("AWS::") || inner.startsWith("?")) return "*";
      return /^[a-z]\w*\.[\w-]+$/.test(inner) ? `\${${inner}.id}` : "*";
    })
    .join("")
    .replaceAll(/\*{2,}/g, "*");
}

/** The change of a role's own policies to these statements; undefined where there is no safe place for it. */
export function terraformPatches(
  { role, policies }: RoleGrants,
  statements: readonly PlannedStatement[],
  dropped: readonly { readonly source: SourceText; readonly offset: number }[],
  stack: Stack,
): readonly Patch[] {
  const [home, ...others] = policies.filter(
    (policy) => policy.type === "AWS::IAM::Policy" || policy.type === "AWS::IAM::ManagedPolicy",
  );
  const patches: Patch[] = [];
  for (const other of others) {
    const block = blockAround(other.spot.source.text, other.spot.offset);
    if (block) patches.push({ source: other.spot.source, edits: [removal(other.spot.source.text, block)] });
  }
  for (const { source, offset } of dropped) {
    const block = blockAround(source.text, offset);
    if (block && /^resource\s+"aws_iam_role_policy_attachment"/.test(source.text.slice(block.start)))
      patches.push({ source, edits: [removal(source.text, block)] });
  }
  if (!home) {
    if (statements.length > 0) patches.push(newPolicy(role, statements, stack));
    return patches;
  }
  const edit = argumentEdit(home, statements, stack);
  return edit ? [...patches, { source: home.spot.source, edits: [edit] }] : [];
}

function newPolicy(role: Resource, statements: readonly PlannedStatement[], stack: Stack): Patch {
  const { source } = role.spot;
  const block = blockAround(source.text, role.spot.offset);
  const at = block?.end ?? source.text.length;
  const name = role.id.replace(/^.*\./, "");
  const text = `\n\nresource "aws_iam_role_policy" "${name}_needs" {\n  name   = "${name}-needs"\n  role   = ${role.id}.id\n  policy = ${policyHcl(statements, stack, "  ")}\n}`;
  return { source, edits: [{ start: at, end: at, text }] };
}

function argumentEdit(policy: Resource, statements: readonly PlannedStatement[], stack: Stack): Edit | undefined {
  const { text } = policy.spot.source;
  const block = blockAround(text, policy.spot.offset);
  if (!block) return undefined;
  const found = /^([ \t]*)policy[ \t]*=[ \t]*/m.exec(text.slice(block.start, block.end));
  if (!found) return undefined;
  const start = block.start + found.index + found[0].length;
  const end = expressionEnd(text, start);
  return { start, end, text: policyHcl(statements, stack, found[1] ?? "  ") };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The top-level block that an offset is in. */
export function blockAround(text: string, offset: number): Range | undefined {
  const lineEnd = text.indexOf("\n", offset);
  const before = text.slice(0, lineEnd === -1 ? text.length : lineEnd);
  const starts = [...before.matchAll(/^(?:resource|data)\s+"[^"]+"\s+"[^"]+"\s*\{/gm)];
  const last = starts.at(-1);
  if (!last) return undefined;
  const end = expressionEnd(text, last.index + last[0].length - 1);
  return { start: last.index, end };
}

/** Where the expression that begins here ends: brackets closed, strings, comments and heredocs passed over. */
function expressionEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const heredoc = /^<<-?(\w+)\n/.exec(text.slice(at, at + 80));
    if (heredoc) {
      const close = new RegExp(`^[ \\t]*${heredoc[1] ?? ""}[ \\t]*$`, "m").exec(text.slice(at + heredoc[0].length));
      at += heredoc[0].length + (close ? close.index + close[0].length : 0) - 1;
      continue;
    }
    const char = text[at];
    if (char === '"') at = stringEnd(text, at);
    else if (char === "#" || text.startsWith("//", at)) at = lineEndAt(text, at) - 1;
    else if (char === "{" || char === "[" || char === "(") depth++;
    else if (char === "}" || char === "]" || char === ")") {
      depth--;
      if (depth <= 0) return depth < 0 ? at : at + 1;
    } else if (char === "\n" && depth === 0) return at;
  }
  return text.length;
}

function stringEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith("${", at)) depth++;
    else if (text[at] === "}" && depth > 0) depth--;
    else if (text[at] === '"' && depth === 0) return at;
  }
  return text.length;
}

function lineEndAt(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function removal(text: string, { start, end }: Range): Edit {
  const rest = /^[ \t]*\n?\n?/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + rest, text: "" };
}
