/**
 * Names of packages that everyone uses, by their downloads at the registry and by what health software requires most: the
 * names that a slip is likely to be of. A snapshot of 2026; a name that is missing makes the check blind to slips of it.
 */

export const WELL_KNOWN_NAMES: ReadonlySet<string> = new Set(
  `
abbrev accepts acorn acorn-jsx acorn-walk agent-base ajv-formats ajv-keywords amqplib angular ansi-escapes
ansi-regex ansi-styles antd anymatch apollo-server argparse aria-query array-buffer-byte-length array-flatten
array-includes array-union array.prototype.flat array.prototype.flatmap arraybuffer.prototype.slice async
asynckit autoprefixer available-typed-arrays aws-cdk-lib aws-sdk axios babel-cli babel-jest
babel-plugin-istanbul babel-plugin-jest-hoist babel-preset-jest balanced-match base64-js
baseline-browser-mapping bcrypt bcryptjs better-sqlite3 binary-extensions bn.js body-parser bootstrap
brace-expansion braces browserslist buffer buffer-from busboy bytes call-bind call-bind-apply-helpers call-bound
callsites camelcase caniuse-lite chai chalk chart.js cheerio chokidar chownr ci-info cjs-module-lexer classnames
cli-cursor cli-spinners cli-width cliui clone clsx color-convert color-name colorette colors combined-stream
commander compressible compression concat-map concurrently constructs content-disposition content-type
convert-source-map cookie cookie-parser cookie-signature core-js core-util-is cors cosmiconfig cross-env
cross-fetch cross-spawn css-select css-tree css-what cssesc cssom cssstyle csstype cypress data-uri-to-buffer
data-urls data-view-buffer data-view-byte-length data-view-byte-offset date-fns dayjs debug decamelize
decimal.js dedent deep-extend deep-is deepmerge define-data-property define-lazy-prop define-properties
define-property delayed-stream depd destroy detect-libc diff diff-sequences dir-glob discord.js doctrine
dom-accessibility-api dom-serializer domelementtype domhandler domutils dotenv dunder-proto eastasianwidth
ee-first electron electron-to-chromium emoji-regex encodeurl end-of-stream enhanced-resolve entities error-ex
es-abstract es-define-property es-errors es-module-lexer es-object-atoms es-set-tostringtag es-shim-unscopables
es-to-primitive esbuild escalade escape-html escape-string-regexp escodegen eslint eslint-plugin-react-hooks
eslint-scope eslint-visitor-keys espree esprima esquery esrecurse estraverse estree-walker esutils etag ethers
eventemitter3 events execa expect express extend extend-shallow fast-deep-equal fast-glob
fast-json-stable-stringify fast-levenshtein fast-uri fast-xml-parser fastify fastq fdir fhir fhirclient fhirpath
figures file-entry-cache fill-range finalhandler find-up firebase firebase-admin flat-cache flatted
follow-redirects for-each foreground-child forever form-data formidable formik forwarded fresh fs-extra
fs-minipass fs.realpath function-bind function.prototype.name functions-have-names gatsby gensync
get-caller-file get-intrinsic get-proto get-stream get-symbol-description get-tsconfig glob glob-parent globals
globalthis globby gopd graceful-fs graphql grunt gulp handlebars has-bigints has-flag has-property-descriptors
has-proto has-symbols has-tostringtag hasown helmet hosted-git-info html-encoding-sniffer html-escaper
htmlparser2 http-errors http-proxy-agent https-proxy-agent human-signals husky iconv-lite ieee754 ignore immer
import-fresh imurmurhash indent-string inflight inherits inquirer internal-slot ioredis ip-address ipaddr.js
is-array-buffer is-arrayish is-async-function is-bigint is-binary-path is-boolean-object is-callable
is-core-module is-data-view is-date-object is-descriptor is-docker is-extendable is-extglob
is-finalizationregistry is-fullwidth-code-point is-generator-function is-glob is-interactive is-map
is-negative-zero is-number is-number-object is-path-inside is-plain-obj is-plain-object is-regex is-set
is-shared-array-buffer is-stream is-string is-symbol is-typed-array is-unicode-supported is-weakmap is-weakref
is-weakset is-wsl isarray isexe isobject istanbul-lib-coverage istanbul-lib-instrument istanbul-lib-report
istanbul-lib-source-maps istanbul-reports jackspeak jasmine jest jest-diff jest-environment-node jest-get-type
jest-haste-map jest-matcher-utils jest-message-util jest-mock jest-regex-util jest-resolve jest-snapshot
jest-util jest-validate jest-watcher jest-worker jimp jiti jquery js-tokens js-yaml jsdom jsesc json-buffer
json-parse-even-better-errors json-schema-traverse json-stable-stringify-without-jsonify json5 jsonfile
jsonwebtoken kafkajs keyv kind-of kleur knex leven levn lilconfig lines-and-columns loader-utils locate-path
lodash lodash.merge log-symbols long loose-envify lru-cache luxon magic-string make-dir markdown-it marked
material-ui math-intrinsics mdn-data media-typer merge-descriptors merge-stream merge2 methods micromatch mime
mime-db mime-types mimic-fn mimic-response minimatch minimist minipass minizlib mkdirp mocha moment mongodb
mongoose morgan mqtt multer mustache mute-stream mysql mysql2 nanoid natural-compare negotiator neo-async next
node-addon-api node-fetch node-releases nodemailer nodemon nopt normalize-package-data normalize-path
npm-run-path nuxt object-assign object-inspect object-keys object.assign object.values on-finished on-headers
once onetime open optionator p-limit p-locate p-map p-try package-json-from-dist pako parcel parent-module
parse-json parse5 parseurl passport path-exists path-is-absolute path-key path-parse path-scurry path-to-regexp
path-type pathe picocolors picomatch pify pino pirates pkg-dir playwright pnpm possible-typed-array-names
postcss postcss-selector-parser postcss-value-parser postgres prelude-ls prettier pretty-format prisma
process-nextick-args prop-types protobufjs proxy-addr proxy-from-env pump punycode puppeteer queue-microtask
range-parser raw-body react react-dom react-is react-redux react-router react-router-dom read-pkg
readable-stream readdirp redis redux reflect.getprototypeof regenerator-runtime regexp.prototype.flags request
require-directory require-from-string resolve resolve-from restore-cursor retry reusify rimraf rollup
run-parallel rxjs safe-array-concat safe-buffer safe-regex-test safer-buffer saxes scheduler schema-utils semver
send sequelize serialize-javascript serve-static serverless set-function-length set-function-name setprototypeof
sharp shebang-command shebang-regex shortid side-channel side-channel-list side-channel-map side-channel-weakmap
signal-exit slash slice-ansi socket.io socks-proxy-agent source-map source-map-js source-map-support split2
sprintf-js sqlite3 statuses stop-iteration-iterator string-width string.prototype.trim string.prototype.trimend
string.prototype.trimstart string_decoder strip-ansi strip-bom strip-final-newline strip-indent
strip-json-comments stripe strnum styled-components supports-color supports-preserve-symlinks-flag svelte
tailwindcss tapable tar-stream terser test-exclude three tinyexec tinyglobby to-regex-range toidentifier
tough-cookie tr46 ts-api-utils ts-node tsconfig-paths tslib twilio type-check type-detect type-fest type-is
typed-array-buffer typed-array-byte-length typed-array-byte-offset typed-array-length typeorm typescript
unbox-primitive underscore undici undici-types universalify unpipe update-browserslist-db uri-js
use-sync-external-store util-deprecate utils-merge uuid vary vite vitest w3c-xmlserializer web3
webidl-conversions webpack webpack-sources whatwg-encoding whatwg-mimetype whatwg-url which
which-boxed-primitive which-builtin-type which-collection which-typed-array winston word-wrap wrap-ansi wrappy
write-file-atomic xml-name-validator xmlbuilder xtend y18n yallist yaml yargs yargs-parser yocto-queue zustand
`
    .trim()
    .split(/\s+/),
);

