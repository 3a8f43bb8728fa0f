/** Analyses of small programs as texts, so that a test says what it expects in one line. */
import { codeProjectOf } from "../code-project.ts";
import { GLOBAL, type CodeAnalysis, type CodeRequest, type CodeValue, type ExternalCall } from "../contract.ts";
import { memoryFiles } from "./memory-files.ts";

export async function analyzeFiles(
  files: Readonly<Record<string, string>>,
  request: Partial<CodeRequest> = {},
): Promise<CodeAnalysis> {
  const [first = ""] = Object.keys(files);
  const project = await codeProjectOf(memoryFiles(files));
  return project.analyze({ entry: { file: first, export: "handler" }, ...request });
}

/** Calls of one program: `aws-sdk#S3.getObject({Bucket: $BUCKET})`, a `?` before those that are only possible. */
export async function callsOf(
  files: string | Readonly<Record<string, string>>,
  request: Partial<CodeRequest> = {},
): Promise<readonly string[]> {
  const analysis = await analyzeFiles(typeof files === "string" ? { "handler.ts": files } : files, request);
  return analysis.calls.map(showCall);
}

export function showCall(call: ExternalCall): string {
  const args = [...call.args.map((arg) => show(arg)), ...(call.restArgs ? [`...${show(call.restArgs)}`] : [])];
  const kind = call.kind === "call" ? "" : `${call.kind} `;
  return `${call.isCertain ? "" : "?"}${kind}${show(call.callee)}(${args.join(", ")})`;
}

export function show(value: CodeValue, depth = 0): string {
  if (depth > 8) return "…";
  const inner = (one: CodeValue): string => show(one, depth + 1);
  const all = (values: readonly CodeValue[]): string => values.map(inner).join(", ");
  const below = (path: readonly string[]): string => path.map((step) => `.${step}`).join("");
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value);
    case "text":
      return `\`${value.parts.map((part) => (typeof part === "string" ? part : `\${${inner(part)}}`)).join("")}\``;
    case "environment":
      return `$${value.name}${value.fallback ? ` ?? ${inner(value.fallback)}` : ""}`;
    case "external":
      return value.module === GLOBAL ? value.path.join(".") : `${value.module}#${value.path.join(".")}`;
    case "instance":
      return `<${inner(value.of)}>${below(value.path)}`;
    case "result":
      return `${inner(value.call.callee)}()${below(value.path)}`;
    case "given":
      return `given(${inner(value.call.callee)} ${value.parameter})${below(value.path)}`;
    case "input":
      return `${["event", "context", "callback"][value.parameter] ?? "this"}${below(value.path)}`;
    case "object": {
      const entries = [...value.entries].map(([key, one]) => `${key}: ${inner(one)}`);
      if (value.rest) entries.push(`...${inner(value.rest)}`);
      return `${value.className ?? ""}{${entries.join(", ")}}`;
    }
    case "list":
      return `[${[...value.items.map(inner), ...(value.rest ? [`...${inner(value.rest)}`] : [])].join(", ")}]`;
    case "function":
      return `function ${value.name}`;
    case "class":
      return `class ${value.name}`;
    case "choice":
      return value.options.map(inner).join(" | ");
    case "derived":
      return `${value.how}(${all(value.from)})${below(value.path)}`;
    case "unknown":
      return `unknown(${all(value.from)})`;
  }
}
