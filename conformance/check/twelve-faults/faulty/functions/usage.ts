/** Counts what the portal is used for. */
const WRITE_KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dcVv9XbQmR";

export async function track(event: string, properties: Readonly<Record<string, string>>): Promise<void> {
  await fetch("https://api.segment.io/v1/track", {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}`, "content-type": "application/json" },
    body: JSON.stringify({ event, properties, anonymousId: crypto.randomUUID() }),
  });
}
