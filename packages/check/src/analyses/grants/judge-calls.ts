/** What single calls of a function show: what its events carry, whether it sends over TLS, and ways around `ctx`. */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../code/contract.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Finding } from "../../judge/finding.ts";
import { reasonOf } from "../../readers/ward/code-to-value.ts";
import { functionName } from "../../readers/ward/read-app.ts";
import { functionFileIsLoaded } from "../../rules/ward/function-file-is-loaded.ts";
import { positionOf, SourceText } from "../../source/source-text.ts";
import type { AnalysisInput } from "../analysis.ts";
import { EGRESS_USES_TLS, EMITS_REFERENCES_ONLY, REACHES_THROUGH_CTX } from "./facts.ts";
import { finding, STEPS_MAX } from "./finding-of.ts";
import { textsOf } from "./texts.ts";
import { waysAround } from "./ways-around.ts";

/** Addresses of this machine, which no wire carries. */
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/?#]|$)/;

/** `emit(type, { subject, resource })`: one answer for all calls, the gravest. */
export function emits(fn: Resource, calls: readonly ExternalCall[]): readonly Finding[] {
  const answers = calls.map((call) => ({ call, ...carried(call.args[1]) }));
  const gravest =
    answers.find(({ kind }) => kind === "fail") ?? answers.find(({ kind }) => kind === "unknown") ?? answers[0];
  return gravest ? [finding(EMITS_REFERENCES_ONLY, fn, gravest.kind, gravest.because, gravest.call.spot)] : [];
}

function carried(about: CodeValue | undefined): Pick<Finding, "kind" | "because"> {
  const options = about === undefined ? [] : about.kind === "choice" ? about.options : [about];
  let open: string | undefined;
  for (const one of options) {
    if (one.kind === "literal") continue;
    if (one.kind !== "object" || one.rest) {
      open ??= reasonOf(one.kind === "object" && one.rest ? one.rest : one);
      if (one.kind !== "object") continue;
    }
    const other = [...one.entries.keys()].find((key) => key !== "subject" && key !== "resource");
    if (other !== undefined) {
      return { kind: "fail", because: `the event carries ${other.slice(0, 40)}, which is no reference` };
    }
    const wrong = ["subject", "resource"].find((key) => isNoReference(key, one.entries.get(key)));
    if (wrong !== undefined) return { kind: "fail", because: `the event's ${wrong} is no reference to a record` };
  }
  if (open !== undefined) return { kind: "unknown", because: `what the event carries depends on ${open}` };
  return { kind: "pass", because: "references alone" };
}

function isNoReference(key: string, value: CodeValue | undefined): boolean {
  if (value === undefined) return false;
  const { known, heads } = textsOf(value);
  const isWhole = key === "subject" ? /^Patient\/[A-Za-z0-9.-]{1,64}$/ : /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;
  const isHead = key === "subject" ? /^Patient\// : /^[A-Z][A-Za-z]+(\/|$)/;
  return known.some((text) => !isWhole.test(text)) || heads.some((text) => !isHead.test(text));
}

export function tls(fn: Resource, sent: readonly ExternalCall[]): readonly Finding[] {
  const answers = sent.map((call) => ({ call, ...textsOf(call.args[0]) }));
  if (answers.length === 0) return [];
  for (const { call, known, heads } of answers) {
    const plain = [...known, ...heads].find((url) => /^http:\/\/./i.test(url) && !LOOPBACK.test(url));
    if (plain !== undefined) {
      return [finding(EGRESS_USES_TLS, fn, "fail", "the URL begins with http://", call.spot)];
    }
  }
  const open = answers.find(
    ({ open: reason, heads }) => reason !== undefined || heads.some((head) => !/^https:|^http:/.test(head)),
  );
  if (open)
    return [
      finding(EGRESS_USES_TLS, fn, "unknown", `the URL depends on ${open.open ?? "what begins it"}`, open.call.spot),
    ];
  return [finding(EGRESS_USES_TLS, fn, "pass", "https, or this machine", answers[0]?.call.spot ?? fn.spot)];
}

export function aroundCtx(fn: Resource, code: CodeAnalysis): Finding {
  const ways = waysAround(code);
  const [first] = ways;
  if (!first) return finding(REACHES_THROUGH_CTX, fn, "pass", "nothing else is reached", fn.spot);
  const others = ways.slice(0, STEPS_MAX).map(({ spot, what }) => ({ position: positionOf(spot), text: what }));
  return { ...finding(REACHES_THROUGH_CTX, fn, "fail", `it uses ${first.what}`, first.spot), steps: others };
}

/** Functions in folders below functions/, which a node passes over. */
export function misplaced(folder: string, { paths, files }: AnalysisInput): readonly Finding[] {
  const below = folder === "." ? "functions/" : `${folder}/functions/`;
  return paths.flatMap((path): readonly Finding[] => {
    if (!path.startsWith(below) || !path.slice(below.length).includes("/") || !/(?<!\.test|\.d)\.ts$/.test(path))
      return [];
    const text = files.read(path) ?? "";
    const offset = text.search(/export\s+default\s+defineFunction\(/);
    if (offset === -1) return [];
    const spot = { source: new SourceText(path, text), offset };
    const subject = {
      id: path.slice(below.length - "functions/".length),
      name: functionName(path),
      type: "Ward::StrayFile",
      spot,
    };
    const because = "it lies in a folder below functions/, where nothing is loaded";
    return [{ rule: functionFileIsLoaded, resource: subject, kind: "fail", because, position: positionOf(spot) }];
  });
}
