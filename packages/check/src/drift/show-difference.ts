/**
 * A difference in words. INVARIANT: what may be a secret or of a patient is never shown: only numbers, switches, names of
 * AWS's own vocabulary, ARNs and short plain words are; of the rest it is said that it differs.
 */
import { looksLikeCredential } from "../graph/credential-shape.ts";
import { showValue } from "../graph/show-value.ts";
import type { Value } from "../graph/value.ts";
import { positionOf } from "../source/source-text.ts";
import type { Difference } from "./relation.ts";
import { isNothing, itemsOf, lookUp, textAt } from "./live-value.ts";

const TEXT_MAX = 64;
/** Paths whose values are data of the author's own. */
const DATA_PATH =
  /(^|\.)(Variables|Environment|\w*Description|DisplayName|UserData|Parameters|Default|Body|Comment|Input)\b/;
const PLAIN = /^[A-Za-z][A-Za-z0-9_.:/*+=-]*$|^\*$/;
const DATA_SHAPE = /\d{3}-\d{2}-\d{4}|\d{6,}|@|\b(mrn|ssn|patient|dob)\b|\b(19|20)\d\d-\d\d-\d\d\b/i;

export function describeDifference(difference: Difference, who: string, hidden: ReadonlySet<string>): string {
  const { path, expected, actual, byDefault } = difference;
  const shown = (value: Value): string => show(value, path, hidden);
  const place = placeOf(actual);
  if (/(^|\.)Statement$/.test(path)) {
    return isNothing(expected)
      ? `${path} has ${statement(actual, hidden)}, which ${who} does not${place}`
      : `${path} lacks ${statement(expected, hidden)}, which ${who} has`;
  }
  if (isNothing(actual)) return `${path} is not set in the account; ${who} says ${shown(expected)}`;
  if (byDefault !== undefined) {
    return `${path} is ${shown(actual)} in the account${place}; ${who} does not set it, and AWS's default is ${JSON.stringify(byDefault)}`;
  }
  if (isNothing(expected)) {
    return itemsOf(actual).length > 0 && actual.kind === "map"
      ? `${path} has ${shown(actual)} in the account${place}, which ${who} does not`
      : `${path} is ${shown(actual)} in the account${place}; ${who} does not set it`;
  }
  const [one, other] = [shown(actual), shown(expected)];
  return one === other
    ? `${path} is another in the account${place} than ${who} says`
    : `${path} is ${one} in the account${place}; ${who} says ${other}`;
}

function placeOf(actual: Value): string {
  const { file, line } = positionOf(actual.spot);
  return file === "" || isNothing(actual) ? "" : ` (${file}:${line})`;
}

function show(value: Value, path: string, hidden: ReadonlySet<string>): string {
  const rule = value.kind === "map" ? securityRule(value) : undefined;
  if (rule !== undefined) return rule;
  if (value.kind === "list") {
    const items = value.items.slice(0, 3).map((item) => show(item, path, hidden));
    return value.items.length === 0 ? "an empty list" : `[${items.join(", ")}${value.items.length > 3 ? ", …" : ""}]`;
  }
  if (value.kind === "text") return DATA_PATH.test(path) ? "a text" : showValue(value, path);
  if (value.kind !== "scalar" || typeof value.value !== "string") return showValue(value, path);
  return isShowable(value.value, path, hidden) ? showValue(value, path) : "a value that is not shown";
}

function isShowable(text: string, path: string, hidden: ReadonlySet<string>): boolean {
  if (hidden.has(text) || looksLikeCredential(text)) return false;
  if (/^(true|false|-?\d{1,9}(\.\d+)?)$/i.test(text)) return true;
  if (DATA_PATH.test(path)) return false;
  if (/^arn:[\w-]*:[\w-]+:/.test(text))
    return !DATA_SHAPE.test(text.split(":").slice(5).join(":").replaceAll(UUID, ""));
  if (/^[\d.]+\/\d+$|^[0-9a-f:]+\/\d+$/i.test(text)) return true;
  return (
    text.length <= TEXT_MAX && PLAIN.test(text) && !DATA_SHAPE.test(text.replaceAll(UUID, "").replaceAll(AWS_ID, ""))
  );
}
const UUID = /(mrk-)?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/gi;
const AWS_ID = /\b(sg|subnet|vpc|vpce|fs|pl|eni|igw|key|rtb|acl)-[0-9a-f]{8,17}\b/g;

/** `Allow s3:GetObject on arn:aws:s3:::records/* to AWS *`. */
function statement(atom: Value, hidden: ReadonlySet<string>): string {
  const said = (key: string): string | undefined => {
    const found = lookUp(atom, key);
    return found && show(found, key, hidden).replaceAll('"', "");
  };
  const principal = lookUp(atom, "Principal");
  const who =
    principal?.kind === "map"
      ? [...principal.entries]
          .map(([type, one]) => `${type} ${show(one, "Principal", hidden).replaceAll('"', "")}`)
          .join(", ")
      : undefined;
  const parts = [
    said("Effect") ?? "a statement",
    said("Action") ?? (lookUp(atom, "NotAction") ? "everything but some actions" : undefined),
    prefixed("on", said("Resource")),
    prefixed("to", who),
    lookUp(atom, "Condition") ? "under a condition" : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}

function prefixed(word: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${word} ${text}`;
}

/** `tcp 22 from 0.0.0.0/0`. */
function securityRule(rule: Value): string | undefined {
  const protocol = textAt(rule, "IpProtocol");
  if (protocol === undefined) return undefined;
  const [from, to] = [textAt(rule, "FromPort"), textAt(rule, "ToPort")];
  const ports = from === undefined ? "" : from === to ? ` ${from}` : ` ${from} to ${to ?? from}`;
  const peer = ["CidrIp", "CidrIpv6", "PeerSecurityGroupId", "PeerPrefixListId"].flatMap(
    (key) => textAt(rule, key) ?? [],
  );
  return `${protocol === "-1" ? "all traffic" : protocol}${ports}${peer.length > 0 ? ` for ${peer.join(", ")}` : ""}`;
}
