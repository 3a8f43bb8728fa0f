import assert from "node:assert/strict";
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock, type Clock, type Transaction } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { unavailable } from "./custody-contract.ts";
import type { CompartmentId, SealContext, Vault } from "./contract.ts";
import type { RootKeyCustody } from "./custody.ts";
import { KEY_LEASE_MS } from "./key-lease.ts";
import { memoryCustody } from "./memory-custody.ts";
import { openSealedFile } from "./sealed-file.ts";
import { openTestVault, TEST_TENANT } from "./testing.ts";
import { openVault } from "./vault.ts";

const CANARY = Buffer.from("Canary Quetzalcoatl, MRN 99887766");
const altered = { code: "decryption-failed" };

let postgres: TestDatabase;
let vault: Vault;
let now = new Date("2026-01-01T00:00:00Z");
const clock: Clock = { now: () => now };
before(async () => {
  postgres = await startTestDatabase();
  vault = await openTestVault(postgres.database, clock);
});
after(async () => await postgres.close());

const patient = (): CompartmentId => `Patient/${crypto.randomUUID()}`;
const context = (more: Partial<SealContext> = {}): SealContext => ({
  use: "fhir",
  type: "Observation",
  id: "1",
  version: 1,
  ...more,
});
const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => postgres.database.transaction(work);

async function compartmentWith(plaintext = CANARY): Promise<{ compartment: CompartmentId; sealed: Uint8Array }> {
  const compartment = patient();
  const sealed = await inTransaction(async (tx) => {
    await vault.createCompartment(tx, compartment);
    return await vault.seal(tx, compartment, context(), plaintext);
  });
  return { compartment, sealed };
}

describe("sealing", () => {
  test("is undone by opening with the same context, on this node and on another", async () => {
    const { compartment, sealed } = await compartmentWith();
    assert.deepEqual(Buffer.from(await vault.open(postgres.database, compartment, context(), sealed)), CANARY);
    const other = await openTestVault(postgres.database);
    assert.deepEqual(Buffer.from(await other.open(postgres.database, compartment, context(), sealed)), CANARY);
  });

  test("takes an empty plaintext", async () => {
    const { compartment, sealed } = await compartmentWith(Buffer.alloc(0));
    assert.equal((await vault.open(postgres.database, compartment, context(), sealed)).length, 0);
  });

  test("never gives the same bytes twice", async () => {
    const { compartment } = await compartmentWith();
    const [one, two] = await Promise.all(
      [1, 2].map(() => vault.seal(postgres.database, compartment, context(), CANARY)),
    );
    assert.notDeepEqual(one, two);
  });

  test("refuses a ciphertext in which any byte was changed or cut off", async () => {
    const { compartment, sealed } = await compartmentWith(Buffer.from("short"));
    for (let at = 0; at < sealed.length; at++) {
      const copy = Uint8Array.from(sealed);
      copy[at] = (copy[at] ?? 0) ^ 0x80;
      await assert.rejects(vault.open(postgres.database, compartment, context(), copy), altered, `byte ${at}`);
      const cut = sealed.subarray(0, at);
      await assert.rejects(vault.open(postgres.database, compartment, context(), cut), altered, `length ${at}`);
    }
  });

  test("refuses every other use, type, id and version, also where their joined text is the same", async () => {
    const { compartment, sealed } = await compartmentWith();
    const others: Partial<SealContext>[] = [
      { use: "event" },
      { type: "Patient" },
      { id: "2" },
      { version: 2 },
      { use: "fhirO", type: "bservation" },
      { type: "Observation1", id: "" },
      { id: "11", version: 1 },
      { id: "", version: 11 },
    ];
    for (const other of others) {
      const open = vault.open(postgres.database, compartment, context(other), sealed);
      await assert.rejects(open, altered, JSON.stringify(other));
    }
  });

  test("refuses a row moved to another patient, also where the wrapped keys were swapped with it", async () => {
    const [one, two] = [await compartmentWith(), await compartmentWith()];
    await assert.rejects(vault.open(postgres.database, two.compartment, context(), one.sealed), altered);
    // Somebody with write access to the tables, past the trigger.
    await postgres.database.query("alter table vault.compartment_key disable trigger user");
    await postgres.database.query(
      `update vault.compartment_key k set wrapped_dek = o.wrapped_dek from vault.compartment_key o
       where k.compartment = $1 and o.compartment = $2`,
      [two.compartment, one.compartment],
    );
    await postgres.database.query("alter table vault.compartment_key enable trigger user");
    const other = await openTestVault(postgres.database);
    const open = other.open(postgres.database, two.compartment, context(), one.sealed);
    await assert.rejects(open, unavailable("data-key-altered"));
  });

  test("fails for a compartment that has no key", async () => {
    const open = vault.seal(postgres.database, patient(), context(), CANARY);
    await assert.rejects(open, unavailable("no-data-key"));
  });

  test("leaves no plaintext in the database", async () => {
    const { sealed } = await compartmentWith();
    await inTransaction((tx) => vault.putSecret(tx, "canary", CANARY.toString()));
    const rows = await postgres.database.query<{ row: string }>(
      `select t::text as row from vault.tenant_key t union all select t::text from vault.compartment_key t
       union all select t::text from vault.secret t`,
    );
    const stored = rows.map(({ row }) => row).join("\n") + Buffer.from(sealed).toString("hex");
    for (const form of ["utf8", "hex", "base64"] as const) {
      assert.equal(stored.includes(CANARY.toString(form)), false, form);
    }
    assert.equal(Buffer.from(sealed).includes("Quetzal"), false);
  });
});

