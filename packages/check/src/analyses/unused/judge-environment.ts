/** Environment variables that no code reads, and those that code reads and nobody sets. */
import { GLOBAL, type CodeAnalysis, type CodeValue, type EnvironmentRead } from "../../code/contract.ts";
import { optionsOf } from "../../code/walk-value.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Finding } from "../../judge/finding.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";
import type { FileReader } from "../../readers/reading.ts";
import { variableIsRead, variableIsSet } from "./facts.ts";
import type { ReadFunction } from "./read-functions.ts";

/** What runtimes, extensions and tools read, whatever the code does. */
const READ_BY_OTHERS =
  /^(AWS_|LAMBDA_|POWERTOOLS_|NODE_|NPM_|DD_|OTEL_|OPENTELEMETRY_|SENTRY_|NEW_RELIC_|LUMIGO_|EPSAGON_|INSTANA_|DT_|RUST_|PYTHON|JAVA_|PARAMETERS_SECRETS_|SSM_|SECRETS_MANAGER_|PRISMA_|PG[A-Z]+$|PATH$|TZ$|LANG$|HOME$|DEBUG$|LOG_LEVEL$|LOG_FORMAT$|NO_PROXY$|HTTPS?_PROXY$|SERVICE_NAME$|SLS_|SERVERLESS_|_)/i;
/** What Lambda sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const SET_BY_LAMBDA =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_\w+|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|LANG|PATH|LD_LIBRARY_PATH|NODE_PATH|NODE_ENV|NODE_EXTRA_CA_CERTS|TZ|HOME|PWD|SHLVL|npm_\w+|JEST_\w+|VITEST\w*|CI|DEBUG|IS_OFFLINE|IS_LOCAL)$/;
const GAPS_THAT_HIDE = new Set(["effort", "dynamic"]);

export function judgeEnvironment(functions: readonly ReadFunction[], files: FileReader): readonly Finding[] {
  const read = functions.flatMap(({ fn, code }) => (code ? neverRead(fn, code, files) : []));
  return [...withoutShared(read), ...functions.flatMap(({ fn, code }) => (code ? neverSet(fn, code) : []))];
}

/** What is written once for all functions is read if one of them reads it, and is one finding if none does. */
function withoutShared(findings: readonly Finding[]): readonly Finding[] {
  const byPlace = Map.groupBy(findings, ({ position: { file, line, column }, kind }) =>
    kind === "unknown" ? "" : `${file}:${line}:${column}`,
  );
  return findings.filter((finding) => {
    const { file, line, column } = finding.position;
    const same = byPlace.get(`${file}:${line}:${column}`) ?? [];
    return finding.kind !== "fail" || (same.every(({ kind }) => kind === "fail") && same[0] === finding);
  });
}

function neverRead(fn: Resource, code: CodeAnalysis, files: FileReader): readonly Finding[] {
  const variables = fn.at("Environment.Variables");
  const names = new Set(code.environment.flatMap(({ name }) => name ?? []));
  const doubt = doubtOf(fn, code);
  const words = packageWords(code);
  const texts = code.files.map((file) => files.read(file) ?? "");
  return variables.entries().flatMap(([name, value]): readonly Finding[] => {
    if (value.isAbsent || READ_BY_OTHERS.test(name) || isForPackage(name, words)) return [];
    const about = { rule: variableIsRead, resource: fn, position: positionOf(value.spot) };
    if (names.has(name)) return [{ ...about, kind: "pass", because: `the code reads ${name}` }];
    // Libraries of settings are told the name as a text.
    if (texts.some((text) => namesWord(text, name)))
      return [{ ...about, kind: "pass", because: `the code names ${name}` }];
    if (doubt) {
      const because = `whether ${name} is read is not known, as ${doubt.because}`;
      return [{ ...about, kind: "unknown", because, position: positionOf(doubt.spot) }];
    }
    const because = `no file of ${code.files[0] ?? "the function"} and what it imports reads ${name}`;
    return [{ ...about, kind: "fail", because }];
  });
}

/** Why a variable may be read though it was not seen. */
function doubtOf(fn: Resource, code: CodeAnalysis): { readonly because: string; readonly spot: Spot } | undefined {
  const handedOn = handsOn(code);
  if (handedOn) return { because: "all of the environment is handed on", spot: handedOn };
  const gap = code.gaps.find(
    ({ kind, spot }) => GAPS_THAT_HIDE.has(kind) || (kind === "module" && code.files.includes(spot.source.file)),
  );
  if (gap) return { because: gap.reason, spot: gap.spot };
  const layer = foreignLayer(fn);
  return layer && { because: "a layer from elsewhere runs beside the code", spot: layer };
}

