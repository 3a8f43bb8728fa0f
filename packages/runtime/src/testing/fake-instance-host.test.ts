import { FakeInstanceHost } from "./fake-instance-host.ts";
import { describeInstanceHost } from "./instance-host-contract.ts";

describeInstanceHost(
  "the fake",
  () =>
    Promise.resolve(
      new FakeInstanceHost({
        echo: (payload) => Promise.resolve(payload),
        fails: () => Promise.reject(new TypeError("no")),
        calls: async (_payload, { door }) => (await door("log", { event: "hello", fields: {} })).status,
        fetches: async (_payload, { fetch }) => (await fetch("https://granted.example/path?q=1")).text,
        hangs: () => new Promise(() => undefined),
      }),
    ),
  { echo: "echo", fails: "fails", calls: "calls", fetches: "fetches", hangs: "hangs" },
);
