/**
 * Waivers as people write them: in a register of the repository, in a comment above or in the resource, or in the
 * resource's metadata where the format has no comments.
 *
 *     # ward:allow bucket-has-object-lock reason="uploads are copies" owner=dana@clinic.example expires=2027-01-31
 */
import { rawAt, rawToPlain } from "../source/raw-node.ts";
import { parseText } from "../source/parse-text.ts";
import { toPlain } from "../graph/plain-value.ts";
import { positionOf, type Position, type SourceText } from "../source/source-text.ts";
import { isPseudoType, type Resource } from "../graph/resource.ts";
import type { JudgedUnit } from "../analyses/analysis.ts";
import type { Finding } from "../judge/finding.ts";
import type { Unit } from "../readers/read-unit.ts";
import { makeWaiver, type Waiver } from "./waiver.ts";

export interface ReadWaivers {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly { readonly position: Position; readonly message: string }[];
}

const COMMENT = /^\s*(?:#|\/\/)\s*ward:allow\s+(.*)$/;
/** In code it may also stand behind what it is about. */
const COMMENT_ANYWHERE = /(?:#|\/\/|\/\*|<!--|--)\s*ward:allow\s+(.*?)\s*(?:\*\/|-->)?$/;
const FIELD = /(\w+)=(?:"([^"]*)"|'([^']*)'|(\S+))/g;

/** `compliance/waivers.yaml`: `waivers: [{ rule, resource, file, reason, owner, expires }]`. */
export function readRegister(file: string, text: string): ReadWaivers {
  const [document] = parseText(file, text);
  const problems = (document?.problems ?? []).map(({ spot, message }) => ({ position: positionOf(spot), message }));
  const listed = document && rawAt(document.root, "waivers");
  if (!document || listed?.kind !== "list") {
    if (document?.root && problems.length === 0) {
      problems.push({ position: document.source.positionAt(0), message: "a list `waivers:` was expected" });
    }
    return { waivers: [], problems };
  }
  const waivers: Waiver[] = [];
  for (const item of listed.items) {
    const position = document.source.positionAt(item.offset);
    const plain = rawToPlain(item);
    const made = makeWaiver(isRecord(plain) ? plain : {}, `${file}:${position.line}`);
    if (typeof made === "string") problems.push({ position, message: made });
    else waivers.push(made);
  }
  return { waivers, problems };
}

/** What the inputs themselves say, in comments and metadata. */
export function readInlineWaivers({ unit, findings }: JudgedUnit): ReadWaivers {
  const waivers: Waiver[] = [];
  const problems: { position: Position; message: string }[] = [];
  const take = (made: Waiver | string, position: Position): void => {
    if (typeof made === "string") problems.push({ position, message: made });
    else waivers.push(made);
  };
  for (const [source, resources] of bySource(unit.graph.resources)) {
    for (const [line, text] of commentsIn(source)) {
      const position = { file: source.file, line, column: 1 };
      const resource = resourceAt(resources, line, source);
      take(
        makeWaiver(fieldsOf(text), `${source.file}:${line}`, { resource: resource?.id ?? "*", file: source.file }),
        position,
      );
    }
  }
  for (const [source, own] of sourcesOfFindings(unit, findings)) {
    for (const [line, text] of commentsIn(source, COMMENT_ANYWHERE)) {
      const place = `${source.file}:${line}`;
      for (const id of subjectsAt(own, line, source)) {
        take(makeWaiver(fieldsOf(text), place, { resource: id, file: source.file }), {
          file: source.file,
          line,
          column: 1,
        });
      }
    }
  }
  for (const resource of unit.graph.resources) {
    if (resource.madeFor !== undefined) continue;
    for (const written of resource.attribute("Metadata.ward.allow").items()) {
      const position = positionOf(written.spot);
      const plain = toPlain(written.value);
      take(
        makeWaiver(isRecord(plain) ? plain : {}, `${position.file}:${position.line}`, {
          resource: resource.id,
          file: position.file,
        }),
        position,
      );
    }
  }
  return { waivers, problems };
}

function commentsIn(source: SourceText, comment = COMMENT): readonly (readonly [line: number, text: string])[] {
  // Most files have none; looking line by line is for those that do.
  if (!source.text.includes("ward:allow")) return [];
  return source.text.split("\n").flatMap((text, index) => {
    const found = comment.exec(text.replace(/\r$/, ""));
    return found ? [[index + 1, found[1] ?? ""] as const] : [];
  });
}

/** Sources that findings are about and that hold no resources: code, and other files. */
function sourcesOfFindings(unit: Unit, findings: readonly Finding[]): ReadonlyMap<SourceText, readonly Finding[]> {
  const templates = new Set(unit.graph.resources.map(({ spot }) => spot.source.file));
  const failures = findings.filter(
    ({ kind, resource }) => kind === "fail" && !templates.has(resource.spot.source.file),
  );
  return Map.groupBy(failures, ({ resource }) => resource.spot.source);
}

/** What stands on the comment's own line or on the first one below that is no comment. None: the comment covers nothing. */
function subjectsAt(findings: readonly Finding[], line: number, source: SourceText): readonly string[] {
  let below = line + 1;
  while (below <= source.lineCount && /^\s*(#|\/\/|\/\*|<!--|--)/.test(source.lineText(below))) below++;
  const at = (wanted: number) =>
    findings.filter(({ position }) => position.file === source.file && position.line === wanted);
  const found = [...at(line), ...at(below)];
  return found.length === 0 ? ["(nothing stands below)"] : [...new Set(found.map(({ resource }) => resource.id))];
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = { rule: text.split(/\s+/)[0] ?? "" };
  for (const [, name = "", double, single, bare] of text.matchAll(FIELD)) fields[name] = double ?? single ?? bare ?? "";
  return fields;
}

/** The resource that begins right below the comments, or else the one that they stand in. */
function resourceAt(resources: readonly Resource[], line: number, source: SourceText): Resource | undefined {
  let below = line + 1;
  while (below <= source.lineCount && /^\s*(#|\/\/)/.test(source.lineText(below))) below++;
  const starts = resources.map((resource) => ({ resource, start: positionOf(resource.spot).line }));
  return (
    starts.find(({ start }) => start === below)?.resource ??
    starts.filter(({ start }) => start <= line).toSorted((one, other) => other.start - one.start)[0]?.resource
  );
}

function bySource(resources: readonly Resource[]): ReadonlyMap<SourceText, readonly Resource[]> {
  const found = new Map<SourceText, Resource[]>();
  for (const resource of resources) {
    const same = found.get(resource.spot.source);
    // What a transform made lies where its author's resource lies, which stands for both.
    if (!same) found.set(resource.spot.source, isPseudoType(resource.type) ? [] : [resource]);
    else if (resource.madeFor === undefined && !isPseudoType(resource.type)) same.push(resource);
  }
  return found;
}

function isRecord(plain: unknown): plain is Readonly<Record<string, unknown>> {
  return typeof plain === "object" && plain !== null && !Array.isArray(plain);
}
