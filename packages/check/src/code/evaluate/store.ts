/** Places that code can change. Each store knows when it was made: what a branch made itself, it need not take back. */

/** Only an order in time; it starts anywhere and never comes back. */
let made = 0;

/** Stores that are made from here on are younger. */
export function now(): number {
  return ++made;
}

export class Places<Held> extends Map<string, Held> {
  readonly born = ++made;
}

/** A store that knows which call it belongs to: what a call that returns did to its own variables is of no more interest. */
export class OwnPlaces<Held> extends Places<Held> {
  readonly frame: number;

  constructor(frame: number) {
    super();
    this.frame = frame;
  }
}
