/** graphile-worker's log lines carry whole jobs in their metadata, and errors with their stacks. None is written. */
import { Logger } from "graphile-worker";

export const silentLogger = new Logger(() => () => undefined);
