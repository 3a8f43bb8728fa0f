/**
 * What a call of a library does to PHI that it is given: takes it away, hands it on, or nobody knows. Each row is a package
 * (or built-in module) with the members that it is about, the first that fits holds.
 */
import type { ExternalCall } from "../../code/contract.ts";
import { lineagesOf, packageOf, type Lineage } from "./lineage.ts";

/**
 * `removes`: what comes out says nothing of what went in. `hashes`: a digest without a key, which gives back what is short.
 * `selects`: the fields that it is told, `drops`: all but those. `answers`: what comes out comes from elsewhere.
 */
export type Effect = "removes" | "hands-on" | "hashes" | "selects" | "drops" | "answers" | "unknown";

type Row = readonly [packages: RegExp, members: RegExp | undefined, effect: Effect];

const ROWS: readonly Row[] = [
  // Ward's own parser of HL7 version 2
  [/^@ward\/(?:sdk|core)\/hl7$/, undefined, "hands-on"],
  // Ciphers, keyed hashes and slow salted ones
  [
    /^node:crypto$/,
    /createHmac|createCipher|publicEncrypt|privateEncrypt|scrypt|pbkdf2|hkdf|random|createSign|createVerify|timingSafeEqual|subtle\.(?:encrypt|sign|verify|wrapKey)|generateKey/,
    "removes",
  ],
  [
    /^\(global\)$/,
    /^(?:crypto|globalThis\.crypto)\.(?:random\w+|getRandomValues|subtle\.(?:encrypt|sign|verify|wrapKey))/,
    "removes",
  ],
  [/^node:crypto$|^\(global\)$/, /createHash|subtle\.digest|(?:^|\.)hash$/, "hashes"],
  [/^crypto-js$/, /Hmac|encrypt|PBKDF2|random/, "removes"],
  [/^crypto-js$/, /MD5|SHA|RIPEMD/i, "hashes"],
  [
    /^(?:md5|sha1|sha256|js-sha\d+|object-hash|hash-sum|hash\.js|xxhash\w*|murmurhash\w*|crc|@noble\/hashes|blakejs|spark-md5)$/,
    /hmac/i,
    "removes",
  ],
  [
    /^(?:md5|sha1|sha256|js-sha\d+|object-hash|hash-sum|hash\.js|xxhash\w*|murmurhash\w*|crc|@noble\/hashes|blakejs|spark-md5)$/,
    undefined,
    "hashes",
  ],
  [
    /^(?:bcrypt|bcryptjs|argon2|@node-rs\/(?:bcrypt|argon2)|tweetnacl|libsodium-wrappers|sodium-native|@aws-crypto\/[\w-]+|openpgp|cryptr|@47ng\/cloak)$/,
    /^(?!.*(?:decrypt|open$)).*$/i,
    "removes",
  ],
  [/^jose$/, /Encrypt/, "removes"],
  // Redaction and tokens
  [
    /^(?:fast-redact|slow-redact|@pinojs\/redact|deep-redact|@hackylabs\/deep-redact|redact-pii|@redactpii\/node|redactyl\.js|redact-secrets|redact-object|mask-json|maskdata|mask-sensitive-data|mask-deep|data-mask|object-mask|@zapier\/secret-scrubber|@zuplo\/[\w-]*mask\w*|scrubr|pii-filter|hide-secrets|cloak|tokenizer|@skyflow\/[\w-]+|skyflow-node|@basis-theory\/[\w-]+|@evervault\/[\w-]+|verygoodsecurity|@aws-lambda-powertools\/(?:data-masking|commons\/masking))$/,
    undefined,
    "removes",
  ],
  // Ids that are made up
  [/^uuid$/, /v[35]$/, "hashes"],
  [
    /^(?:uuid|nanoid|ulid|ulidx|ksuid|cuid|@paralleldrive\/cuid2|bson-objectid|short-uuid|shortid|crypto-random-string|@faker-js\/faker)$/,
    undefined,
    "removes",
  ],
  // Tests and counts
  [
    /^(?:lodash(?:\.\w+|-es)?|underscore|ramda|radash|remeda|es-toolkit)$/,
    /(?:^|\.)(?:is[A-Z]\w*|has|hasIn|size|isEmpty|keys|every|some|includes|countBy|findIndex|indexOf|eq|gt|lt|length|equals)$/,
    "removes",
  ],
  [/^lodash\.(?:is\w+|has|size|keys)$|^lodash(?:-es)?\/(?:is\w+|has|size|keys)$/, undefined, "removes"],
  [
    /^(?:lodash(?:-es)?|underscore|ramda|radash|remeda|es-toolkit|just-pick|object\.pick)$|^lodash\.pick$/,
    /(?:^|\.)pick(?:By|All)?$/,
    "selects",
  ],
  [/^(?:lodash\.pick|just-pick|object\.pick)$/, undefined, "selects"],
  [
    /^(?:lodash(?:-es)?|underscore|ramda|radash|remeda|es-toolkit|just-omit|object\.omit)$|^lodash\.omit$/,
    /(?:^|\.)omit(?:By)?$/,
    "drops",
  ],
  [/^(?:lodash\.omit|just-omit|object\.omit)$/, undefined, "drops"],
  [
    /^(?:validator|is|is-what|type-is|content-type|ajv|ajv-formats|jsonschema|@hyperjump\/json-schema|is-valid-\w+|deep-equal|fast-deep-equal|semver)$/,
    undefined,
    "removes",
  ],
  // What hands on: parsers, checkers that give back what they checked, formats, collections, streams
  [
    /^(?:http-errors|@hapi\/boom|verror|@middy\/util|hono|fastify|koa|express|lambda-api|itty-router|zod|yup|joi|@hapi\/joi|superstruct|valibot|io-ts|runtypes|arktype|@sinclair\/typebox|@effect\/schema|effect|class-transformer|class-validator|typia|myzod|fp-ts|neverthrow|@aws-lambda-powertools\/parser|@middy\/[\w-]+)$/,
    undefined,
    "hands-on",
  ],
  [
    /^(?:lodash(?:\.\w+|-es)?|underscore|ramda|radash|remeda|es-toolkit|immer|immutable|just-\w+|deepmerge|defu|camelcase-keys|snakecase-keys|change-case|humps|flat|object-path|dot-prop|rfdc|clone|clone-deep|fast-copy|klona|traverse|p-map|p-limit|p-all|p-queue|p-retry|async|bluebird|rxjs|iter-tools|it-\w+|mnemonist)$/,
    undefined,
    "hands-on",
  ],
  [
    /^(?:xml2js|fast-xml-parser|xml-js|@xmldom\/xmldom|xmlbuilder2?|csv-parse|csv-parser|csv-stringify|papaparse|fast-csv|yaml|js-yaml|json5|qs|querystring|query-string|superjson|devalue|flatted|safe-stable-stringify|fast-json-stable-stringify|json-stringify-safe|json-bigint|msgpackr|@msgpack\/msgpack|protobufjs|avsc|cbor|iconv-lite|he|html-entities|html-to-text|marked|handlebars|mustache|ejs|nunjucks|eta|pdfkit|pdf-lib|pdf-parse|pdfmake|exceljs|xlsx|mammoth|sharp|jszip|archiver|yazl|yauzl|raw-body|get-stream|into-stream|concat-stream|busboy|lambda-multipart-parser|parse-multipart-data|formidable|multer|cookie|jsonpath|jsonpath-plus|jmespath|@jmespath-community\/jmespath|jsonata|jsonwebtoken|jose|base64-js|base64url|buffer|string-strip-html|slugify|pluralize|date-fns|date-fns-tz|dayjs|luxon|moment|moment-timezone|libphonenumber-js|uri-js|url-join|url-template|mime|mime-types|nodemailer-\w+)$/,
    undefined,
    "hands-on",
  ],
  [/^@aws-sdk\/util-dynamodb$|^@smithy\/util-|^@aws-sdk\/util-utf8/, undefined, "hands-on"],
  [
    /^node:(?:buffer|util|querystring|url|zlib|stream(?:\/[\w]+)?|string_decoder|events|path|timers(?:\/promises)?|async_hooks|assert|v8|readline)$/,
    undefined,
    "hands-on",
  ],
  [/^node:/, undefined, "answers"],
  [
    /^\(global\)$/,
    /^(?:fetch|globalThis\.fetch|XMLHttpRequest|setTimeout|setInterval|setImmediate|queueMicrotask|process|console|performance|WebSocket|EventSource|navigator)\b/,
    "answers",
  ],
  [/^\(global\)$/, undefined, "hands-on"],
  // Packages that answer from elsewhere
  [
    /^(?:@aws-sdk\/.*|aws-sdk|aws-xray-sdk(?:-core)?|axios|got|ky|ofetch|node-fetch|cross-fetch|undici|superagent|needle|request|request-promise(?:-native)?|phin|bent|graphql-request|@apollo\/client|pg|pg-promise|postgres|mysql2?|mariadb|mssql|oracledb|knex|sequelize|typeorm|@prisma\/client|drizzle-orm|mongodb|mongoose|redis|ioredis|@upstash\/.*|dynamoose|electrodb|dynamodb-toolbox|@shelf\/.*|@aws-lambda-powertools\/.*|@middy\/.*|pino|winston|bunyan|@sentry\/.*|@opentelemetry\/.*|dd-trace|datadog-lambda-js|openai|@anthropic-ai\/.*|stripe|twilio|@sendgrid\/.*|nodemailer|@slack\/.*|@ward\/sdk|ssh2-sftp-client|ssh2|ldapjs)$/,
    undefined,
    "answers",
  ],
];

