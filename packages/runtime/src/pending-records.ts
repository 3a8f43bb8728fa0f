/** Entries that are being written while nobody waits for them: what they record has happened already. A node that closes waits. */
export class PendingRecords {
  readonly #pending = new Set<Promise<void>>();

  /** A record that can't be written is dropped: there is no act left that its absence could stop. */
  add(record: Promise<void>): void {
    const kept = record
      .catch(() => undefined)
      .finally(() => {
        this.#pending.delete(kept);
      });
    this.#pending.add(kept);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
