/**
 * The place outside the database to which the log is published, so that who rewrites rows is found out by what was
 * written before. The contract suite beside this file holds every adapter to it.
 */

/**
 * Paths are those of `layout.ts`; an adapter MUST refuse any other. Every method throws where the outcome is not known;
 * the caller MUST then try again, so every write MUST be safe to repeat.
 */
export interface LedgerStore {
  /** Where it is, for operators. MUST NOT hold credentials. */
  readonly place: string;
  /**
   * Keeps an object for good. On return it MUST be durable. Where the path holds these very bytes, MUST do nothing;
   * where it holds others, MUST leave them and throw `StoreConflict`. MUST NOT show part of an object at any moment.
   */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Puts the one object that changes in place of its last form, at once and durably. */
  replaceCheckpoint(note: Uint8Array): Promise<void>;
  /** What `path` holds; undefined where there is nothing. MUST NOT answer from a cache. */
  get(path: string): Promise<Uint8Array | undefined>;
  /** All objects below a folder (which ends in a slash), by path in byte order; MUST NOT hold them all in memory. */
  list(folder: string): AsyncIterable<StoredObject>;
  /**
   * The partial forms of a full tile, which MUST be there, may go. MUST succeed where there are none. An adapter whose
   * objects expire by themselves does nothing.
   */
  removePartials(fullPath: string): Promise<void>;
  /**
   * An object that lies below the log's minimum index may go. MUST succeed where it is gone. An adapter whose objects
   * expire by themselves, or can't be removed before their time, does nothing.
   */
  removePruned(path: string): Promise<void>;
}

export interface StoredObject {
  readonly path: string;
  /** The store itself shows that these are not the bytes that were put first: another version, a deletion. */
  readonly isRewritten: boolean;
}

/** The store holds other bytes at a path that never changes: two histories were written under one name. */
export class StoreConflict extends Error {
  readonly path: string;
  constructor(path: string) {
    super("the store holds other bytes here");
    this.name = "StoreConflict";
    this.path = path;
  }
}
