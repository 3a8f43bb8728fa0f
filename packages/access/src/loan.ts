/**
 * What is lent to a callback and taken back when it returns. It serves only while it is lent. What the callback began
 * with it and did not await is waited for by whoever takes it back, and is a bug of the callback.
 */
import { assert } from "@ward/core";

export class Loan {
  readonly #rule: string;
  #isOpen = true;
  #underWay = 0;
  #onIdle: (() => void) | undefined;

  /** `rule`: what a borrower broke who uses it too late. */
  constructor(rule: string) {
    this.#rule = rule;
  }

  checkOpen(): void {
    assert(this.#isOpen, this.#rule);
  }

  /** Of something that lasts; `finish` MUST follow. */
  begin(): void {
    this.checkOpen();
    this.#underWay++;
  }

  finish(): void {
    this.#underWay--;
    if (this.#underWay === 0) this.#onIdle?.();
  }

  /** Ends the loan, and tells whether something is under way, for which `idle` waits. */
  close(): boolean {
    this.#isOpen = false;
    return this.#underWay > 0;
  }

  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }
}
