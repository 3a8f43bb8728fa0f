/** Takes one job and never ends it. argv: connection as JSON. Prints `started`. */
import { connect } from "../src/connect.ts";
import { createJobs } from "../src/jobs.ts";

const database = connect(JSON.parse(process.argv[2] ?? "") as Parameters<typeof connect>[0]);
await createJobs(database).startWorker({
  tasks: {
    hang: async () => {
      console.log("started");
      await new Promise(() => undefined);
    },
  },
});
