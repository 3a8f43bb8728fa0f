/** The released bundle in a real, confined isolate: what a handler uses must exist there, not only in Node. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { EmitCall, FhirCall, InvokeResponse } from "@ward/core";
import { openWorkerdHost } from "@ward/isolate";
import { loadApp, type FunctionRelease, type Instance, type InstanceHost } from "@ward/runtime";
import { InMemoryFhir } from "../testing/in-memory-fhir.ts";
import { readSample } from "../testing/samples.ts";

let host: InstanceHost;
let instance: Instance;
let fhir: InMemoryFhir;

before(async () => {
  host = await openWorkerdHost({ spareSlots: 0 });
  const { releases } = await loadApp(fileURLToPath(new URL("..", import.meta.url)), {
    evaluate: async (bundle) => await host.evaluate(bundle),
  });
  const release = releases.find(({ manifest }) => manifest.name === "lab-result");
  const outbound = { request: answerDoor, refused: () => undefined };
  instance = await host.start(release as FunctionRelease, outbound);
});
after(async () => await host.close());

function answerDoor(request: IncomingMessage, response: ServerResponse): void {
  answer(request).then(
    (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body ?? {})),
    () => response.writeHead(500).end(),
  );
}

async function answer(request: IncomingMessage): Promise<unknown> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  const ctx = fhir.context();
  if (request.url === "/door/emit") {
    const { type, ...about } = JSON.parse(body) as EmitCall;
    return await ctx.emit(type, about);
  }
  if (request.url !== "/door/fhir") return {};
  const call = JSON.parse(body) as FhirCall;
  if (call.path === "") return { status: 200, body: await ctx.fhir.transaction(call.body as never) };
  const [type, query] = call.path.split("?");
  const found = await ctx.fhir.search(type as never, Object.fromEntries(new URLSearchParams(query)));
  return { status: 200, body: found };
}

async function invoke(file: string): Promise<InvokeResponse> {
  fhir = new InMemoryFhir();
  const raw = readSample(file)
    .all.map((segment) => segment.raw)
    .join("\r");
  const payload = { kind: "hl7", raw } as const;
  return await instance.invoke({ invocation: randomUUID(), traceId: "0".repeat(32), timeoutMs: 5_000, payload });
}

test("the bundle files a message from inside an isolate", async () => {
  const answered = await invoke("06-utf8-names.hl7");
  assert.deepEqual(answered, { ok: true, result: null, log: answered.log });
  assert.deepEqual(
    answered.log?.map(({ event }) => event),
    ["lab-result.filed"],
  );
  assert.equal(fhir.all("Observation").length, 2);
  assert.equal(fhir.emitted.length, 1);
  const { data = "" } = fhir.all("DocumentReference")[0]?.content?.[0]?.attachment ?? {};
  assert.ok(Buffer.from(data, "base64").toString("utf8").includes("Świętokrzyska"));
});

test("a broken message comes out as a closed reason, without a word of it", async () => {
  const answered = await invoke("17-broken-data-type.hl7");
  assert.ok(!answered.ok);
  assert.equal(answered.error.reject, "data-type-error");
  assert.ok(!JSON.stringify(answered).includes("haemolysed"));
  assert.equal(fhir.all("Observation").length, 0);
});
