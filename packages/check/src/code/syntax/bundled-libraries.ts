/**
 * Well-known libraries inside a minified bundle, whose code is long and asks AWS for nothing that their callers don't say.
 * A minifier renames what is declared and keeps what is exported and the methods of classes. INVARIANT: a name is entered
 * only where several of those say what it is.
 */
import type { BundledName } from "../evaluate/module-code.ts";
import type { Outline } from "./outline.ts";

interface Signature {
  readonly module: string;
  readonly path: readonly string[];
  readonly says: readonly string[];
}

const CLASSES: readonly Signature[] = [
  {
    module: "@aws-lambda-powertools/logger",
    path: ["Logger"],
    says: ["appendPersistentKeys(", "createAndPopulateLogItem("],
  },
  {
    module: "@aws-lambda-powertools/tracer",
    path: ["Tracer"],
    says: ["annotateColdStart(", "captureAWSv3Client("],
  },
  {
    module: "@aws-lambda-powertools/metrics",
    path: ["Metrics"],
    says: ["publishStoredMetrics(", "serializeMetrics("],
  },
  {
    module: "@aws-lambda-powertools/idempotency/dynamodb",
    path: ["DynamoDBPersistenceLayer"],
    says: ["inProgressExpiryAttr", "validationKeyAttr", "attribute_not_exists("],
  },
];

const MODULES: readonly Signature[] = [
  { module: "yaml", path: [], says: [".parseAllDocuments=", ".YAMLMap=", ".visitAsync="] },
  { module: "aws-xray-sdk-core", path: [], says: ["captureAWSv3Client:", "setContextMissingStrategy:"] },
];

const CLASS = /^(?:([\w$]+)\s*=\s*class\b|class\s+([\w$]+))/;

/** Names at the top of a bundle that are a library's classes. */
export function bundledClasses(text: string, outline: Outline): ReadonlyMap<string, BundledName> {
  const names = new Map<string, BundledName>();
  const present = CLASSES.filter(({ says }) => says.every((one) => text.includes(one)));
  if (present.length === 0) return names;
  for (const part of outline.parts) {
    if (part.kind === "expression" || part.isOpen) continue;
    const piece = outline.text(part);
    const start = CLASS.exec(piece.slice(0, 200));
    const found = start && present.find(({ says }) => says.every((one) => piece.includes(one)));
    if (found) names.set(start[1] ?? start[2] ?? "", { module: found.module, path: found.path, isRequire: false });
  }
  return names;
}

/** The package that the body of a CommonJS wrapper is; undefined where nothing says so. */
export function bundledModule(wrapper: string): string | undefined {
  return MODULES.find(({ says }) => says.every((one) => wrapper.includes(one)))?.module;
}
