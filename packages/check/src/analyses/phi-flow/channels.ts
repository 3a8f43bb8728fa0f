/**
 * What resources hold at one stage of the search: PHI by their tags, or because code wrote it there. It only grows, so that the
 * search ends.
 */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Delivery, EventPattern } from "./deliveries.ts";
import { markOf } from "./marked-resources.ts";
import { withStep, type Taint } from "./taint.ts";

/** Something that was put into a resource. */
export interface Held extends Taint {
  /** Of an event: what it is called, where that is known. */
  readonly detailTypes?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
}

const STEPS_MAX = 40;
const HELD_MAX = 16;

export class Channels {
  readonly #held = new Map<string, Held[]>();
  /** How often each changed. */
  readonly #versions = new Map<string, number>();
  #asked = new Set<string>();

  constructor(graph: Graph) {
    for (const resource of graph.resources) {
      const mark = markOf(resource);
      if (!mark?.holds || !STORES.test(resource.type)) continue;
      const way = [{ spot: resource.spot, text: mark.because }];
      this.#held.set(resource.id, [{ certainty: "marked", what: `what ${resource.name} holds`, field: "", way }]);
    }
  }

  /** The surest of what it holds. */
  of(id: string, pattern?: EventPattern): Taint | undefined {
    this.#asked.add(id);
    const fitting = (this.#held.get(id) ?? []).filter((held) => fits(held, pattern));
    return fitting.toSorted((one, other) => rank(other) - rank(one))[0];
  }

  answerOf(fn: Resource): Taint | undefined {
    return this.of(`${fn.id}()`);
  }

  /** True where that changes what is known. */
  put(id: string, held: Held): boolean {
    // What only a field's name tells is told by that name again where it is read.
    if (held.certainty === "named") return false;
    const all = this.#held.get(id) ?? [];
    const sameAs = (types: readonly string[] | undefined) =>
      all.find((one) => one.detailTypes?.join() === types?.join());
    const isFull = all.length >= HELD_MAX && !sameAs(held.detailTypes);
    const ofAnyType = { ...held, detailTypes: undefined, sources: undefined };
    return isFull ? this.#put(id, ofAnyType, sameAs(undefined)) : this.#put(id, held, sameAs(held.detailTypes));
  }

  #put(id: string, given: Held, same: Held | undefined): boolean {
    const all = this.#held.get(id) ?? [];
    const held = same ? withCommonEntries(rank(given) > rank(same) ? given : same, same, given) : given;
    if (same && rank(same) >= rank(held) && same.clean?.size === held.clean?.size) return false;
    const { way } = held;
    // Of a long way both ends tell most.
    const short =
      way.length <= STEPS_MAX ? held : { ...held, way: [...way.slice(0, STEPS_MAX / 2), ...way.slice(-STEPS_MAX / 2)] };
    this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
    this.#held.set(id, same ? all.map((one) => (one === same ? short : one)) : [...all, short]);
    return true;
  }

  putAnswer(fn: Resource, taint: Taint): boolean {
    return this.put(`${fn.id}()`, taint);
  }

  /** What was asked about while something ran, as it was before. */
  watched(run: () => void): ReadonlyMap<string, number> {
    const before = this.#asked;
    const versions = new Map(this.#versions);
    this.#asked = new Set();
    run();
    const seen = new Map([...this.#asked].map((id) => [id, versions.get(id) ?? 0]));
    this.#asked = before;
    return seen;
  }

  isUnchanged(seen: ReadonlyMap<string, number>): boolean {
    return [...seen].every(([id, version]) => (this.#versions.get(id) ?? 0) === version);
  }

  /** What goes from one resource to the next by itself. Deliveries to functions are theirs to ask for. */
  carry(deliveries: readonly Delivery[]): boolean {
    let isChanged = false;
    for (const { from, to, spot, text, pattern } of deliveries) {
      if (to.type === "AWS::Lambda::Function") continue;
      const held = this.of(from, pattern);
      if (held && this.put(to.id, withStep(held, { spot, text }))) isChanged = true;
    }
    return isChanged;
  }
}

/** A function or an API holds nothing between two calls. */
const STORES = /^AWS::(?!Lambda::|ApiGateway)/;

/** Entries are clean only where every writer leaves them so. */
function withCommonEntries(held: Held, one: Held, other: Held): Held {
  if (!one.clean || !other.clean) return { ...held, clean: undefined };
  const common = new Set([...one.clean].filter((name) => other.clean?.has(name)));
  return { ...held, clean: common };
}

function fits({ detailTypes, sources }: Held, pattern: EventPattern | undefined): boolean {
  const isType = !pattern?.detailTypes || !detailTypes || detailTypes.some((one) => pattern.detailTypes?.has(one));
  const isSource = !pattern?.sources || !sources || sources.some((one) => pattern.sources?.has(one));
  return isType && isSource;
}

function rank({ certainty, doubt }: Taint): number {
  return (certainty === "marked" ? 2 : 0) + (doubt ? 0 : 1);
}
