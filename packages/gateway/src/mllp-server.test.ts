import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock, WardError } from "@ward/core";
import { parseMessage, readAck, type Ack } from "@ward/core/hl7";
import type { InboundMessage, MessageVerdict } from "@ward/runtime";
import type { MessageLine, RefusedMessage } from "./mllp-answer.ts";
import { MllpError, openMllp, sendMllp, type MllpTarget } from "./mllp-client.ts";
import { frame, MllpFrames } from "./mllp-frames.ts";
import { startMllp, type MllpOptions, type MllpServer } from "./mllp-server.ts";
import { testCa } from "./testing.ts";

interface TestMllp {
  readonly server: MllpServer;
  readonly target: MllpTarget;
  readonly received: InboundMessage[];
  readonly refused: RefusedMessage[];
  readonly lines: MessageLine[];
  /** What `receiveMessage` answers. */
  verdict: (message: InboundMessage) => Promise<MessageVerdict>;
}

async function withMllp(use: (fixture: TestMllp) => Promise<void>, options: Partial<MllpOptions> = {}): Promise<void> {
  const received: InboundMessage[] = [];
  const refused: RefusedMessage[] = [];
  const lines: MessageLine[] = [];
  const functions = {
    receiveMessage: async (message: InboundMessage): Promise<MessageVerdict> => {
      received.push(message);
      return fixture.verdict(message);
    },
  };
  const server = await startMllp({
    port: 0,
    host: "127.0.0.1",
    functions,
    principal: { kind: "service", id: "mllp" },
    clock: systemClock,
    onRefused: (one) => void refused.push(one),
    onMessage: (line) => lines.push(line),
    ...options,
  });
  const target = { host: "127.0.0.1", port: server.port, timeoutMs: 10_000 };
  const fixture: TestMllp = { server, target, received, refused, lines, verdict: () => Promise.resolve({ ack: "AA" }) };
  try {
    await use(fixture);
  } finally {
    await server.close();
  }
}

function result(controlId: string, tail = "PID|1||SB1||Ravensworth"): string {
  return `MSH|^~\\&|LAB|NORTH|WARD|ST BRIGID|20260302||ORU^R01^ORU_R01|${controlId}|P|2.5.1\r${tail}\r`;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** The acknowledgments that come until the server closes. */
async function answersUntilClosed(socket: Socket): Promise<readonly Ack[]> {
  const frames = new MllpFrames({ messageMaxBytes: 1_000_000, noiseMaxBytes: 0 });
  const acks: Ack[] = [];
  socket.on("data", (chunk: Buffer) => {
    for (const found of frames.push(chunk)) {
      assert(found.kind === "message");
      const ack = readAck(parseMessage(found.bytes.toString()));
      assert(ack !== undefined);
      acks.push(ack);
    }
  });
  socket.on("error", () => socket.destroy());
  // A reset is a close as well: the server closes with bytes of ours unread. `once` would throw at its error.
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return acks;
}

test("hands a message over as text and answers what was decided", async () => {
  await withMllp(async ({ target, received, lines, ...fixture }) => {
    const [ack] = await sendMllp(target, [result("C1").replaceAll("\r", "\r\n")]);
    assert.equal(ack?.code, "AA");
    assert.equal(ack.controlId, "C1");
    const { traceId, ...message } = received[0] as InboundMessage;
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.deepEqual(message, {
      raw: result("C1"),
      type: "ORU^R01",
      controlId: "C1",
      sender: "LAB|NORTH",
      principal: { kind: "service", id: "mllp" },
    });
    assert.equal(lines[0]?.trace, traceId);
    assert(fixture.server.port > 0);
  });
});

test("answers AE and AR with condition and reason, and AE where the answer itself failed", async () => {
  await withMllp(async (fixture) => {
    fixture.verdict = ({ controlId }) => {
      if (controlId === "C1") return Promise.resolve({ ack: "AE", condition: "102", reason: "kept" });
      if (controlId === "C2") return Promise.resolve({ ack: "AR", condition: "200", reason: "not kept" });
      return Promise.reject(new WardError("database-unavailable"));
    };
    const acks = await sendMllp(fixture.target, [result("C1"), result("C2"), result("C3")]);
    assert.deepEqual(
      acks.map(({ code, condition, controlId }) => [code, condition, controlId]),
      [
        ["AE", "102", "C1"],
        ["AR", "200", "C2"],
        ["AE", "206", "C3"],
      ],
    );
    assert.equal(acks[0]?.reason, "kept");
    assert.equal(fixture.lines[2]?.failure, "database-unavailable");
  });
});

test("refuses what it cannot read, says where, records it, and quotes nothing", async () => {
  await withMllp(async ({ target, received, refused, lines }) => {
    const latin1 = Buffer.from(result("C1", "PID|1||SB1||Müßiggang"), "latin1");
    const unknown = result("C2").replace("2.5.1", "2.5.1||||||ISO IR87");
    const acks = await sendMllp(target, [latin1, unknown, result(""), result("C4", "Ravensworth"), "Ravensworth", ""]);
    assert.deepEqual(
      acks.map(({ code, condition, controlId }) => [code, condition, controlId]),
      [
        ["AR", "102", "C1"],
        ["AR", "102", "C2"],
        ["AR", "101", ""],
        ["AR", "100", "C4"],
        ["AR", "100", ""],
        ["AR", "100", ""],
      ],
    );
    assert.equal(received.length, 0);
    assert.deepEqual(refused[0]?.location, { segment: "MSH", position: 1, field: 18 });
    assert.equal(refused.length, 6);
    assert.doesNotMatch(JSON.stringify([acks, refused, lines]), /Ravensworth|SB1|Müßig/);
  });
});

test("refuses also where the refusal cannot be recorded", async () => {
  const onRefused = (): Promise<void> => Promise.reject(new Error("no ledger"));
  await withMllp(async ({ target }) => assert.equal((await sendMllp(target, ["x"]))[0]?.code, "AR"), { onRefused });
});

test("never answers an acknowledgment", async () => {
  await withMllp(async ({ target, received, lines }) => {
    const socket = await open(target.port);
    socket.write(frame(Buffer.from("MSH|^~\\&|A|B|C|D|2026||ACK^R01|C1|P|2.5.1\rMSA|AA|X\r")));
    socket.end(frame(Buffer.from(result("C2"))));
    const acks = await answersUntilClosed(socket);
    assert.deepEqual(
      acks.map(({ controlId }) => controlId),
      ["C2"],
    );
    assert.equal(received.length, 1);
    assert.equal(lines[0]?.ack, "none");
  });
});

test("handles one connection's messages in order, and connections side by side", async () => {
  await withMllp(async (fixture) => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let working = 0;
    fixture.verdict = async ({ controlId }) => {
      if (controlId.startsWith("SLOW")) {
        working += 1;
        if (working === 2) reached.resolve();
        await gate.promise;
      }
      return { ack: "AA" };
    };
    const slow = [0, 1].map((n) => sendMllp(fixture.target, [result(`SLOW${n}`), result(`AFTER${n}`)]));
    await reached.promise;
    assert.equal((await sendMllp(fixture.target, [result("QUICK")]))[0]?.code, "AA");
    assert(!fixture.received.some(({ controlId }) => controlId.startsWith("AFTER")));
    gate.resolve();
    for (const acks of await Promise.all(slow)) assert.equal(acks.length, 2);
  });
});

