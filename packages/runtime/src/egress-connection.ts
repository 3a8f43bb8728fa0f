/** Sends one request to an address that was checked before, and reads the answer into memory up to a limit. */
import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { WardError } from "@ward/core";
import { incomingHeaders } from "./egress-headers.ts";
import { readBody } from "./request-body.ts";

export interface EgressSend {
  readonly url: URL;
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

export interface EgressAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const ANSWER_MAX_BYTES = 5 * 1024 * 1024;

export class EgressConnections {
  readonly #secureContext: SecureContext | undefined;

  /** `trustedCa`: PEM, trusted besides the roots that come with Node. */
  constructor(trustedCa?: string) {
    this.#secureContext =
      trustedCa === undefined ? undefined : createSecureContext({ ca: [...rootCertificates, trustedCa] });
  }

  /** Throws `egress-failed` where the host can't be reached, breaks off or answers too much. */
  async send(send: EgressSend): Promise<EgressAnswer> {
    try {
      const message = await this.#request(send);
      const body = await readBody(message, ANSWER_MAX_BYTES);
      return { status: message.statusCode ?? 502, headers: incomingHeaders(message.headers), body };
    } catch {
      // The cause may name addresses inside the network, or quote the answer.
      throw new WardError("egress-failed");
    }
  }

  #request({ url, method, address, headers, body, signal }: EgressSend): Promise<IncomingMessage> {
    const isTls = url.protocol === "https:";
    const options: RequestOptions = {
      // The name is used for SNI, certificate and Host; the connection goes to the address, so that a second
      // resolution can't lead elsewhere. No agent: a connection is never shared between functions.
      host: address,
      port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method,
      agent: false,
      signal,
      headers: {
        ...headers,
        host: url.host,
        // Otherwise a coding could be negotiated that the function does not expect.
        "accept-encoding": "identity",
        ...(body.length > 0 || method === "POST" || method === "PUT" || method === "PATCH"
          ? { "content-length": String(body.length) }
          : {}),
      },
    };
    return new Promise((resolve, reject) => {
      const secure = { servername: url.hostname, rejectUnauthorized: true, secureContext: this.#secureContext };
      const request = isTls ? requestHttps({ ...options, ...secure }) : requestHttp(options);
      request.once("response", resolve);
      request.once("error", reject);
      request.end(body);
    });
  }
}
