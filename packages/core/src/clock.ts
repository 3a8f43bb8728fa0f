/** Time and randomness are parameters, so that tests decide them. */

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
