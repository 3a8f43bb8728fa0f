/**
 * PHI on its way through the functions and stores of one template. In rounds: what a function is given decides what it
 * writes, what it writes decides what others are given; the search ends when a round adds nothing.
 */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../code/contract.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { answeredValues } from "./answered-values.ts";
import type { Spot } from "../../source/source-text.ts";
import { accessesOf, type Access } from "./aws-access.ts";
import { awsCallsOf } from "./aws-call.ts";
import { Channels, type Held } from "./channels.ts";
import { cleanEntries } from "./clean-entries.ts";
import { DEFAULT_BUS, deliveriesOf, doorsOf, mostOpen, type Delivery, type Door } from "./deliveries.ts";
import { FunctionSources } from "./function-sources.ts";
import { GivenEvents } from "./given-events.ts";
import { handlingOf, type Handling } from "./handling.ts";
import { Permissions } from "./may-do.ts";
import { resourcesNamed } from "./resource-of-value.ts";
import { tasksOf, type Task } from "./state-machine.ts";
import { withStep, type Taint } from "./taint.ts";
import { TaintReader, type Sources } from "./taint-reader.ts";

export interface FunctionCode {
  readonly fn: Resource;
  readonly analysis: CodeAnalysis;
}

/** What an author says in the code and the project about values. */
export interface Said {
  readonly fields: ReadonlySet<string>;
  readonly annotation: Sources["annotation"];
  /** Whether a place is inside of a function whose answers are said to be safe. */
  readonly isInsideSafe: (spot: Spot) => boolean;
}

/** One function at the end of the search. */
export interface Followed extends FunctionCode {
  readonly handling: Handling | undefined;
  readonly event: Taint | undefined;
  readonly reader: TaintReader;
  /** For places inside of functions whose answers are said to be safe: there nothing is. */
  readonly insideReader: TaintReader;
  /** The same, but for what the caller sent: what is answered to them is no news to them. */
  readonly storedReader: TaintReader;
  readonly door: Door | undefined;
}

/** A resource that a call writes to. */
export interface Written {
  readonly access: Access;
  readonly resource: Resource;
}

/** A way through so many resources ends all the same; a round in which nothing is new ends the search long before. */
const ROUNDS_MAX = 500;
const TABLE = /^AWS::DynamoDB::(?:Global)?Table$/;
const DATABASE =
  /^AWS::(?:RDS|DocDB|Neptune|Redshift|ElastiCache|MemoryDB|OpenSearchService|Elasticsearch|Timestream|Athena)::/;

export class UnitSearch {
  readonly permissions: Permissions;
  readonly #graph: Graph;
  readonly #said: Said;
  readonly #given: GivenEvents;
  readonly #functions: readonly FunctionCode[];
  /** What is known of the resources; whole after `run`. */
  readonly channels: Channels;
  readonly #deliveries: readonly Delivery[];
  readonly #tasks: readonly Task[];
  readonly #doors: readonly Door[];
  /** What each function was given when it was last looked at. */
  readonly #seen = new Map<Resource, ReadonlyMap<string, number>>();
  readonly #handling = new Map<Resource, Handling | undefined>();