/** Scopes whose packages everyone uses, without the `@`. */
export const WELL_KNOWN_SCOPES: ReadonlySet<string> = new Set(
  `
angular anthropic-ai apollo aws-amplify aws-cdk aws-crypto aws-lambda-powertools aws-sdk azure babel capacitor
cdktf emotion esbuild eslint expo fastify firebase google-cloud graphql-tools hapi ionic jest langchain lerna
medplum middy modelcontextprotocol mui nestjs nodelib nrwl octokit opentelemetry parcel prisma pulumi radix-ui
react-native reduxjs rollup sentry serverless sindresorhus smithy storybook supabase swc tailwindcss tanstack
testing-library types typescript-eslint ungap vitejs vue
`
    .trim()
    .split(/\s+/),
);

/** Near a well-known name, and long known themselves: found by comparing the 20,000 most used names with the table. */
export const KNOWN_NEIGHBOURS: ReadonlySet<string> = new Set(
  `
ansistyles aws-cdk binaryextensions brace buffers callsite camel-case cli-spinner color colord cookies crypt
dom-serialize enquirer findup flatten foreach global graphiql has-own ip-regex is-blob is-object is-regexp
is-typedarray isnumber isstream it-map just-diff mquery murmurhash one-time parse-url parsejson parseuri
postcss-values-parser react-vis redent semiver set-proto synckit ts-map tslint tsutils ttypescript urijs
wordwrap @bazel @remotion @rsbuild @storyblok @vinejs
`
    .trim()
    .split(/\s+/),
);
