import { custodyContract } from "./custody-contract.ts";
import { memoryCustody } from "./memory-custody.ts";

custodyContract("memory", { fresh: async () => memoryCustody(), reopen: async (custody) => custody });
