import assert from "node:assert/strict";
import { test } from "node:test";
import { startSmsSink } from "../sms-sink/main.ts";
import notify from "./notify.ts";

const event = {
  specversion: "1.0",
  id: "1",
  source: "ward://hospital/lab-result",
  type: "lab.result.filed",
  time: "2026-03-02T20:12:07Z",
  subject: "opaque-token",
  datacontenttype: "application/json",
  data: { link: "https://localhost:8443/fhir/R4/DiagnosticReport/1" },
  traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-01`,
} as const;

test("the patient is told that there is a result, and nothing of it", async () => {
  const sink = await startSmsSink({ port: 0 });
  try {
    const fetchToSink = async (url: string | URL, init?: RequestInit) =>
      await fetch(String(url).replace("localhost:8090", `localhost:${sink.port}`), init);
    await notify.handle(event, { egress: { fetch: fetchToSink } } as never);
    assert.deepEqual(sink.messages, [{ to: "opaque-token", text: "You have a new lab result", link: event.data.link }]);
  } finally {
    await sink.close();
  }
});

test("a refused message fails the invocation, so that it is delivered again", async () => {
  const refusing = { egress: { fetch: async () => ({ ok: false, status: 500 }) } };
  await assert.rejects(async () => await notify.handle(event, refusing as never));
});
