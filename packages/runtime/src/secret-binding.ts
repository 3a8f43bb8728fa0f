/** `ctx.secrets`, host side. The entry is durable before the value is released. */
import type { Door } from "@ward/access";
import { WardError, type Sql } from "@ward/core";
import type { Vault } from "@ward/vault";
import { secretAct } from "./acts.ts";
import { readMembers } from "./call-members.ts";
import type { Binding } from "./outbound.ts";

export function createSecretBinding(options: {
  readonly door: Door;
  readonly vault: Vault;
  readonly sql: Sql;
}): Binding {
  return {
    bodyMaxBytes: 4_096,
    async call({ caller }, body) {
      const { name } = readMembers(body, { name: "string" });
      await options.door.permit(caller, secretAct(name));
      const value = await options.vault.getSecret(options.sql, name);
      if (value === undefined) throw new WardError("not-found", { what: "secret" });
      return { value };
    },
  };
}