/** A layer that is none of the template's own may read and set variables. */
function foreignLayer(fn: Resource): Spot | undefined {
  const layers = fn.at("Layers");
  return layers.isUnknown ? layers.spot : layers.items().find((layer) => layer.references().size === 0)?.spot;
}

/** The words that the names of imported packages are made of. */
function packageWords({ imports }: CodeAnalysis): ReadonlySet<string> {
  return new Set(
    imports.flatMap(({ kind, target }) =>
      kind === "package" && !/^@(aws-sdk|smithy)\//.test(target) ? target.toLowerCase().split(/[^a-z0-9]+/) : [],
    ),
  );
}

/** A library reads what is called after it, as STRIPE_KEY; those for databases read DATABASE_URL. */
function isForPackage(name: string, words: ReadonlySet<string>): boolean {
  const [word = ""] = name.toLowerCase().split("_");
  return (word.length > 2 && words.has(word)) || (word === "database" && DATABASES.some((one) => words.has(one)));
}
const DATABASES = ["prisma", "knex", "typeorm", "sequelize", "drizzle", "pg", "postgres", "mysql", "mysql2"];

function namesWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? " ") && !/\w/.test(text[at + name.length] ?? " ")) return true;
  }
  return false;
}

/** Only reads that stand there plainly, run, and have nothing to fall back on. */
function neverSet(fn: Resource, code: CodeAnalysis): readonly Finding[] {
  const variables = fn.at("Environment.Variables");
  const set = new Set(variables.entries().map(([name]) => name));
  const isOpen =
    variables.isUnknown ||
    (variables.value.kind === "map" && variables.value.open !== undefined) ||
    fn.at("Environment").isUnknown ||
    foreignLayer(fn) !== undefined;
  const written = new Set(
    code.calls.flatMap(({ kind, callee }) =>
      kind === "set" && callee.kind === "external" && callee.path[0] === "process" ? [callee.path.at(-1) ?? ""] : [],
    ),
  );
  const seen = new Set<string>();
  return code.environment.flatMap((read): readonly Finding[] => {
    const { name, isReached, spot } = read;
    if (name === undefined || !isReached || seen.has(name) || SET_BY_LAMBDA.test(name) || written.has(name)) return [];
    const about = { rule: variableIsSet, resource: fn, position: positionOf(spot) };
    if (set.has(name)) {
      seen.add(name);
      return [{ ...about, kind: "pass", because: `the template sets ${name}` }];
    }
    if (!isBare(read)) return [];
    seen.add(name);
    if (isOpen)
      return [{ ...about, kind: "unknown", because: `whether ${name} is set is not known before deployment` }];
    return [{ ...about, kind: "fail", because: `the code reads process.env.${name}, which the template does not set` }];
  });
}

/** Where all of `process.env` goes to something that may read anything of it. */
function handsOn({ environment, calls }: CodeAnalysis): Spot | undefined {
  const unnamed = environment.find(({ name }) => name === undefined);
  if (unnamed) return unnamed.spot;
  const isWhole = (value: CodeValue): boolean =>
    value.kind === "external" && value.module === GLOBAL && value.path.join(".") === "process.env";
  return calls.find(({ args }) => args.some((arg) => optionsOf(arg).some(isWhole)))?.spot;
}

/** Whether nothing around the read deals with its being undefined. */
function isBare({ spot: { source, offset } }: EnvironmentRead): boolean {
  const [lead] = /process\.env(?:\.|\[\s*["']?)?$/.exec(source.text.slice(Math.max(0, offset - 24), offset)) ?? [""];
  const start = offset - lead.length;
  const rest = source.text.slice(start, start + 240);
  const [whole] = /^process\.env(?:\.\w+|\[\s*["']\w+["']\s*\])/.exec(rest) ?? [];
  if (whole === undefined) return false;
  const before = source.text.slice(Math.max(0, start - 60), start);
  const isAsked = /(!|typeof\s+|\bif\s*\(\s*|\bdelete\s+|&&\s*|\bBoolean\(\s*|\?\s*)$/.test(before);
  return !isAsked && !/^\s*(\)\s*)*(\?\?|\|\||&&|\?[^.]|\?\.|[=!]==?|=[^=>])/.test(rest.slice(whole.length));
}