test("takes a stream cut at every byte, several messages in one packet, and noise between them", async () => {
  await withMllp(async ({ target, received }) => {
    const socket = await open(target.port);
    const answers = answersUntilClosed(socket);
    for (const byte of Buffer.concat([Buffer.from("\r\n"), frame(Buffer.from(result("C1")))])) {
      socket.write(Buffer.of(byte));
      await delay(0);
    }
    const packet = ["C2", "C3", "C4"].flatMap((id) => [Buffer.from("\n"), frame(Buffer.from(result(id)))]);
    socket.end(Buffer.concat(packet));
    assert.deepEqual(
      (await answers).map(({ controlId }) => controlId),
      ["C1", "C2", "C3", "C4"],
    );
    assert.deepEqual(
      received.map(({ controlId }) => controlId),
      ["C1", "C2", "C3", "C4"],
    );
  });
});

test("refuses a message larger than the limit and closes, while other senders go on", async () => {
  await withMllp(
    async ({ target, received, refused }) => {
      const socket = await open(target.port);
      socket.write(Buffer.concat([Buffer.of(0x0b), Buffer.from(result("BIG", `NTE|1||${"x".repeat(2_000_000)}`))]));
      const [ack] = await answersUntilClosed(socket);
      assert.deepEqual([ack?.code, ack?.condition, ack?.controlId], ["AR", "207", "BIG"]);
      assert.equal(ack?.reason, "The message is larger than the limit.");
      assert.equal(refused.length, 1);
      assert.equal((await sendMllp(target, [result("C2")]))[0]?.code, "AA");
      assert.equal(received.length, 1);
    },
    { limits: { messageMaxBytes: 100_000 } },
  );
});

test("closes on who does not speak MLLP, falls silent, or stops within a frame", async () => {
  await withMllp(
    async ({ target, received }) => {
      const chatter = await open(target.port);
      chatter.write(`GET / HTTP/1.1\r\n${"x".repeat(8_192)}`);
      assert.deepEqual(await answersUntilClosed(chatter), []);
      assert.deepEqual(await answersUntilClosed(await open(target.port)), []);
      const drip = await open(target.port);
      drip.write(Buffer.of(0x0b));
      const timer = setInterval(() => drip.write("M"), 20);
      const answers = await answersUntilClosed(drip).finally(() => clearInterval(timer));
      assert.deepEqual(answers, []);
      assert.equal(received.length, 0);
    },
    { limits: { idleMs: 300, frameMs: 150 } },
  );
});

