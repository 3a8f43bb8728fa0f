/** Which failures are waived, by which waiver, and which waivers are of no use any more. */
import type { Finding } from "../judge/finding.ts";
import { coversText } from "../graph/pattern.ts";
import { isExpired, type Waiver } from "./waiver.ts";

export interface WaiverUse {
  readonly waiver: Waiver;
  /** How many failures it silences, or would silence were it not expired or refused. */
  readonly failures: number;
  readonly state: "holds" | "expired" | "refused" | "unused";
}

export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  now: Date,
): { readonly findings: readonly Finding[]; readonly uses: readonly WaiverUse[] } {
  const counts = new Map<Waiver, number>();
  const refused = new Set<Waiver>();
  const waived = findings.map((finding): Finding => {
    if (finding.kind !== "fail") return finding;
    let holding: Waiver | undefined;
    for (const waiver of waivers) {
      if (!isFor(waiver, finding)) continue;
      counts.set(waiver, (counts.get(waiver) ?? 0) + 1);
      if (finding.rule.waivable === false) refused.add(waiver);
      else if (!isExpired(waiver, now)) holding ??= waiver;
    }
    return holding ? { ...finding, waiver: holding } : finding;
  });
  const uses = waivers.map((waiver): WaiverUse => {
    const failures = counts.get(waiver) ?? 0;
    const state = refused.has(waiver)
      ? "refused"
      : failures === 0
        ? "unused"
        : isExpired(waiver, now)
          ? "expired"
          : "holds";
    return { waiver, failures, state };
  });
  return { findings: waived, uses };
}

function isFor(waiver: Waiver, { rule, resource, position }: Finding): boolean {
  if (waiver.rule !== rule.id) return false;
  if (waiver.file !== undefined && waiver.file !== position.file && waiver.file !== resource.spot.source.file)
    return false;
  if (waiver.resource === undefined) return true;
  const names = [resource.id, resource.name, ...(resource.madeFor === undefined ? [] : [resource.madeFor])];
  return names.some((name) => coversText(waiver.resource ?? "", name));
}