describe("a compartment", () => {
  test("is made once; making it again changes nothing", async () => {
    const { compartment, sealed } = await compartmentWith();
    await inTransaction((tx) => vault.createCompartment(tx, compartment));
    const other = await openTestVault(postgres.database);
    assert.deepEqual(Buffer.from(await other.open(postgres.database, compartment, context(), sealed)), CANARY);
  });

  test("made at once by two transactions has one key", async () => {
    const compartment = patient();
    const sealOne = (byte: number) =>
      inTransaction(async (tx) => {
        await vault.createCompartment(tx, compartment);
        return await vault.seal(tx, compartment, context(), Buffer.of(byte));
      });
    const sealed = await Promise.all([1, 2, 3].map(sealOne));
    for (const [index, bytes] of sealed.entries()) {
      const opened = await vault.open(postgres.database, compartment, context(), bytes);
      assert.deepEqual(Buffer.from(opened), Buffer.of(index + 1));
    }
  });

  test("whose transaction rolled back has no key, and its key is not used later", async () => {
    const compartment = patient();
    let lost: Uint8Array = new Uint8Array();
    const work = inTransaction(async (tx) => {
      await vault.createCompartment(tx, compartment);
      lost = await vault.seal(tx, compartment, context(), CANARY);
      assert.deepEqual(Buffer.from(await vault.open(tx, compartment, context(), lost)), CANARY);
      throw new Error("rolled back");
    });
    await assert.rejects(work, /rolled back/);
    await assert.rejects(vault.seal(postgres.database, compartment, context(), CANARY), unavailable("no-data-key"));
    await inTransaction((tx) => vault.createCompartment(tx, compartment));
    const sealed = await vault.seal(postgres.database, compartment, context(), CANARY);
    const other = await openTestVault(postgres.database);
    assert.deepEqual(Buffer.from(await other.open(postgres.database, compartment, context(), sealed)), CANARY);
    await assert.rejects(vault.open(postgres.database, compartment, context(), lost), altered);
  });

  test("whose savepoint rolled back has no key, and its key is not used later in the same transaction", async () => {
    const compartment = patient();
    await inTransaction(async (tx) => {
      await tx.query("savepoint s");
      await vault.createCompartment(tx, compartment);
      await vault.seal(tx, compartment, context(), CANARY);
      await tx.query("rollback to savepoint s");
      await assert.rejects(vault.seal(tx, compartment, context(), CANARY), unavailable("no-data-key"));
    });
    await assert.rejects(vault.seal(postgres.database, compartment, context(), CANARY), unavailable("no-data-key"));
  });
});