test("waits with the next message for a function slower than the idle limit", async () => {
  await withMllp(
    async (fixture) => {
      fixture.verdict = async () => {
        await delay(250);
        return { ack: "AA" };
      };
      assert.equal((await sendMllp(fixture.target, [result("C1"), result("C2")])).length, 2);
    },
    { limits: { idleMs: 80 } },
  );
});

test("reads no more from a sender that does not read its answers", async () => {
  await withMllp(
    async (fixture) => {
      const reason = "x".repeat(20_000);
      fixture.verdict = () => Promise.resolve({ ack: "AE", reason });
      const socket = await open(fixture.target.port);
      socket.pause();
      socket.on("error", () => socket.destroy());
      const sent = 5_000;
      const one = frame(Buffer.from(result("C1", `NTE|1||${"x".repeat(8_000)}`)));
      socket.write(Buffer.concat(Array.from({ length: sent }, () => one)));
      await new Promise((resolve) => socket.once("close", resolve));
      const taken = fixture.received.length;
      assert(taken > 0 && taken < sent, `${taken} were taken`);
    },
    { limits: { idleMs: 500 } },
  );
});

test("answers the message in work when it closes, and takes none after it", async () => {
  await withMllp(async (fixture) => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    fixture.verdict = async () => {
      started.resolve();
      await gate.promise;
      return { ack: "AA" };
    };
    const socket = await open(fixture.target.port);
    const idle = await open(fixture.target.port);
    socket.write(Buffer.concat([frame(Buffer.from(result("C1"))), frame(Buffer.from(result("C2")))]));
    const answers = answersUntilClosed(socket);
    await started.promise;
    const closed = fixture.server.close();
    await answersUntilClosed(idle);
    gate.resolve();
    await closed;
    assert.deepEqual(
      (await answers).map(({ controlId }) => controlId),
      ["C1"],
    );
    assert.deepEqual(
      fixture.received.map(({ controlId }) => controlId),
      ["C1"],
    );
    await assert.rejects(
      openMllp(fixture.target),
      (error) => error instanceof MllpError && error.reason === "cannot-connect",
    );
  });
});

test("sends no answer where the work outlives the grace of a shutdown", async () => {
  await withMllp(
    async (fixture) => {
      const gate = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      fixture.verdict = async () => {
        started.resolve();
        await gate.promise;
        return { ack: "AA" };
      };
      const sent = sendMllp(fixture.target, [result("C1")]);
      const outcome = assert.rejects(sent, (error) => error instanceof MllpError && error.reason === "closed");
      await started.promise;
      const closed = fixture.server.close();
      await outcome;
      gate.resolve();
      await closed;
    },
    { limits: { graceMs: 50 } },
  );
});

test("speaks TLS with the local CA, and asks for a client certificate where told to", async () => {
  const { tls, caPem } = await testCa();
  await withMllp(
    async ({ target }) => {
      assert.equal((await sendMllp({ ...target, tls: { ca: caPem } }, [result("C1")]))[0]?.code, "AA");
      await assert.rejects(sendMllp({ ...target, tls: { ca: "" } }, [result("C1")]), MllpError, "an unknown CA");
      await assert.rejects(sendMllp({ ...target, timeoutMs: 500 }, [result("C1")]), MllpError, "plain to a TLS port");
    },
    { tls },
  );
  await withMllp(
    async ({ target, received }) => {
      await assert.rejects(sendMllp({ ...target, tls: { ca: caPem } }, [result("C1")]), MllpError);
      assert.equal(received.length, 0);
    },
    { tls: { ...tls, clientCa: caPem } },
  );
});

test("refuses to listen without TLS beyond this machine, and says which port is in use", async () => {
  const reason = async (options: Partial<MllpOptions>): Promise<unknown> => {
    try {
      await withMllp(() => Promise.resolve(), options);
      return undefined;
    } catch (error) {
      assert(error instanceof WardError);
      return [error.code, error.detail["reason"]];
    }
  };
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "ward.example", "127.0.0.1.example"]) {
    assert.deepEqual(await reason({ host }), ["startup-failed", "mllp-plain-needs-loopback"], host);
  }
  assert.equal(await reason({ host: "localhost" }), undefined);
  await withMllp(async ({ server }) => {
    assert.deepEqual(await reason({ port: server.port }), ["startup-failed", "port-in-use"]);
  });
});

test("the client gives up on who does not answer, and the server on what never ends", async () => {
  await withMllp(
    async (fixture) => {
      fixture.verdict = () => new Promise(() => {});
      await assert.rejects(
        sendMllp({ ...fixture.target, timeoutMs: 100 }, [result("C1")]),
        (error) => error instanceof MllpError && error.reason === "timeout",
      );
    },
    { limits: { graceMs: 50 } },
  );
});
