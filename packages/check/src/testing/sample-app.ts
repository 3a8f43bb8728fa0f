/** The files of a Ward app, as a rule's sample has them: what it leaves out is as a small clinic would have it. */
import type { FileReader } from "../readers/reading.ts";

const CONFIG = `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`;

export function sampleApp(files: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const all = { "ward.config.ts": CONFIG, ...files };
  return new Map(Object.entries(all).map(([file, text]) => [file, file.endsWith(".ts") ? asModule(file, text) : text]));
}

export class MemoryFiles implements FileReader {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  read(path: string): string | undefined {
    return this.#texts.get(path);
  }

  list(folder: string): readonly string[] {
    const below = folder === "." || folder === "" ? "" : `${folder}/`;
    return [...this.#texts.keys()]
      .filter((path) => path.startsWith(below) && !path.slice(below.length).includes("/"))
      .toSorted();
  }
}

function asModule(file: string, text: string): string {
  if (!text.startsWith("{")) return text;
  const definer = file === "ward.config.ts" ? "defineConfig" : "defineFunction";
  return `import { ${definer}, on } from "@ward/sdk";\n\nexport default ${definer}(${text});\n`;
}
