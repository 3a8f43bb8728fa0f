/**
 * What `ctx` is for `lab-result`, over a list in memory: search by identifier, transactions with conditional create and
 * references by `urn:uuid:`, and what was emitted. Fast enough to run every sample through the real handler; the real
 * store is tested in packages/fhir and by the whole-node tests.
 */
import type { Bundle, BundleEntry, ExtractResource, Identifier, Resource, ResourceType } from "@ward/sdk/fhir";

type StoredResource = Resource & { readonly id: string };
export interface Emitted {
  readonly type: string;
  readonly subject?: string;
  readonly resource?: string;
}

export class InMemoryFhir {
  readonly emitted: Emitted[] = [];
  /** Resource types of the last transaction, once for each entry. */
  written: string[] = [];
  readonly #stored = new Map<string, StoredResource>();
  #nextId = 1;

  all<Type extends ResourceType>(type: Type): (ExtractResource<Type> & { readonly id: string })[] {
    return [...this.#stored.values()].filter(({ resourceType }) => resourceType === type) as never;
  }

  /** `ctx` for one invocation. */
  context() {
    return {
      invocation: { traceId: "0".repeat(32), deadline: Date.now() + 5_000 },
      log: () => undefined,
      emit: async (type: string, about: { readonly subject?: string; readonly resource?: string } = {}) => {
        this.emitted.push({ type, ...about });
      },
      fhir: {
        search: async (type: ResourceType, { identifier = "" }: Readonly<Record<string, unknown>>) =>
          this.#search(type, String(identifier)),
        transaction: async (bundle: Bundle) => this.#transact(bundle),
      },
    };
  }

  #search(type: string, token: string): Bundle {
    const [system, value] = token.replaceAll("\\", "").split("|");
    const found = [...this.#stored.values()].filter(
      (resource) =>
        resource.resourceType === type &&
        identifiersOf(resource).some((identifier) => identifier.system === system && identifier.value === value),
    );
    return { resourceType: "Bundle", type: "searchset", entry: found.map((resource) => ({ resource })) } as Bundle;
  }

  #transact(bundle: Bundle): Bundle {
    const places = new Map<string, string>();
    const entries = bundle.entry ?? [];
    for (const entry of entries) {
      const url = entry.request?.url ?? "";
      const place = entry.request?.method === "PUT" ? url : (this.#conditional(entry) ?? `${url}/${this.#nextId++}`);
      if (entry.fullUrl !== undefined) places.set(entry.fullUrl, place);
      else places.set(place, place);
    }
    const located = [...places.values()];
    this.written = entries.map((entry) => entry.resource?.resourceType ?? "");
    for (const [index, entry] of entries.entries()) {
      const resolved = JSON.stringify(entry.resource).replaceAll(
        /urn:uuid:[0-9a-f-]{36}/g,
        (urn) => places.get(urn) ?? urn,
      );
      const id = (located[index] ?? "").split("/")[1] ?? "";
      this.#stored.set(located[index] ?? "", { ...(JSON.parse(resolved) as StoredResource), id });
    }
    const response = located.map((place) => ({ response: { status: "201", location: `${place}/_history/1` } }));
    return { resourceType: "Bundle", type: "transaction-response", entry: response };
  }

  #conditional({ request }: BundleEntry): string | undefined {
    if (request?.ifNoneExist === undefined) return undefined;
    const token = new URLSearchParams(request.ifNoneExist).get("identifier") ?? "";
    const [match] = this.#search(request.url ?? "", token).entry ?? [];
    return match === undefined ? undefined : `${request.url}/${match.resource?.id}`;
  }
}

function identifiersOf(resource: Resource): readonly Identifier[] {
  const { identifier } = resource as { identifier?: Identifier | Identifier[] };
  return identifier === undefined ? [] : [identifier].flat();
}
