/**
 * What every instance host must do, as tests. An adapter runs them over bundles of its own making, since only it knows
 * how code reaches the wire protocol there; each bundle's behaviour is named in `ContractBundles`.
 */
import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { after, before, describe, test } from "node:test";
import { DEFAULT_LIMITS, INVOCATION_HEADER, type InvokeRequest, type Limits } from "@ward/core";
import type { FunctionRelease, Instance, InstanceHost, OutboundHandler } from "../contract.ts";

export interface ContractBundles {
  /** Answers `{ ok: true, result: <payload> }`. */
  readonly echo: string;
  /** Answers `{ ok: false, error: { name: "TypeError", at: [] } }`. */
  readonly fails: string;
  /** `POST /door/log` with its invocation's header and the body `{"event":"hello","fields":{}}`; the result is the answer's status. */
  readonly calls: string;
  /** `GET https://granted.example/path?q=1` with its invocation's header; the result is the answer's text. */
  readonly fetches: string;
  /** Never answers, but leaves other invocations their turn. */
  readonly hangs: string;
}

export interface HeardRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly invocation: string | string[] | undefined;
  readonly body: string;
}

/** `skips`: tests that an adapter can't pass, each with the reason. */
export function describeInstanceHost(
  name: string,
  open: () => Promise<InstanceHost>,
  bundles: ContractBundles,
  skips: Readonly<Record<string, string>> = {},
): void {
  describe(`${name} as an instance host`, () => {
    let host: InstanceHost;
    before(async () => (host = await open()));
    after(() => host.close());

    const it = (what: string, work: () => Promise<void>): void => {
      test(what, skips[what] === undefined ? {} : { skip: skips[what] }, work);
    };
    const start = async (bundle: keyof ContractBundles, limits: Partial<Limits> = {}) => {
      const heard: HeardRequest[] = [];
      const instance = await host.start(releaseOf(bundle, bundles[bundle], limits), answering(heard));
      return { instance, heard };
    };

    it("answers an invocation with what the handler returned", async () => {
      const { instance } = await start("echo");
      const request = requestOf();
      assert.deepEqual(await instance.invoke(request), { ok: true, result: request.payload });
      assert.ok(instance.pid > 0);
      await instance.stop();
      assert.equal(await instance.exited, "stopped");
    });

    it("takes many invocations at once", async () => {
      const { instance } = await start("echo");
      const requests = Array.from({ length: 20 }, (_, index) => requestOf({ scheduledAt: String(index) }));
      const responses = await Promise.all(requests.map((request) => instance.invoke(request)));
      assert.deepEqual(
        responses,
        requests.map(({ payload }) => ({ ok: true, result: payload })),
      );
      await instance.stop();
    });

    it("passes on that a handler failed, and lives", async () => {
      const { instance } = await start("fails");
      for (let run = 0; run < 2; run++) {
        const response = await instance.invoke(requestOf());
        assert.equal(response.ok, false);
        assert.equal(response.ok || response.error.name, "TypeError");
      }
      await instance.stop();
    });

    it("hands binding calls to the release's handler in origin form", async () => {
      const { instance, heard } = await start("calls");
      const request = requestOf();
      assert.deepEqual(await instance.invoke(request), { ok: true, result: 200 });
      const [call] = heard;
      assert.equal(call?.method, "POST");
      assert.equal(call.url, "/door/log");
      assert.equal(call.invocation, request.invocation);
      assert.deepEqual(JSON.parse(call.body), { event: "hello", fields: {} });
      await instance.stop();
    });

    it("hands egress to the release's handler in absolute form", async () => {
      const { instance, heard } = await start("fetches");
      const request = requestOf();
      assert.deepEqual(await instance.invoke(request), { ok: true, result: "{}" });
      assert.deepEqual(heard[0], {
        method: "GET",
        url: "https://granted.example/path?q=1",
        invocation: request.invocation,
        body: "",
      });
      await instance.stop();
    });

    it("kills at the deadline: the late invocation hears of it, its siblings that the process is gone", async () => {
      const { instance } = await start("hangs");
      const [late, sibling] = await Promise.allSettled([
        instance.invoke(requestOf({}, 300)),
        instance.invoke(requestOf({}, 60_000)),
      ]);
      assert.equal(codeOf(late), "function-timeout");
      assert.equal(codeOf(sibling), "function-unavailable");
      assert.equal(await instance.exited, "timeout");
      await assert.rejects(instance.invoke(requestOf()), { code: "function-unavailable" });
    });

    it("rejects what is in flight when it is stopped", async () => {
      const { instance } = await start("hangs");
      const invocation = Promise.allSettled([instance.invoke(requestOf())]);
      await instance.stop();
      assert.equal(codeOf((await invocation)[0]), "function-unavailable");
      assert.equal(await instance.exited, "stopped");
      await instance.stop();
    });

    it("keeps instances apart: each has its own handler and its own end", async () => {
      const [one, other] = await Promise.all([start("calls"), start("calls")]);
      await one.instance.invoke(requestOf());
      assert.equal(one.heard.length, 1);
      assert.equal(other.heard.length, 0);
      await one.instance.stop();
      assert.equal((await other.instance.invoke(requestOf())).ok, true);
      await other.instance.stop();
    });

    it("stops every instance when it closes", async () => {
      const another = await open();
      const instances: Instance[] = [];
      for (let index = 0; index < 2; index++) {
        instances.push(await another.start(releaseOf("echo", bundles.echo), answering([])));
      }
      await another.close();
      assert.deepEqual(await Promise.all(instances.map(({ exited }) => exited)), ["stopped", "stopped"]);
    });

    it("says what confinement it gives", () => {
      assert.ok(["root", "user", "none"].includes(host.confinement.mode));
      assert.match(host.confinement.explanation, /\w/);
      return Promise.resolve();
    });
  });
}

function releaseOf(name: string, bundle: string, limits: Partial<Limits> = {}): FunctionRelease {
  return {
    digest: `sha256:${Buffer.from(name).toString("hex").padEnd(64, "0")}`,
    bundle,
    manifest: {
      name,
      trigger: { kind: "schedule", cron: "0 0 * * *" },
      purpose: "TREAT",
      grants: { fhir: [], emits: [], secrets: [], egress: [] },
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
  };
}

function requestOf(payload: { readonly scheduledAt?: string } = {}, timeoutMs = 10_000): InvokeRequest {
  const invocation = randomUUID();
  const scheduledAt = payload.scheduledAt ?? "2026-01-01T00:00:00.000Z";
  return { invocation, traceId: "0".repeat(32), timeoutMs, payload: { kind: "schedule", scheduledAt } };
}

function answering(heard: HeardRequest[]): OutboundHandler {
  return {
    request(request: IncomingMessage, response) {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const { method, url } = request;
        heard.push({ method, url, invocation: request.headers[INVOCATION_HEADER], body });
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    },
    refused: () => undefined,
  };
}

function codeOf(settled: PromiseSettledResult<unknown> | undefined): unknown {
  return settled?.status === "rejected" ? (settled.reason as { code?: unknown }).code : settled?.status;
}