  constructor(graph: Graph, functions: readonly FunctionCode[], said: Said) {
    this.#graph = graph;
    this.#functions = functions;
    this.#said = said;
    this.permissions = new Permissions(graph);
    this.channels = new Channels(graph);
    this.#deliveries = deliveriesOf(graph);
    this.#doors = doorsOf(graph);
    this.#tasks = graph.ofType("AWS::StepFunctions::StateMachine").flatMap((machine) => tasksOf(machine, graph));
    const { channels, permissions } = this;
    this.#given = new GivenEvents({
      graph,
      channels,
      permissions,
      deliveries: this.#deliveries,
      tasks: this.#tasks,
      doors: this.#doors,
    });
    for (const { fn, analysis } of functions) this.#handling.set(fn, handlingOf(fn, graph, analysis));
  }

  run(): readonly Followed[] {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const carried = this.channels.carry(this.#deliveries);
      const wrote = this.#functions.map((one) => this.#writeAnew(one)).includes(true);
      if (!carried && !wrote) break;
    }
    return this.#functions.map((one) => this.#follow(one));
  }

  /** Resources that a call may write to, where the function may do so. */
  writtenBy(call: ExternalCall, fn: Resource): readonly Written[] {
    const context = { graph: this.#graph, fn };
    return awsCallsOf(call)
      .flatMap(accessesOf)
      .filter(({ kind }) => kind === "write")
      .flatMap((access) =>
        resourcesNamed(access.name, access.types, context)
          .filter((resource) => this.permissions.mayBe(fn, access.action, resource))
          .map((resource) => ({ access, resource })),
      );
  }

  #follow({ fn, analysis }: FunctionCode): Followed {
    const event = this.#given.eventOf(fn, this.#handling.get(fn));
    const sources = this.#sources(fn, event);
    const stored: Sources = {
      fields: new Set(),
      ofInput: () => undefined,
      ofCall: (call, value) => sources.ofCall(call, value),
      annotation: (value) => (value.kind === "input" ? "safe" : sources.annotation(value)),
    };
    return {
      fn,
      analysis,
      handling: this.#handling.get(fn),
      event,
      reader: new TaintReader(sources, analysis),
      insideReader: new TaintReader(unsaid(sources), analysis),
      storedReader: new TaintReader(stored, analysis),
      door: mostOpen(this.#doors.filter((door) => door.fn === fn)),
    };
  }

  #sources(fn: Resource, event: Taint | undefined): FunctionSources {
    return new FunctionSources({
      ...this.#said,
      context: { graph: this.#graph, fn },
      channels: this.channels,
      permissions: this.permissions,
      event,
      database: this.#given.heldBy(fn, DATABASE),
      tables: this.#given.heldBy(fn, TABLE),
    });
  }

  /** Nothing new comes of a function that is given what it was given before. */
  #writeAnew(one: FunctionCode): boolean {
    const before = this.#seen.get(one.fn);
    if (before && this.channels.isUnchanged(before)) return false;
    let isChanged = false;
    this.#seen.set(
      one.fn,
      this.channels.watched(() => (isChanged = this.#write(one))),
    );
    return isChanged;
  }

  /** Puts what the function writes and answers where it goes. */
  #write({ fn, analysis }: FunctionCode): boolean {
    const reader = new TaintReader(this.#sources(fn, this.#given.eventOf(fn, this.#handling.get(fn))), analysis);
    let isChanged = false;
    for (const call of analysis.calls) {
      for (const { access, resource } of this.writtenBy(call, fn)) {
        const taint = reader.surest(access.content) ?? this.#copied(access, fn);
        if (!taint) continue;
        const step = { spot: call.spot, text: `${taint.what} is written to ${resource.name}` };
        const held = withStep({ ...taint, what: `what ${resource.name} holds`, field: "" }, step);
        if (this.channels.put(resource.id, heldOf(held, access, reader))) isChanged = true;
      }
      if (this.#writeToDefaultBus(call, fn, reader)) isChanged = true;
    }
    return this.#answer(fn, analysis, reader) || isChanged;
  }

  #copied({ copiedFrom, types }: Access, fn: Resource): Taint | undefined {
    if (!copiedFrom) return undefined;
    const [from] = resourcesNamed(bucketPart(copiedFrom), types, { graph: this.#graph, fn });
    return from && this.permissions.mayBe(fn, "s3:GetObject", from) ? this.channels.of(from.id) : undefined;
  }

  #writeToDefaultBus(call: ExternalCall, fn: Resource, reader: TaintReader): boolean {
    let isChanged = false;
    for (const access of awsCallsOf(call).flatMap(accessesOf)) {
      const name = access.name;
      const isDefault = name === undefined || (name.kind === "literal" && name.value === "default");
      if (access.action !== "events:PutEvents" || !isDefault) continue;
      if (this.#isDenied(fn)) continue;
      const taint = reader.surest(access.content);
      if (!taint) continue;
      const step = { spot: call.spot, text: `${taint.what} is put onto the default bus` };
      const held = withStep({ ...taint, what: "the event's detail", field: "" }, step);
      if (this.channels.put(DEFAULT_BUS, heldOf(held, access, reader))) isChanged = true;
    }
    return isChanged;
  }

  #isDenied(fn: Resource): boolean {
    return this.permissions.isDeniedEverywhere(fn, "events:PutEvents");
  }

  /** What a function answers goes to who invoked it, to its destinations and to the next tasks of a state machine. */
  #answer(fn: Resource, analysis: CodeAnalysis, reader: TaintReader): boolean {
    const answered = answerOf(analysis, reader);
    if (!answered) return false;
    const { taint, spot } = answered;
    const way = withStep(taint, { spot, text: `${taint.what} is what ${fn.name} answers` });
    let isChanged = this.channels.putAnswer(fn, { ...way, field: "" });
    for (const { later, fn: task, machine } of this.#tasks) {
      if (task !== fn) continue;
      for (const next of later) {
        const held = withStep(
          { ...way, what: "event", field: "" },
          { spot: machine.spot, text: `${machine.name} hands it to ${next.name}` },
        );
        if (this.channels.put(next.id, held)) isChanged = true;
      }
    }
    for (const config of this.#graph.ofType("AWS::Lambda::EventInvokeConfig")) {
      if (this.#graph.target(config.at("FunctionName")) !== fn) continue;
      const target = this.#graph.target(config.at("DestinationConfig.OnSuccess.Destination"));
      if (
        target &&
        this.channels.put(
          target.id,
          withStep(way, { spot: config.spot, text: `it goes to ${target.name}, the destination` }),
        )
      )
        isChanged = true;
    }
    return isChanged;
  }
}

/** The same sources, of which nobody says that anything is safe. */
export function unsaid(sources: Sources): Sources {
  return {
    fields: sources.fields,
    ofInput: (value) => sources.ofInput(value),
    ofCall: (call, value) => sources.ofCall(call, value),
    annotation: (value) => {
      const said = sources.annotation(value);
      return said === "safe" ? undefined : said;
    },
  };
}

function heldOf(taint: Taint, { content, detailTypes, sources }: Access, reader: TaintReader): Held {
  const [only, ...others] = content;
  const clean = others.length === 0 ? cleanEntries(only, reader) : undefined;
  return { ...taint, detailTypes, sources, clean };
}

function answerOf(analysis: CodeAnalysis, reader: TaintReader) {
  for (const { value, spot } of answeredValues(analysis)) {
    const taint = reader.taintOf(value);
    if (taint) return { taint, spot };
  }
  return undefined;
}

/** `${bucket}/${key}`: what stands before the first slash. */
function bucketPart(value: CodeValue): CodeValue {
  if (value.kind === "text") {
    const first = value.parts.find((part) => part !== "/" && part !== "");
    if (first !== undefined && typeof first !== "string") return first;
    if (typeof first === "string")
      return { kind: "literal", value: first.replace(/^\//, "").split("/")[0] ?? "", spot: value.spot };
  }
  if (value.kind === "derived" && value.how === "operator +" && value.from[0]) return bucketPart(value.from[0]);
  if (value.kind === "literal") return { ...value, value: String(value.value).replace(/^\//, "").split("/")[0] ?? "" };
  return value;
}
