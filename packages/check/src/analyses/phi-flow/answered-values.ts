/** What a handler answers: what it returns, and what it hands to its callback. */
import type { CodeAnalysis, CodeValue, ExternalCall, Returned } from "../../code/contract.ts";

export function answeredValues({ returns, calls }: CodeAnalysis): readonly Returned[] {
  const handed = calls.flatMap((call): readonly Returned[] => {
    const value = isCallback(call) ? call.args[1] : isSucceeding(call) ? call.args[0] : undefined;
    return value ? [{ value, spot: call.spot }] : [];
  });
  return [...returns, ...handed];
}

/** Whether what is answered is a promise that was refused: the same as throwing. */
export function refusedWith({ value }: Returned): CodeValue | undefined {
  return value.kind === "derived" && value.how === "Promise.reject" ? value.from[0] : undefined;
}

/** What the handler says that it failed with, through its callback or its context. */
export function failedWith(call: ExternalCall): ExternalCall["args"][number] | undefined {
  const { callee } = call;
  const isFailing = callee.kind === "input" && callee.parameter === 1 && callee.path.join() === "fail";
  return isCallback(call) || isFailing ? call.args[0] : undefined;
}

function isCallback({ callee, kind }: ExternalCall): boolean {
  return kind === "call" && callee.kind === "input" && callee.parameter === 2 && callee.path.length === 0;
}

function isSucceeding({ callee }: ExternalCall): boolean {
  return callee.kind === "input" && callee.parameter === 1 && callee.path.join() === "succeed";
}
