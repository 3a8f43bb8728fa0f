import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { analyzeFiles, callsOf } from "../testing/show-analysis.ts";

describe("packages that stand between", () => {
  it("finds the class that a container was handed, by the method that is called", async () => {
    const calls = await callsOf({
      "handler.ts": `import { box } from "./box"; import type { Gateway } from "./types";
        export const handler = async (e) => { await box.get<Gateway>("Gateway").putItem(e.id); };`,
      "box.ts": `import { Container } from "inversify"; import { Store } from "./store";
        export const box = new Container(); box.bind("Gateway").to(Store);`,
      "store.ts": `import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
        export class Store { c = new S3Client(); async putItem(id) { await this.c.send(new PutObjectCommand({ Key: id })); } other() { fetch("never"); } }`,
    });
    assert.deepEqual(calls.slice(-3), [
      "new @aws-sdk/client-s3#S3Client()",
      "?new @aws-sdk/client-s3#PutObjectCommand({Key: event.id})",
      "?<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#PutObjectCommand>)",
    ]);
  });

  it("hands a contained class what the types of its parameters name", async () => {
    const calls = await callsOf({
      "handler.ts": `import { container, injectable } from "tsyringe"; import { Repo } from "./repo";
        @injectable() class Service { constructor(private readonly repo: Repo) {} run(id) { return this.repo.get(id); } }
        export const handler = (e) => container.resolve(Service).run(e.id);`,
      "repo.ts": `export class Repo { get(id) { return fetch(id); } }`,
    });
    assert.equal(calls.at(-1), "?fetch(event.id)");
  });

  it("sees through tracers to the client", async () => {
    const calls = await callsOf(
      `import { captureAWSv3Client } from "aws-xray-sdk-core"; import { S3Client } from "@aws-sdk/client-s3";
       const c = captureAWSv3Client(new S3Client({})); export const handler = () => c.send(1);`,
    );
    assert.equal(calls.at(-1), "<@aws-sdk/client-s3#S3Client>.send(1)");
  });

  it("keeps the names of variables that a schema has checked", async () => {
    const { calls, environment } = await analyzeFiles({
      "handler.ts": `import { z } from "zod"; import { createEnv } from "@t3-oss/env-core";
        const env = z.object({ TABLE: z.string() }).parse(process.env);
        const safe = z.object({ B: z.string() }).safeParse(process.env); const t3 = createEnv({ server: {}, runtimeEnv: process.env });
        export const handler = () => fetch(env.TABLE, safe.data.B, t3.C);`,
    });
    const { show } = await import("../testing/show-analysis.ts");
    assert.deepEqual(
      calls.at(-1)?.args.map((arg) => show(arg)),
      ["$TABLE", "$B", "$C"],
    );
    assert.ok(
      environment.some(({ name }) => name === undefined),
      "all of it was handed on",
    );
  });

  it("does not run what is for the program that was started", async () => {
    assert.deepEqual(
      await callsOf({ "index.js": `exports.handler = () => 1; if (require.main === module) fetch("x");` }),
      [],
    );
  });
});
