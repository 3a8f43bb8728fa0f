/** The house's walls (see ARCHITECTURE.md). A package reaches another only by its name, and only along these arrows. */
const may = {
  core: [],
  sdk: ["core"],
  ledger: ["core"],
  vault: ["core"],
  postgres: ["core"],
  access: ["core", "ledger"],
  fhir: ["core", "vault", "access"],
  runtime: ["core", "access", "vault"],
  isolate: ["core", "runtime"],
  gateway: ["core", "access", "runtime"],
  check: ["core"],
  platform: ["core", "access", "fhir", "gateway", "isolate", "ledger", "postgres", "runtime", "vault"],
};

/** What a room's tests may use besides: the real neighbours that its ports are fulfilled by. */
const testFiles = "(\\.test\\.ts$|/tests/|/testing/|-contract\\.ts$|^packages/[^/]+/src/testing\\.ts$)";

const walls = Object.entries(may).map(([name, allowed]) => ({
  name: `${name}-reaches-only-what-it-may`,
  severity: "error",
  comment:
    `packages/${name} may import ${allowed.length ? allowed.join(", ") : "no other package"}. ` +
    "Take what you need as a parameter (a port typed in your own contract.ts) and let packages/platform pass it in.",
  from: { path: `^packages/${name}/`, pathNot: testFiles },
  to: { path: "^packages/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
}));

export default {
  forbidden: [
    ...walls,
    {
      name: "no-circles",
      severity: "error",
      comment: "Two files that import each other are one idea or three: merge them, or move what both need to a third.",
      from: { pathNot: testFiles },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "core-does-no-io",
      severity: "error",
      comment:
        "core is vocabulary, also inside isolates: no Node module, no npm package. Put I/O in the room that owns it.",
      from: { path: "^packages/core/src/", pathNot: testFiles },
      to: { dependencyTypes: ["core", "npm", "npm-dev"] },
    },
    {
      name: "only-platform-and-cli-wire",
      severity: "error",
      comment: "Nothing imports platform but the CLI, the bench and the whole-node tests.",
      from: { pathNot: "^(apps|bench|tests)/|^packages/platform/" },
      to: { path: "^packages/platform/" },
    },
    {
      name: "apps-wire-through-platform",
      severity: "error",
      comment:
        "The CLI speaks to platform, core and check (which needs no node) only; what it lacks belongs in platform's exports.",
      from: { path: "^apps/", pathNot: testFiles + "|^apps/cli/templates/" },
      to: { path: "^packages/", pathNot: "^packages/(platform|core|check)/" },
    },
    {
      name: "tests-stay-tests",
      severity: "error",
      comment: "Code that ships must not import a test or a test fixture.",
      from: { pathNot: testFiles + "|^tests/|^bench/" },
      to: { path: testFiles },
    },
    {
      name: "examples-use-the-sdk-only",
      severity: "error",
      comment: "An app's author has the SDK and nothing else.",
      from: { path: "^examples/", pathNot: testFiles },
      to: { path: "^packages/", pathNot: "^packages/(sdk|core)/" },
    },
    {
      name: "nothing-unresolvable",
      severity: "error",
      comment: "The import does not resolve.",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(cloudflare:|bun:)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // The peers of check are installed only when the bench runs them.
    exclude: { path: "(/generated/|^bench/check-peers/|node_modules/(?!@ward))" },
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json", ".d.ts"],
    },
  },
};
