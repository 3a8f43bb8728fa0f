/**
 * The requests to AWS among a function's calls: commands of SDK v3, methods of its aggregated clients and of v2, paginators,
 * waiters, and what libraries of AWS make of them. A command counts where it is made: what sends it may be anywhere.
 */
import { ANY, type CodeAnalysis, type CodeValue, type ExternalCall } from "../../../code/contract.ts";
import type { ApiCall, SeenCalls, UnseenCalls } from "./api-call.ts";
import { literalTexts } from "./code-values.ts";
import { callsOfLibrary, isQuiet, unseenLibrary } from "./libraries.ts";
import { clientOfModule, serviceOfClient } from "./services.ts";
import { polledBy } from "./waiters.ts";

interface Named {
  readonly module: string;
  readonly path: readonly string[];
}

interface Client {
  readonly client: string;
  readonly isDocument: boolean;
  /** v2 has methods of its own for signing, uploading and waiting. */
  readonly isOld: boolean;
}

/** What the document clients call the operations. */
const DOCUMENT: Readonly<Record<string, string>> = {
  BatchGet: "BatchGetItem",
  BatchWrite: "BatchWriteItem",
  Delete: "DeleteItem",
  Get: "GetItem",
  Put: "PutItem",
  TransactGet: "TransactGetItems",
  TransactWrite: "TransactWriteItems",
  Update: "UpdateItem",
};
const NO_OPERATION = new Set([
  "undefined",
  "abort",
  "bind",
  "createSet",
  "defineService",
  "destroy",
  "eachItem",
  "eachPage",
  "from",
  "makeUnauthenticatedRequest",
  "on",
  "promise",
  "setupRequestListeners",
  "then",
  "updateRegion",
  "toString",
  "use",
  "add",
]);
/** Classes of v2 that are no service. */
const NO_SERVICE = new Set([
  "",
  "Config",
  "Credentials",
  "CredentialProviderChain",
  "Endpoint",
  "HttpRequest",
  "Request",
  "Service",
  "Signers",
]);
const CAPTURE = /^capture(AWS|AWSClient|AWSv3Client)$/;

export function findCalls({ calls: all }: CodeAnalysis): SeenCalls {
  const calls: ApiCall[] = [];
  const unseen: UnseenCalls[] = [];
  for (const call of all) {
    if (call.kind === "set") continue;
    const found = callsAt(call, unseen);
    calls.push(...found);
    if (found.length === 0) unseen.push(...handedOn(call));
  }
  return { calls, unseen };
}

function callsAt(call: ExternalCall, unseen: UnseenCalls[]): readonly ApiCall[] {
  const named = namesOf(call.callee);
  if (call.kind === "new")
    return named.flatMap((one) => [...ofCommand(one, call, unseen), ...callsOfLibrary(one.module, one.path, call)]);
  const clients = call.receiver ? clientsOf(call.receiver) : [];
  if (clients.length > 0) return clients.flatMap((client) => ofMethod(client, call, unseen));
  return named.flatMap((one) => [...ofFunction(one, call), ...callsOfLibrary(one.module, one.path, call)]);
}

/** `new GetObjectCommand(input)`. */
function ofCommand({ module, path }: Named, call: ExternalCall, unseen: UnseenCalls[]): readonly ApiCall[] {
  const client = clientOfModule(module);
  const last = path.at(-1);
  if (client === undefined || last === undefined) return [];
  if (last === ANY) {
    unseen.push({
      ...placeOf(call),
      services: [serviceOfClient(client)],
      reason: `which command of ${module} is made is decided at run time`,
    });
    return [];
  }
  if (!last.endsWith("Command") || last === "Command" || last === "$Command") return [];
  const name = last.slice(0, -"Command".length);
  const operation = module.startsWith("@aws-sdk/lib-dynamodb") ? (DOCUMENT[name] ?? name) : name;
  return [{ client, operation, input: call.args[0], call }];
}

