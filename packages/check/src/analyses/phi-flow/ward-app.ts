/** The functions of a Ward app: their triggers say what they are given, their grants what they may tell whom. */
import { dirname } from "node:path/posix";
import type {
  CodeAnalysis,
  CodeProject,
  CodeValue,
  ExternalCall,
  GivenValue,
  InputValue,
  ResultValue,
} from "../../code/contract.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { functionFiles, functionName } from "../../readers/ward/read-app.ts";
import type { PhiFactId } from "./facts.ts";
import type { Judged } from "./findings.ts";
import type { PhiSettings } from "./settings.ts";
import { logSinks } from "./sinks/log-sinks.ts";
import { machineSinks } from "./sinks/machine-sinks.ts";
import { thirdPartySinks } from "./sinks/third-parties.ts";
import { wardSinks, type EgressHost } from "./sinks/ward-sinks.ts";
import { webSinks } from "./sinks/web-sinks.ts";
import type { Taint } from "./taint.ts";
import { TaintReader, type Sources } from "./taint-reader.ts";
import { unsaid, type Said } from "./unit-search.ts";

const SHOWN: readonly PhiFactId[] = ["logs", "errors", "urls", "thirdParty", "events"];

/** Of a request, what the caller chose; the rest is said by the gateway. */
const REQUEST_CONTENT = /^(?:body|query|params|path)$/;

export interface WardFunction {
  readonly fn: Resource;
  readonly analysis: CodeAnalysis;
}

export function wardFunctions(unit: Unit, project: CodeProject, files: FileReader): readonly WardFunction[] {
  return functionFiles(dirname(unit.file), files).flatMap((file) => {
    const fn = unit.graph.resource(`functions/${functionName(file)}`);
    return fn ? [{ fn, analysis: project.analyze({ entry: { file, export: "default", member: ["handle"] } }) }] : [];
  });
}

export function judgedWardFunction(
  { fn, analysis }: WardFunction,
  graph: Graph,
  said: Said,
  settings: PhiSettings,
): Judged {
  const sources = new WardSources(fn, said);
  const stored: Sources = {
    fields: new Set(),
    ofInput: (value) => (value.parameter === 1 ? sources.ofInput(value) : undefined),
    ofCall: (call, value) => sources.ofCall(call, value),
    annotation: (value) => sources.annotation(value),
  };
  const hosts = egressOf(fn);
  const trigger = fn.at("trigger");
  const isOpen = trigger
    .at("roles")
    .items()
    .some((role) => role.text() === "public");
  return {
    subject: fn,
    analysis,
    reader: new TaintReader(sources, analysis),
    insideReader: new TaintReader(unsaid(sources), analysis),
    isInsideSafe: said.isInsideSafe,
    setting: () => undefined,
    sinksOf: (call) => [
      ...wardSinks(call, hosts),
      ...logSinks(call),
      ...thirdPartySinks(call),
      ...webSinks(call, { graph, settings }),
      ...machineSinks(call),
    ],
    handles: sources.handles,
    answers: {
      reader: new TaintReader(stored, analysis),
      isOpen,
      text: "is answered by a route that is open to everybody",
    },
    shown: trigger.at("kind").text() === "http" ? [...SHOWN, "answers"] : SHOWN,
  };
}

function egressOf(fn: Resource): readonly EgressHost[] {
  return fn
    .at("grants.egress")
    .items()
    .map((grant) => ({ host: grant.at("host").text() ?? "", carries: grant.at("carries").text() ?? "none" }));
}

class WardSources implements Sources {
  readonly fields: ReadonlySet<string>;
  readonly handles: string | undefined;
  readonly #said: Said;
  readonly #kind: string | undefined;

  constructor(fn: Resource, said: Said) {
    this.#said = said;
    this.fields = said.fields;
    this.#kind = fn.at("trigger.kind").text();
    this.handles = reasonOf(fn, this.#kind);
  }

  annotation(value: CodeValue): Taint | "safe" | undefined {
    return this.#said.annotation(value);
  }

  ofInput({ parameter, path, spot }: InputValue): Taint | undefined {
    const { handles } = this;
    if (parameter !== 0 || handles === undefined) return undefined;
    if (this.#kind === "http" && path.length > 0 && !REQUEST_CONTENT.test(path[0] ?? "")) return undefined;
    // An event carries references, a schedule's tick a time.
    if (this.#kind !== "http" && this.#kind !== "hl7" && this.#kind !== "mqtt" && this.#kind !== "blob")
      return undefined;
    if (this.#kind === "hl7" && isAboutMessage(path)) return undefined;
    const what = this.#kind === "hl7" ? "the message" : "the request";
    return { certainty: "marked", what, field: "", way: [{ spot, text: `${what} comes in: ${handles}` }] };
  }

  ofCall(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined {
    const { callee } = call;
    if (callee.kind === "input" && callee.parameter === 1) {
      const [member] = callee.path;
      if (member !== "fhir" && member !== "blobs" && member !== "blob") return "clean";
      const shown = `ctx.${callee.path.join(".")}`;
      return {
        certainty: "marked",
        what: `what ${shown} answers`,
        field: "",
        way: [{ spot: value.spot, text: `${shown} answers records of patients` }],
      };
    }
    return undefined;
  }
}

/** The header says who sent what kind of message and when. */
function isAboutMessage(path: readonly string[]): boolean {
  return path[0] === "header" || path[0] === "encoding";
}

function reasonOf(fn: Resource, kind: string | undefined): string | undefined {
  if (kind === "hl7") return `${fn.name} is given HL7 messages`;
  if (!fn.at("grants.fhir").isAbsent) return `${fn.name} is granted records of patients`;
  if (
    fn
      .at("grants.egress")
      .items()
      .some((grant) => grant.at("carries").text() === "phi")
  )
    return `${fn.name} may send PHI`;
  return undefined;
}