const SANITIZER_NAME =
  /^(?:redact|mask|scrub|deidentif|de_identif|anonymi[sz]e|pseudonymi[sz]e|tokeni[sz]e|encrypt|hmac|obfuscate|(?:strip|remove|without|hide|omit|filter|clean)(?:Phi|Pii|Sensitive)|safe(?:Harbor|Metadata)|(?:to|make)(?:Safe|Loggable)|saniti[sz]e(?:$|d?(?:Phi|Pii|ForLog\w*|Logs?|Log\w+|Data|Meta\w*|Fields?|Payload|Patient|Context|Event|Body|Object|Error|Record)$))/i;

/** Whether a function that is called so is meant to take PHI away. */
export function isSanitizerName(name: string): boolean {
  return SANITIZER_NAME.test(name) && !/mask(?:edFields|Config|Options)$/i.test(name);
}

const known = new WeakMap<ExternalCall, Effect>();

export function effectOf(call: ExternalCall): Effect {
  let effect = known.get(call);
  if (!effect) known.set(call, (effect = findEffect(call)));
  return effect;
}

function findEffect(call: ExternalCall): Effect {
  if (isSanitizerName(call.name)) return "removes";
  const effects = lineagesOf(call.callee).map(effectOfLineage);
  // Of several things that a callee may be, the one that lets through most decides.
  return effects.toSorted((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))[0] ?? "unknown";
}

const ORDER: readonly Effect[] = ["hands-on", "hashes", "unknown", "drops", "selects", "answers", "removes"];

function effectOfLineage({ module, members }: Lineage): Effect {
  const name = packageOf(module);
  const whole = members.join(".");
  const row = ROWS.find(
    ([packages, about]) => (packages.test(name) || packages.test(module)) && (about?.test(whole) ?? true),
  );
  return row?.[2] ?? "unknown";
}
