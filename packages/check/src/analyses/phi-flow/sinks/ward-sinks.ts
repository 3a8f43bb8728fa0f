/** What a Ward function's context lets out: log lines, events, requests to granted hosts. */
import type { CodeValue, ExternalCall } from "../../../code/contract.ts";
import { entryOf, textPartsOf } from "../code-values.ts";
import type { Sink } from "./sink.ts";

/** A host that the definition lets the function speak to, and what it may be told. */
export interface EgressHost {
  readonly host: string;
  readonly carries: string;
}

/** Calls on `ctx`, the handler's second parameter. */
export function wardSinks(call: ExternalCall, hosts: readonly EgressHost[]): readonly Sink[] {
  const { callee } = call;
  if (callee.kind !== "input" || callee.parameter !== 1) return [];
  const member = callee.path.join(".");
  const [first, second] = call.args;
  if (member === "log") return [{ fact: "logs", values: [first, second], text: "is written to the log by ctx.log" }];
  if (member === "emit") {
    return [
      {
        fact: "events",
        values: [first, entryOf(second, "subject"), entryOf(second, "resource")],
        text: "is put into an event by ctx.emit",
      },
    ];
  }
  if (member !== "egress.fetch") return [];
  const url: Sink = { fact: "urls", values: [first], text: "is put into the URL of ctx.egress.fetch" };
  const host = hostOf(first);
  const granted = hosts.find((one) => one.host === host);
  if (granted?.carries === "phi") return [url];
  const values = [entryOf(second, "body"), entryOf(second, "headers"), first];
  const whom = host ?? "a host that is not known before it runs";
  const text = `is sent to ${whom}, whose grant does not carry PHI, by ctx.egress.fetch`;
  const isOpen = host === undefined && hosts.some(({ carries }) => carries === "phi");
  return [
    url,
    {
      fact: "thirdParty",
      values,
      text,
      ...(isOpen ? { doubt: "which host it is sent to is chosen at run time" } : {}),
    },
  ];
}

function hostOf(url: CodeValue | undefined): string | undefined {
  if (!url) return undefined;
  const [first] = textPartsOf(url);
  return typeof first === "string" ? /^https?:\/\/([^/?#]+)/.exec(first)?.[1] : undefined;
}