describe("destroying a compartment", () => {
  test("makes its records unreadable on this node at once, and it cannot be made again", async () => {
    const { compartment, sealed } = await compartmentWith();
    await vault.open(postgres.database, compartment, context(), sealed);
    await inTransaction(async (tx) => {
      await vault.destroyCompartment(tx, compartment);
      await assert.rejects(vault.open(tx, compartment, context(), sealed), unavailable("data-key-destroyed"));
      // Another reader, before the commit, still may; and fills the cache again.
      await vault.open(postgres.database, compartment, context(), sealed);
    });
    const gone = unavailable("data-key-destroyed");
    await assert.rejects(vault.open(postgres.database, compartment, context(), sealed), gone);
    await inTransaction((tx) => vault.createCompartment(tx, compartment));
    await assert.rejects(vault.seal(postgres.database, compartment, context(), CANARY), gone);
  });

  test("takes effect on another node within the cache's time to live", async () => {
    const { compartment, sealed } = await compartmentWith();
    const other = await openTestVault(postgres.database, clock);
    await other.open(postgres.database, compartment, context(), sealed);
    await inTransaction((tx) => vault.destroyCompartment(tx, compartment));
    now = new Date(now.getTime() + KEY_LEASE_MS);
    await assert.rejects(
      other.open(postgres.database, compartment, context(), sealed),
      unavailable("data-key-destroyed"),
    );
    assert.ok(KEY_LEASE_MS <= 5_000);
  });

  test("is not undone by a read that began before it and ended after it", async () => {
    const { compartment, sealed } = await compartmentWith();
    const vaultOfReader = await openTestVault(postgres.database, clock);
    const slow = {
      async query<Row>(text: string, values?: readonly unknown[]) {
        const rows = await postgres.database.query<Row>(text, values);
        await inTransaction((tx) => vaultOfReader.destroyCompartment(tx, compartment));
        return rows;
      },
    };
    await vaultOfReader.open(slow, compartment, context(), sealed);
    const open = vaultOfReader.open(postgres.database, compartment, context(), sealed);
    await assert.rejects(open, unavailable("data-key-destroyed"));
  });

  test("that rolled back leaves the compartment readable", async () => {
    const { compartment, sealed } = await compartmentWith();
    const work = inTransaction(async (tx) => {
      await vault.destroyCompartment(tx, compartment);
      throw new Error("rolled back");
    });
    await assert.rejects(work, /rolled back/);
    assert.deepEqual(Buffer.from(await vault.open(postgres.database, compartment, context(), sealed)), CANARY);
  });

  test("erases the wrapped key from the row, which nobody can write or remove again", async () => {
    const { compartment } = await compartmentWith();
    await inTransaction((tx) => vault.destroyCompartment(tx, compartment));
    const [row] = await postgres.database.query<{ wrapped_dek: unknown; destroyed_at: unknown }>(
      "select wrapped_dek, destroyed_at from vault.compartment_key where compartment = $1",
      [compartment],
    );
    assert.equal(row?.wrapped_dek, null);
    assert.ok(row?.destroyed_at instanceof Date);
    for (const revival of [
      "update vault.compartment_key set wrapped_dek = '\\x00', destroyed_at = null where compartment = $1",
      "delete from vault.compartment_key where compartment = $1",
    ]) {
      await assert.rejects(postgres.database.query(revival, [compartment]), { code: "23001" });
    }
    await assert.rejects(postgres.database.query("truncate vault.compartment_key"), { code: "23001" });
  });
});

describe("keys of many compartments", () => {
  test("are made once, whoever asks, and are read in one query", async () => {
    const wanted = Array.from({ length: 20 }, patient);
    assert.deepEqual((await vault.loadKeys(postgres.database, wanted)).missing, wanted);
    await Promise.all([vault.makeCompartments(wanted), vault.makeCompartments(wanted.toReversed())]);
    let queries = 0;
    const counting = {
      query: <Row>(text: string, values?: readonly unknown[]) => {
        queries++;
        return postgres.database.query<Row>(text, values);
      },
    };
    const other = await openTestVault(postgres.database);
    const keys = await other.loadKeys(counting, wanted);
    assert.deepEqual([queries, keys.missing], [1, []]);
    for (const compartment of wanted) {
      const sealed = await vault.seal(postgres.database, compartment, context(), CANARY);
      assert.deepEqual(keys.open(compartment, context(), sealed), CANARY);
      assert.deepEqual(
        await vault.open(postgres.database, compartment, context(), keys.seal(compartment, context(), CANARY)),
        CANARY,
      );
    }
  });

  test("are lent at once where they are in memory, and each compartment's opens its own records alone", async () => {
    const wanted = [patient(), patient(), patient()] as const;
    await vault.makeCompartments(wanted);
    const keys = vault.loadKeys(postgres.database, [...wanted, wanted[0]]);
    assert.ok(!(keys instanceof Promise));
    const sealed = wanted.map((compartment) => keys.seal(compartment, context(), CANARY));
    for (const [at, compartment] of wanted.entries()) {
      for (const [place, bytes] of sealed.entries()) {
        if (at === place) assert.deepEqual(keys.open(compartment, context(), bytes), CANARY);
        else assert.throws(() => keys.open(compartment, context(), bytes), altered);
      }
    }
  });

  test("throw when a missing or destroyed one is used, and never make a destroyed one again", async () => {
    const [missing, here] = [patient(), patient()];
    const { compartment: gone } = await compartmentWith();
    await inTransaction((tx) => vault.destroyCompartment(tx, gone));
    await vault.makeCompartments([gone, here]);
    const keys = await vault.loadKeys(postgres.database, [missing, gone, here]);
    assert.deepEqual(keys.missing, [missing]);
    assert.throws(() => keys.seal(missing, context(), CANARY), unavailable("no-data-key"));
    assert.throws(() => keys.seal(gone, context(), CANARY), unavailable("data-key-destroyed"));
    assert.throws(() => keys.seal(patient(), context(), CANARY), unavailable("key-not-loaded"));
    assert.ok(keys.seal(here, context(), CANARY).length > CANARY.length);
  });
});

