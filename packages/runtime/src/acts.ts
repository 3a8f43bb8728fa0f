/** The acts that runtime asks the door for or records there, each in one place, so that policy and ledger agree on names. */
import type { Act } from "@ward/access";
import type { AuditAction, Caller, Principal } from "@ward/core";
import type { FunctionRelease } from "./contract.ts";

export function functionAct(
  action: "function.invoke" | "function.stop" | "door.call" | "event.replay",
  name: string,
): Act {
  return { action, resourceType: "Function", resourceId: name };
}

export function identityAct(name: string): Act {
  return { action: "identity.forge", resourceType: "Function", resourceId: name };
}

export function eventAct(action: "event.emit" | "event.deliver", type: string): Act {
  return { action, resourceType: "EventType", resourceId: type };
}

export function secretAct(name: string): Act {
  return { action: "secret.read", resourceType: "Secret", resourceId: name };
}

export function egressAct(action: "egress.send" | "egress.connect", host: string): Act {
  return { action, resourceType: "Host", resourceId: host };
}

export function messageAct(action: Extract<AuditAction, `hl7.${string}`>, messageKey: string): Act {
  return { action, resourceType: "Message", resourceId: messageKey };
}

/** Who acts while a function runs, or where none of its invocations runs: always the function itself. */
export function functionCaller(release: FunctionRelease, traceId: string, onBehalfOf?: Principal): Caller {
  const { name, purpose } = release.manifest;
  return {
    principal: { kind: "function", id: name },
    purpose,
    traceId,
    release: release.digest,
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
  };
}
