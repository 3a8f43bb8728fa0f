/**
 * A door that knows a function's grants and nothing else of policy, and writes entries where the ledger does, in the
 * transactions that the contract asks for. For runtime's own tests: what it stands in for is tested in `@ward/access`.
 */
import {
  WardError,
  principalName,
  type AuditEntry,
  type Caller,
  type Database,
  type Sql,
  type Transaction,
} from "@ward/core";
import type { Act, Door, Touched } from "@ward/access";
import type { Vault } from "@ward/vault";
import type { FunctionRelease } from "../contract.ts";

type Result = Parameters<Door["note"]>[2];

export function createGrantsDoor(database: Database, vault: Vault, releases: readonly FunctionRelease[]): Door {
  const write = async (sql: Sql, caller: Caller, act: Act, result: Result, touched: readonly Touched[] = []) => {
    const { subjectId, ...facts } = result;
    const subject = subjectId ?? touched.find((one) => one.subjectId !== undefined)?.subjectId;
    const entry: AuditEntry = {
      time: new Date().toISOString(),
      principal: principalName(caller.principal),
      action: act.action,
      resource: { type: act.resourceType },
      purpose: caller.purpose,
      policies: [],
      trace: caller.traceId,
      ...(caller.onBehalfOf === undefined ? {} : { onBehalfOf: principalName(caller.onBehalfOf) }),
      ...(caller.release === undefined ? {} : { release: caller.release }),
      ...(subject === undefined ? {} : { subject: vault.pseudonym("subject", subject) }),
      ...facts,
    };
    await sql.query("insert into ledger.pending (body) values ($1)", [Buffer.from(JSON.stringify(entry))]);
  };
  const decide = async (caller: Caller, act: Act, facts: Partial<Result> = {}): Promise<void> => {
    const grants = releases.find(({ manifest }) => manifest.name === caller.principal.id)?.manifest.grants;
    const granted: readonly string[] = [
      ...(grants?.fhir ?? []).map((grant) => `fhir.${grant.split(".")[1]} ${grant.split(".")[0]}`),
      ...(grants?.emits ?? []).map((type) => `event.emit ${type}`),
      ...(grants?.secrets ?? []).map((name) => `secret.read ${name}`),
      ...(grants?.egress ?? []).map(({ host }) => `egress.send ${host}`),
    ];
    const asked = `${act.action} ${act.action.startsWith("fhir.") ? act.resourceType : act.resourceId}`;
    if (caller.principal.kind === "function" && granted.includes(asked)) return;
    await write(database, caller, act, { ...facts, decision: "deny", outcome: "refused", reason: "access-denied" });
    throw new WardError("access-denied");
  };
  const done = { decision: "allow", outcome: "success" } as const;
  const within = async <T>(tx: Transaction | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> =>
    tx === undefined ? await database.transaction(work) : await work(tx);
  return {
    async session(caller, work, outer) {
      return await within(outer, (tx) =>
        work({
          async read(act, use) {
            await decide(caller, act);
            const outcome = await use({ sql: tx });
            await write(database, caller, act, done, outcome.touched);
            return outcome.value;
          },
          async write(act, use) {
            await decide(caller, act);
            const outcome = await use({ sql: tx, tx });
            await write(tx, caller, act, done, outcome.touched);
            return outcome.value;
          },
        }),
      );
    },
    async permit(caller, act, facts = {}, tx) {
      await decide(caller, act, facts);
      await write(tx ?? database, caller, act, { ...done, ...facts });
    },
    note: (caller, act, result, tx) => write(tx ?? database, caller, act, result),
  };
}
