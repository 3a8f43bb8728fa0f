/**
 * Somebody hides a second request in the body of a first, for a proxy in front that would cut it elsewhere. It leaves
 * nothing in the ledger: what cannot be read as one request is no request by anybody for anything.
 */
import assert from "node:assert/strict";
import { connect } from "node:tls";
import { type Attack } from "./attack.ts";
import { CLINICIAN, type AttackedNode } from "./attacked-node.ts";

export const attack: Attack = {
  name: "a caller smuggles a request inside another",
  stoppedAt: "the gateway's parser",
  async run(ward) {
    const authorization = await ward.token(CLINICIAN, "TREAT");
    const hidden = `GET /fhir/R4/Patient/${ward.patient.id} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`;
    const lengths = {
      "TE and CL": `content-length: ${hidden.length + 5}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      "two CL": "content-length: 0\r\ncontent-length: 5\r\n\r\n",
      "TE that is not chunked last": "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      "TE with a space": "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
    };
    for (const [what, framing] of Object.entries(lengths)) {
      const head = "POST /fn/still-here HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
      const answer = await sendRaw(ward, `${head}${framing}${hidden}`);
      assert.match(answer, /^HTTP\/1\.1 400 /, what);
      assert.equal(answer.split("HTTP/1.1 ").length - 1, 1, `${what}: one answer`);
      assert.ok(!answer.includes(ward.patient.family), what);
    }
  },
  leaves: [],
};

function sendRaw({ node }: AttackedNode, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: node.httpsPort, ca: node.caPem, servername: "localhost" }, () =>
      socket.write(text),
    );
    let answer = "";
    socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