/** `client.send(command)`, `s3.getObject(params)`. */
function ofMethod(
  { client, isDocument, isOld }: Client,
  call: ExternalCall,
  unseen: UnseenCalls[],
): readonly ApiCall[] {
  const service = serviceOfClient(client);
  if (call.name === "send" && !isOld) {
    const reason = unsureCommand(call.args[0]);
    if (reason !== undefined) unseen.push({ ...placeOf(call), services: [service], reason });
    return [];
  }
  if (call.name === "" || call.name === ANY) {
    unseen.push({
      ...placeOf(call),
      services: [service],
      reason: `which method of the ${client} client is called is decided at run time`,
    });
    return [];
  }
  if (NO_OPERATION.has(call.name) || call.name.startsWith("middlewareStack")) return [];
  const [input] = call.args;
  if (isOld) {
    const special = oldMethods(client, call);
    if (special) return special;
  }
  const name = call.name.charAt(0).toUpperCase() + call.name.slice(1);
  return [{ client, operation: isDocument ? (DOCUMENT[name] ?? name) : name, input, call }];
}

function oldMethods(client: string, call: ExternalCall): readonly ApiCall[] | undefined {
  const [first, second] = call.args;
  switch (call.name) {
    case "upload":
    case "createPresignedPost":
      return client === "s3"
        ? callsOfLibrary("@aws-sdk/lib-storage", [call.name === "upload" ? "Upload" : "PresignedPost"], {
            ...call,
            args: first ? [first] : [],
          })
        : undefined;
    case "getSignedUrl":
    case "getSignedUrlPromise":
    case "makeRequest":
      return literalTexts(first).flatMap((text) => {
        if (text === undefined) return [];
        return [
          {
            client,
            operation: text.charAt(0).toUpperCase() + text.slice(1),
            input: second,
            call,
            ...(call.name === "makeRequest" ? {} : { how: "a URL is signed for it" }),
          },
        ];
      });
    case "waitFor":
      return literalTexts(first).flatMap((text) => (text === undefined ? [] : waited(client, text, second, call)));
    default:
      return undefined;
  }
}

/** `paginateQuery(config, input)`, `waitUntilObjectExists(config, input)`. */
function ofFunction({ module, path }: Named, call: ExternalCall): readonly ApiCall[] {
  const client = clientOfModule(module);
  const last = path.at(-1);
  if (client === undefined || last === undefined) return [];
  const [, kind, what = ""] = /^(paginate|waitUntil|waitFor)([A-Z]\w*)$/.exec(last) ?? [];
  if (kind === undefined) return [];
  if (kind === "paginate") return [{ client, operation: what, input: call.args[1], call, how: "page by page" }];
  return waited(client, what, call.args[1], call);
}

function waited(client: string, state: string, input: CodeValue | undefined, call: ExternalCall): readonly ApiCall[] {
  const isOfObject = client === "s3" && /^object/i.test(state);
  const asked = { client, operation: polledBy(client, state), input, call, how: `asked until ${state}` };
  // Without the right to list, S3 answers 403 for what is not there, and the wait ends in an error.
  return isOfObject ? [asked, { ...asked, operation: "HeadBucket" }] : [asked];
}

/** Why the argument of `send` may be a command that was not seen being made. */
function unsureCommand(command: CodeValue | undefined): string | undefined {
  if (command === undefined) return "what is sent is not known";
  switch (command.kind) {
    case "instance":
      return namesOf(command.of).length > 0 ? undefined : "the command's class is chosen at run time";
    case "choice":
      return command.options.map(unsureCommand).find((reason) => reason !== undefined);
    case "object":
      return command.base ? unsureCommand(command.base) : "what is sent is no command of the SDK";
    case "unknown":
      return `the command is not known: ${command.reason}`;
    case "input":
      return "the command comes with the event";
    default:
      return "the command is chosen at run time";
  }
}

