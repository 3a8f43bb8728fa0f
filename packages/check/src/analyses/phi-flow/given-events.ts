/** What a function is given when it is called, at one stage of the search: by deliveries, state machines, doors, by whoever. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Channels } from "./channels.ts";
import type { Delivery, Door } from "./deliveries.ts";
import type { Handling } from "./handling.ts";
import { markOf } from "./marked-resources.ts";
import type { Permissions } from "./may-do.ts";
import { namedBy } from "./resource-of-value.ts";
import type { Task } from "./state-machine.ts";
import { surer, withStep, type Taint } from "./taint.ts";

/** What of a template brings data to functions. */
export interface Carriers {
  readonly graph: Graph;
  readonly channels: Channels;
  readonly permissions: Permissions;
  readonly deliveries: readonly Delivery[];
  readonly tasks: readonly Task[];
  readonly doors: readonly Door[];
}

export class GivenEvents {
  readonly #carriers: Carriers;

  constructor(carriers: Carriers) {
    this.#carriers = carriers;
  }

  eventOf(fn: Resource, handling: Handling | undefined): Taint | undefined {
    const { graph, channels, permissions, deliveries, tasks, doors } = this.#carriers;
    let event = channels.of(fn.id);
    let isGiven = false;
    for (const { from, to, spot, text, pattern, reads } of deliveries) {
      if (to !== fn) continue;
      isGiven = true;
      const source = graph.resource(from);
      // Notifications of a bucket say what its objects are called.
      if (source?.type === "AWS::S3::Bucket") continue;
      if (reads !== undefined && !permissions.mayBe(fn, reads, source)) continue;
      const held = channels.of(from, pattern);
      if (held) event = surer(event, withStep({ ...held, what: "event", field: "" }, { spot, text }));
    }
    for (const { machine, fn: task, state } of tasks) {
      if (task !== fn) continue;
      isGiven = true;
      const held = channels.of(machine.id);
      if (held)
        event = surer(
          event,
          withStep(
            { ...held, what: "event", field: "" },
            { spot: machine.spot, text: `${state} hands it to ${fn.name}` },
          ),
        );
    }
    const door = doors.find((one) => one.fn === fn);
    const isByDoor = handling !== undefined && door !== undefined;
    const isUnknown = handling !== undefined && !isGiven && !door && !this.#isOnlyCalledByClock(fn);
    const isMarked = handling?.isOwn === true && !this.#isOnlyCalledByClock(fn);
    if (isByDoor || isUnknown || isMarked) {
      const way = [{ spot: (door?.resource ?? fn).spot, text: handling.because }];
      event = surer(event, { certainty: "marked", what: "event", field: "", way });
    }
    return event && { ...event, what: "event", field: "" };
  }

  /** A schedule, or notices of a bucket, bring no content. */
  #isOnlyCalledByClock(fn: Resource): boolean {
    const edges = this.#carriers.graph.edges.filter(
      ({ to, kind }) => to === fn.id && (kind === "trigger" || kind === "permission"),
    );
    if (edges.length === 0 || this.#carriers.doors.some((door) => door.fn === fn)) return false;
    return edges.every(({ from }) => {
      const source = this.#carriers.graph.resource(from);
      if (!source) return false;
      const { type } = source;
      if (type === "AWS::Events::Rule") return source.at("EventPattern").isAbsent;
      return type === "AWS::Scheduler::Schedule" || type === "AWS::S3::Bucket" || type === "AWS::Lambda::Permission";
    });
  }

  /** What a store of these types holds, of those that the function is told about, or of all. */
  heldBy(fn: Resource, types: RegExp): Taint | undefined {
    const named = fn
      .at("Environment.Variables")
      .entries()
      .flatMap(([, property]) => namedBy(property, this.#carriers.graph, types));
    const all = named.length > 0 ? named : this.#carriers.graph.resources.filter(({ type }) => types.test(type));
    for (const database of all) {
      const mark = markOf(database);
      if (mark?.holds === true) {
        return {
          certainty: "marked",
          what: `what ${database.name} holds`,
          field: "",
          way: [{ spot: database.spot, text: mark.because }],
        };
      }
    }
    return undefined;
  }
}
