/** Reads the cases of conformance/check/phi-flow: what a README beside them says of their form. */

export interface FlowCase {
  readonly verdict: "leak" | "clean" | "undecided";
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  /** `FACT SUBJECT PATH:LINE`. */
  readonly expected: readonly string[];
  readonly way: readonly string[];
}

export function casesIn(text: string): readonly FlowCase[] {
  const [head = "", ...sections] = text.split(/^## /m);
  const shared = blocksIn(head);
  return sections.map((section) => {
    const [, verdict, title = ""] = /^(leak|clean|undecided): (.*)$/m.exec(section) ?? [];
    if (verdict === undefined) throw new Error(`a case is a leak, clean or undecided: ${section.slice(0, 40)}`);
    return {
      verdict: verdict as FlowCase["verdict"],
      title,
      files: new Map([...shared, ...blocksIn(section)]),
      expected: [...section.matchAll(/^Expected: (.*)$/gm)].map(([, line = ""]) => line.trim()),
      way: (/^Way: (.*)$/m.exec(section)?.[1] ?? "").split(" / ").filter((part) => part !== ""),
    };
  });
}

function blocksIn(section: string): readonly (readonly [string, string])[] {
  return [...section.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, path = "", text = ""]) => [path, text]);
}
