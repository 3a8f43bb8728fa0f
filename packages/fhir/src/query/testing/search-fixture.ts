/** A store to search in tests: real database, vault and door, records written as the interactions write them. */
import assert from "node:assert/strict";
import { compilePolicies, createDoor, type Act, type Acts, type Door, type Touched } from "@ward/access";
import { systemClock, type Caller } from "@ward/core";
import { createLedger } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import type { JsonObject } from "../../json.ts";
import { parseSearch } from "../../search/parse-search.ts";
import type { IndexOptions } from "../../search/tokens/index-options.ts";
import type { RecordStorage, RecordWrite } from "../../storage/contract.ts";
import { createRecordStorage } from "../../storage/record-storage.ts";
import { isCompartmentType, typesIn, type CompartmentName } from "../compartments.ts";
import { runEverything } from "../everything.ts";
import { runLastN } from "../last-n.ts";
import { runSearch } from "../run-search.ts";
import type { SearchLimits, SearchResult, SearchTools } from "../search-call.ts";

export const BASE_URL = "https://ward.example/fhir";
export const RESTRICTED = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R";

/** May do everything. */
export const ADMIN = personOf("admin");
/** May search and read all but Conditions, and sees nothing that is labelled restricted. */
export const NURSE = personOf("nurse");

const POLICIES = `
permit (principal in Ward::Role::"admin", action, resource) when { context.purpose == "TREAT" };
permit (principal in Ward::Role::"nurse", action, resource) when { context.purpose == "TREAT" };
forbid (principal in Ward::Role::"nurse", action, resource == Ward::ResourceType::"Condition");
forbid (principal in Ward::Role::"nurse", action, resource)
when { resource has labels && resource.labels.contains("${RESTRICTED}") };`;

export interface Bundle {
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly fullUrl?: string;
    readonly resource: JsonObject;
    readonly search: { readonly mode: "match" | "include" | "outcome" };
  }[];
}

export interface SearchFixture {
  readonly db: TestDatabase;
  readonly vault: Vault;
  readonly door: Door;
  readonly storage: RecordStorage;
  /** Acts that succeeded, since the last search began. */
  readonly acts: { readonly act: Act; readonly touched: readonly Touched[] }[];
  /** In this order, so that the last one is the newest. */
  store(...resources: readonly JsonObject[]): Promise<void>;
  write(...writes: readonly RecordWrite[]): Promise<void>;
  /** `Observation?code=x`, `Patient/1/Observation?…`, `Patient/1/*`, `Patient/1/$everything`, an absolute link, `?_type=…`. */
  search(url: string, caller?: Caller, limits?: Partial<SearchLimits>): Promise<Bundle>;
  /** `Type/id` of the matches of all pages, and the pages. */
  pages(url: string, caller?: Caller): Promise<{ readonly matches: string[]; readonly pages: readonly Bundle[] }>;
  close(): Promise<void>;
}

export async function startSearchFixture(
  wrapVault: (vault: Vault) => Vault = (vault) => vault,
  index: IndexOptions = {},
): Promise<SearchFixture> {
  const db = await startTestDatabase();
  const vault = wrapVault(await openTestVault(db.database, systemClock));
  const storage = createRecordStorage({ vault, clock: systemClock, rules: { index } });
  const door = createDoor({
    database: db.database,
    ledger: createLedger({ database: db.database, clock: systemClock, signer: vault.ledgerSigner }),
    policies: compilePolicies({ manifests: [], appPolicies: { "search.cedar": POLICIES } }),
    tags: vault,
    quotas: { actsPerMinute: 10_000_000 },
    clock: systemClock,
  });
  const fixture: SearchFixture = {
    db,
    vault,
    door,
    storage,
    acts: [],
    async store(...resources) {
      for (const resource of resources) {
        const [type, id] = [resource["resourceType"] as string, resource["id"] as string];
        await fixture.write({ kind: "update", type, id, resource });
      }
    },
    async write(...writes) {
      await door.session(ADMIN, async (acts) => {
        await acts.write({ action: "fhir.update", resourceType: "Patient" }, async (writer) => {
          const results = await storage.write(
            writer,
            writes.map((write) => storage.prepareWrite(write)),
          );
          return { value: undefined, touched: results.flatMap(({ touched }) => touched ?? []) };
        });
      });
    },
    async search(url, caller = ADMIN, limits = {}) {
      const tools: SearchTools = { vault, storage, clock: systemClock, limits };
      fixture.acts.length = 0;
      return await door.session(caller, async (acts) => await answer(tools, listing(acts), caller, url));
    },
    async pages(url, caller) {
      const pages: Bundle[] = [];
      for (let next: string | undefined = url; next !== undefined;) {
        const page: Bundle = await fixture.search(next, caller);
        pages.push(page);
        next = page.link.find(({ relation }) => relation === "next")?.url;
      }
      return { matches: pages.flatMap((page) => idsOf(page, "match")), pages };
    },
    close: () => db.close(),
  };
  return fixture;

  function listing(acts: Acts): Acts {
    return {
      ...acts,
      read: (act, use) =>
        acts.read(act, async (reader) => {
          const outcome = await use(reader);
          fixture.acts.push({ act, touched: outcome.touched });
          return outcome;
        }),
    };
  }
}

/** `Type/id` of the entries of a mode. */
export function idsOf({ entry = [] }: Bundle, mode: "match" | "include"): string[] {
  return entry
    .filter(({ search }) => search.mode === mode)
    .map(({ resource }) => `${resource["resourceType"] as string}/${resource["id"] as string}`);
}

async function answer(tools: SearchTools, acts: Acts, caller: Caller, url: string): Promise<Bundle> {
  const relative = url.startsWith(BASE_URL) ? url.slice(BASE_URL.length).replace(/^\//, "") : url;
  const [path = "", query = ""] = relative.split(/\?(.*)/s);
  const [first = "", id, last] = path.split("/");
  const call = { acts, caller, baseUrl: BASE_URL, path };
  const compartment: CompartmentName | undefined =
    id !== undefined && isCompartmentType(first) ? { type: first, id } : undefined;
  if (last === "$everything" && compartment)
    return bundleOf(await runEverything(tools, { ...call, compartment }, query));
  if (id === "$lastn") return bundleOf(await runLastN(tools, call, query));
  const parse = (types: readonly string[]) =>
    parseSearch(types, query, "strict", { baseUrl: BASE_URL, now: new Date() });
  if (compartment && last === "*") {
    const whole = { ...call, compartment, leavesOutForbidden: true };
    return bundleOf(await runSearch(tools, whole, parse(typesIn(first))));
  }
  if (first === "") {
    const types = new URLSearchParams(query).get("_type")?.split(",") ?? [];
    return bundleOf(await runSearch(tools, call, parse(types)));
  }
  const type = compartment ? (last ?? "") : first;
  const search = parse([type]);
  return await acts.read({ action: "fhir.search", resourceType: type }, async (reader) => {
    const result = await runSearch(tools, { ...call, reader, ...(compartment && { compartment }) }, search);
    return { value: bundleOf(result), touched: result.touched };
  });
}

/** Whoever asks may take either form: they must say the same. */
function bundleOf({ bundle, toBytes }: SearchResult): Bundle {
  const bytes = toBytes();
  if (bytes !== undefined) assert.deepEqual(JSON.parse(bytes.toString()), JSON.parse(JSON.stringify(bundle)));
  return bundle as unknown as Bundle;
}

function personOf(role: string): Caller {
  return {
    principal: { kind: "person", id: role, roles: [role] },
    purpose: "TREAT",
    traceId: "0af7651916cd43dd8448eb211c80319c",
  };
}
