/** Tries things, and tells what came of each. */

/** `got: …` where something came back, else `refused: …` with the code of the node's refusal or the engine's error. */
export async function attempt(
  tries: Readonly<Record<string, () => unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const outcomes: Record<string, string> = {};
  for (const [name, work] of Object.entries(tries)) {
    try {
      const got = await work();
      outcomes[name] = got instanceof Response ? await tell(got) : `got: ${JSON.stringify(got)}`;
    } catch (error) {
      outcomes[name] = `refused: ${error instanceof Error ? (codeOf(error) ?? error.name) : "thrown"}`;
    }
  }
  return outcomes;
}

/** A module of the engine that the bundler would refuse: its name is known only when it runs. */
export async function load<Module>(...parts: readonly string[]): Promise<Module> {
  return (await import(parts.join(":"))) as Module;
}

async function tell(response: Response): Promise<string> {
  const text = await response.text();
  const code = /^\{"code":"([a-z-]+)"/.exec(text)?.[1];
  return code === undefined || response.ok ? `got: ${response.status} ${text}` : `refused: ${code}`;
}

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : undefined;
}