describe("secrets", () => {
  test("come back as they were put, last put wins, an unknown name gives undefined", async () => {
    await inTransaction((tx) => vault.putSecret(tx, "sms", "one"));
    await inTransaction((tx) => vault.putSecret(tx, "sms", "two ✓"));
    assert.equal(await vault.getSecret(postgres.database, "sms"), "two ✓");
    assert.equal(await vault.getSecret(postgres.database, "nothing"), undefined);
  });

  test("do not open under another name", async () => {
    await inTransaction((tx) => vault.putSecret(tx, "a", "secret of a"));
    await postgres.database.query(
      "insert into vault.secret (name, sealed) select 'b', sealed from vault.secret where name = 'a'",
    );
    await assert.rejects(vault.getSecret(postgres.database, "b"), altered);
  });
});

test("the ledger signer keeps its key, signs with Ed25519, and is named for the tenant", async () => {
  const again = await openTestVault(postgres.database);
  const { name, publicKey } = vault.ledgerSigner;
  assert.equal(name, `${TEST_TENANT}/ledger`);
  assert.deepEqual(again.ledgerSigner.publicKey, publicKey);
  const message = Buffer.from("checkpoint");
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  assert.ok(verify(null, message, key, vault.ledgerSigner.sign(message)));
  assert.equal(verify(null, Buffer.from("other"), key, vault.ledgerSigner.sign(message)), false);
});

describe("opening a vault", () => {
  const open = (more: object) =>
    openVault({ database: postgres.database, custody: memoryCustody(), tenant: TEST_TENANT, clock, ...more });

  test("with a lost root key is an error and changes nothing", async () => {
    const row = async () => await postgres.database.query("select * from vault.tenant_key");
    const before = await row();
    await assert.rejects(open({}), unavailable("no-root-key"));
    const directory = await mkdtemp(join(tmpdir(), "ward-vault-"));
    try {
      const path = join(directory, "root.key");
      await assert.rejects(open({ custody: await openSealedFile({ path }) }), unavailable("no-root-key"));
      await assert.rejects(open({ custody: await openSealedFile({ path }) }), unavailable("no-root-key"));
    } finally {
      await rm(directory, { recursive: true });
    }
    assert.deepEqual(await row(), before);
  });

  test("with another root key is an error", async () => {
    await assert.rejects(open({ custody: memoryCustody(randomBytes(32)) }), unavailable("other-root-key"));
  });

  test("as another tenant is an error, and so is a tenant's name that is none", async () => {
    await assert.rejects(open({ tenant: "other.example" }), unavailable("other-tenant"));
    await assert.rejects(open({ tenant: "Not a name" }), unavailable("tenant-name"));
  });

  test("refuses an altered wrapped KEK or ledger key, and a public key that is not the private one's", async () => {
    const custody = memoryCustody(new Uint8Array(32).fill(7));
    for (const column of ["wrapped_kek", "wrapped_ledger_key", "ledger_public_key"]) {
      const flip = `update vault.tenant_key set ${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1)`;
      await postgres.database.query(flip);
      await assert.rejects(open({ custody }), unavailable(), column);
      await postgres.database.query(flip);
    }
    await open({ custody });
  });

  test("makes no second KEK where the first one's row was lost", async () => {
    await postgres.database.query("create table kept_key as select * from vault.tenant_key");
    await postgres.database.query("delete from vault.tenant_key");
    try {
      await assert.rejects(open({ custody: memoryCustody() }), unavailable("tenant-key-lost"));
    } finally {
      await postgres.database.query("insert into vault.tenant_key select * from kept_key");
    }
  });
});

test("nodes that open an empty database together agree on one KEK", async () => {
  const empty = await startTestDatabase();
  try {
    const root = memoryCustody();
    // Slow enough for all of them to be between finding nothing and inserting.
    const custody: RootKeyCustody = {
      ...root,
      async wrap(key, context) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return await root.wrap(key, context);
      },
    };
    const open = () => openVault({ database: empty.database, custody, tenant: "t", clock: systemClock });
    const vaults = await Promise.all([open(), open(), open(), open()]);
    assert.equal(new Set(vaults.map((one) => one.pseudonym("d", "v"))).size, 1);
  } finally {
    await empty.close();
  }
});
