/** Opens one state folder's database and keys, lends them to a callback, and closes them whatever happens. */
import type { WardState } from "@ward/platform";
import type { Cli } from "./cli.ts";
import { stateSettings, type StateFlags } from "./node-settings.ts";

export async function lendState(
  cli: Cli,
  flags: StateFlags,
  act: (state: WardState) => Promise<number>,
): Promise<number> {
  const platform = await cli.platform();
  const state = await platform.openState(stateSettings(cli, flags));
  try {
    return await act(state);
  } finally {
    await state.close();
  }
}
