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

/** Throws `Hl7ParseError` 101 where there is no PID or no OBR, 100 where an OBX or SPM stands outside its group. */
export function resultGroups(message: Hl7Message): readonly PatientResults[] {
  const builder = new GroupBuilder();
  for (const segment of message.all) builder.add(segment);
  return builder.finish();
}

class GroupBuilder {
  readonly #patients: Building<PatientResults>[] = [];
  #parents = new ParentIndex();
  /** An ORC whose OBR has not come yet. */
  #pending: Segment | undefined;
  /** Notes of the segment before: an NTE belongs to what it follows. */
  #notes: Segment[] | undefined;

  add(segment: Segment): void {
    switch (segment.name) {
      case "PID":
        this.#pending = undefined;
        this.#parents = new ParentIndex();
        this.#patients.push({ patient: segment, notes: this.#openNotes(), orders: [] });
        break;
      case "PV1": {
        const patient = this.#patients.at(-1);
        if (patient !== undefined) patient.visit ??= segment;
        break;
      }
      case "ORC":
        this.#pending = segment;
        break;
      case "OBR":
        this.#addRequest(segment);
        break;
      case "OBX": {
        const order = this.#orderOf(segment);
        const observed = { obx: segment, notes: this.#openNotes() };
        order.observations.push(observed);
        this.#parents.addObserved(order, observed);
        break;
      }
      case "SPM": {
        const order = this.#orderOf(segment);
        order.specimen ??= segment;
        order.specimens.push(segment);
        break;
      }
      case "NTE":
        this.#notes?.push(segment);
        break;
    }
  }

  finish(): readonly PatientResults[] {
    if (this.#patients.length === 0) throw missing("PID");
    if (this.#patients.some(({ orders }) => orders.length === 0)) throw missing("OBR");
    return this.#patients as readonly PatientResults[];
  }

  #addRequest(request: Segment): void {
    const patient = this.#patients.at(-1);
    if (patient === undefined) throw missing("PID");
    const parent = this.#parents.parentOf(request);
    const order: BuildingOrder = {
      ...(this.#pending === undefined ? {} : { order: this.#pending }),
      request,
      notes: this.#openNotes(),
      observations: [],
      specimens: [],
      ...(parent === undefined ? {} : { parent }),
    };
    patient.orders.push(order);
    this.#parents.addOrder(order);
    this.#pending = undefined;
  }

  /** The order that `segment` belongs to. An ORC opens the next one: what stands between it and its OBR belongs to neither. */
  #orderOf(segment: Segment): BuildingOrder {
    const order = this.#patients.at(-1)?.orders.at(-1);
    if (order === undefined || this.#pending !== undefined) {
      throw new Hl7ParseError("100", { segment: segment.name, position: segment.position });
    }
    return order;
  }

  #openNotes(): Segment[] {
    this.#notes = [];
    return this.#notes;
  }
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

function missing(segment: string): Hl7ParseError {
  return new Hl7ParseError("101", { segment, position: 1 });
}
