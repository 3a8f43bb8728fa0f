/** Feeds a receiver without end, until its parent kills it. argv: connection as JSON, PEM of the authority, port. */
import { startFeed, syslogSink } from "@ward/ledger";
import { connect } from "@ward/postgres";

const [connection = "", ca = "", port = "0"] = process.argv.slice(2);
const database = connect(JSON.parse(connection) as Parameters<typeof connect>[0]);
const sink = syslogSink("localhost", Number(port), { origin: "test.example/ledger", ca });
startFeed({ database, name: "killed", sink, intervalMs: 5, leaseMs: 50 });