/** A client that is given to code which is not followed may be asked for anything there. */
function handedOn(call: ExternalCall): readonly UnseenCalls[] {
  const named = namesOf(call.callee);
  const known = named.flatMap(({ module }) => unseenLibrary(module, call) ?? []);
  if (known.length > 0) return known;
  if (named.every(({ module }) => isQuiet(module))) return [];
  const clients = [...call.args, ...(call.restArgs ? [call.restArgs] : [])].flatMap((value) => clientsWithin(value, 2));
  const services = [...new Set(clients.map(({ client }) => serviceOfClient(client)))];
  if (services.length === 0) return [];
  const [{ module } = { module: "" }] = named;
  return [{ ...placeOf(call), services, reason: `what ${module} asks the client that it is given for is not seen` }];
}

function clientsWithin(value: CodeValue, depth: number): readonly Client[] {
  const own = clientsOf(value);
  if (own.length > 0 || depth === 0) return own;
  if (value.kind === "object" && value.isCycle !== true)
    return [...value.entries.values()].flatMap((one) => clientsWithin(one, depth - 1));
  return value.kind === "list" && value.isCycle !== true
    ? value.items.flatMap((one) => clientsWithin(one, depth - 1))
    : [];
}

/** The clients of the SDK that a value is, or may be. */
export function clientsOf(value: CodeValue): readonly Client[] {
  switch (value.kind) {
    case "choice":
      return value.options.flatMap(clientsOf);
    case "object":
      return value.base ? clientsOf(value.base) : [];
    case "instance":
      return value.path.length > 0 ? [] : namesOf(value.of).flatMap(clientOfClass);
    case "result": {
      if (value.path.length > 0) return [];
      const { callee, args, name } = value.call;
      const [first] = args;
      if (CAPTURE.test(name) && first) return clientsOf(first);
      return namesOf(callee).flatMap(({ module, path }): readonly Client[] =>
        module.startsWith("@aws-sdk/lib-dynamodb") && path.at(-1) === "from"
          ? [{ client: "dynamodb", isDocument: true, isOld: false }]
          : [],
      );
    }
    default:
      return [];
  }
}

function clientOfClass({ module, path }: Named): readonly Client[] {
  const last = path.at(-1) ?? "";
  const client = clientOfModule(module);
  if (client !== undefined) {
    if (last.endsWith("Command") || /(Exception|Error|Error\d+)$/.test(last)) return [];
    return [{ client, isDocument: module.startsWith("@aws-sdk/lib-dynamodb"), isOld: false }];
  }
  const own = /^aws-sdk\/clients\/([a-z0-9]+)$/.exec(module)?.[1];
  const [service = "", member] = own === undefined || own === "all" ? path : [own, ...path];
  if ((module !== "aws-sdk" && own === undefined) || NO_SERVICE.has(service)) return [];
  return service === "" || /^[a-z]/.test(service) !== (own !== undefined && own !== "all")
    ? []
    : [{ client: service.toLowerCase(), isDocument: member === "DocumentClient", isOld: true }];
}

/** What of which package is called: `import * as`, default imports and X-Ray's copies of v2 are one. */
function namesOf(callee: CodeValue): readonly Named[] {
  switch (callee.kind) {
    case "external":
      return [{ module: callee.module, path: callee.path[0] === "default" ? callee.path.slice(1) : callee.path }];
    case "choice":
      return callee.options.flatMap(namesOf);
    case "result": {
      const [first] = callee.call.args;
      if (!CAPTURE.test(callee.call.name) || first?.kind !== "external") return [];
      return namesOf({ ...first, path: [...first.path, ...callee.path] });
    }
    case "instance":
      return namesOf(callee.of).map(({ module, path }) => ({ module, path: [...path, ...callee.path] }));
    default:
      return [];
  }
}

function placeOf({ spot, stack }: ExternalCall): Pick<UnseenCalls, "spot" | "stack"> {
  return { spot, stack };
}
