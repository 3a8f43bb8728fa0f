/**
 * The segment groups of ORU^R01 (v2.5.1 §7.3.1): patients, their orders, and what was observed for each. Lenient where
 * senders differ and nothing can be lost by it (unknown segments are passed over; SPM may stand before or after OBX);
 * strict where a guess could put a result under the wrong patient or order.
 */
import type { Hl7Message } from "./message.ts";
import { Hl7ParseError } from "./parse-error.ts";
import type { Segment } from "./segment.ts";

export interface PatientResults {
  readonly patient: Segment;
  readonly notes: readonly Segment[];
  readonly visit?: Segment;
  readonly orders: readonly OrderResults[];
}

export interface OrderResults {
  readonly order?: Segment;
  readonly request: Segment;
  readonly notes: readonly Segment[];
  readonly observations: readonly Observed[];
  /** The first SPM of the order. */
  readonly specimen?: Segment;
  readonly specimens: readonly Segment[];
  /** Set where OBR-29 or OBR-26 names another result, as a susceptibility names the organism it was tested on. */
  readonly parent?: ParentResult;
}

export interface Observed {
  readonly obx: Segment;
  readonly notes: readonly Segment[];
}

export interface ParentResult {
  /** The parent among the earlier orders of the same patient; absent where it came in another message. */
  readonly order?: OrderResults;
  /** The parent's observation that OBR-26 names by OBX-3 and OBX-4. */
  readonly observation?: Observed;
  /** OBR-29.1.1 and 29.2.1. */
  readonly placerOrderNumber?: string;
  readonly fillerOrderNumber?: string;
}

/** Throws `Hl7ParseError` 101 where there is no PID or no OBR, 100 where an OBX or a note stands outside its group. */
export function resultGroups(message: Hl7Message): readonly PatientResults[] {
  const patients: Building<PatientResults>[] = [];
  let pending: Segment | undefined;
  let notesOf: Segment[] | undefined;
  let parents = new ParentIndex();
  for (const segment of message.all) {
    const patient = patients.at(-1);
    const order = patient?.orders.at(-1);
    switch (segment.name) {
      case "PID":
        notesOf = [];
        pending = undefined;
        parents = new ParentIndex();
        patients.push({ patient: segment, notes: notesOf, orders: [] });
        break;
      case "PV1":
        if (patient !== undefined) patient.visit ??= segment;
        break;
      case "ORC":
        pending = segment;
        break;
      case "OBR": {
        if (patient === undefined) throw new Hl7ParseError("101", { segment: "PID", position: 1 });
        notesOf = [];
        const parent = parents.parentOf(segment);
        const opened: BuildingOrder = {
          ...(pending === undefined ? {} : { order: pending }),
          request: segment,
          notes: notesOf,
          observations: [],
          specimens: [],
          ...(parent === undefined ? {} : { parent }),
        };
        patient.orders.push(opened);
        parents.addOrder(opened);
        pending = undefined;
        break;
      }
      case "OBX": {
        // An ORC opens a new order: an OBX between it and its OBR belongs to neither.
        if (order === undefined || pending !== undefined) throw outsideItsGroup(segment);
        notesOf = [];
        const observed = { obx: segment, notes: notesOf };
        order.observations.push(observed);
        parents.addObserved(order, observed);
        break;
      }
      case "SPM":
        if (order === undefined || pending !== undefined) throw outsideItsGroup(segment);
        order.specimen ??= segment;
        order.specimens.push(segment);
        break;
      case "NTE":
        notesOf?.push(segment);
        break;
    }
  }
  if (patients.length === 0) throw new Hl7ParseError("101", { segment: "PID", position: 1 });
  if (patients.some(({ orders }) => orders.length === 0))
    throw new Hl7ParseError("101", { segment: "OBR", position: 1 });
  return patients as readonly PatientResults[];
}

/** A group while its segments are still coming: the same members, not yet read-only. */
type Building<T> = { -readonly [K in keyof T]: K extends "orders" ? BuildingOrder[] : T[K] };
type BuildingOrder = Omit<{ -readonly [K in keyof OrderResults]: OrderResults[K] }, "observations" | "specimens"> & {
  observations: Observed[];
  specimens: Segment[];
};

/** What children may name among the orders so far. Looked up, not searched: a hostile message may hold 100,000 orders. */
class ParentIndex {
  readonly #byFiller = new Map<string, BuildingOrder>();
  readonly #byPlacer = new Map<string, BuildingOrder>();
  readonly #observed = new Map<BuildingOrder, Map<string, Observed>>();
  readonly #lastWith = new Map<string, BuildingOrder>();

  addOrder(order: BuildingOrder): void {
    const filler = order.request.text("3.1");
    const placer = order.request.text("2.1");
    if (filler !== undefined && !this.#byFiller.has(filler)) this.#byFiller.set(filler, order);
    if (placer !== undefined && !this.#byPlacer.has(placer)) this.#byPlacer.set(placer, order);
    this.#observed.set(order, new Map());
  }

  addObserved(order: BuildingOrder, observed: Observed): void {
    const key = observedKey(observed.obx.text("3.1"), observed.obx.text("4"));
    const known = this.#observed.get(order);
    if (known !== undefined && !known.has(key)) known.set(key, observed);
    this.#lastWith.set(key, order);
  }

  parentOf(request: Segment): ParentResult | undefined {
    const placerOrderNumber = request.text("29.1.1");
    const fillerOrderNumber = request.text("29.2.1");
    const code = request.text("26.1.1");
    if (placerOrderNumber === undefined && fillerOrderNumber === undefined && code === undefined) return undefined;
    const key = observedKey(code, request.text("26.2"));
    // Child orders may repeat the parent's placer number, never its filler number: that one decides where it was sent.
    const order =
      fillerOrderNumber !== undefined
        ? this.#byFiller.get(fillerOrderNumber)
        : placerOrderNumber !== undefined
          ? this.#byPlacer.get(placerOrderNumber)
          : this.#lastWith.get(key);
    const observation = order === undefined || code === undefined ? undefined : this.#observed.get(order)?.get(key);
    return {
      ...(order === undefined ? {} : { order: order as OrderResults }),
      ...(observation === undefined ? {} : { observation }),
      ...(placerOrderNumber === undefined ? {} : { placerOrderNumber }),
      ...(fillerOrderNumber === undefined ? {} : { fillerOrderNumber }),
    };
  }
}

function observedKey(code: string | undefined, subId: string | undefined): string {
  return JSON.stringify([code, subId]);
}

function outsideItsGroup(segment: Segment): Hl7ParseError {
  return new Hl7ParseError("100", { segment: segment.name, position: segment.position });
}
