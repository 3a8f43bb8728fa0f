/**
 * A write lost a race that it need not have run: it was committed with other sessions' writes, without a lock, and
 * another node wrote the version it was made for. Done again, it reads that one first. What its caller named a version
 * for (`If-Match`) is refused then, by that version.
 */
import { asWardError } from "@ward/core";

const ATTEMPTS_MAX = 5;
const PAUSE_MS = 10;

export async function retryContended<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code, detail } = asWardError(error);
      const isContended = code === "version-conflict" && detail["reason"] === "contended";
      if (!isContended || attempt === ATTEMPTS_MAX) throw error;
      await new Promise((wake) => setTimeout(wake, PAUSE_MS * attempt));
    }
  }
}
