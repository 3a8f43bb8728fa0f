/** `ward init`: a minimal app from the files in `templates/app/`. Never writes into a folder that holds anything. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";

const TEMPLATE = fileURLToPath(new URL("../templates/app/", import.meta.url));
/** The template's own name, replaced by the new app's wherever it stands. */
const PLACEHOLDER = "my-clinic";

export async function init(cli: Cli, folder: string): Promise<number> {
  const dir = resolve(cli.cwd, folder);
  const name = appName(dir);
  if (existsSync(dir) && !statSync(dir).isDirectory()) throw new CliError(`${folder} is a file. Name a new folder.`);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new CliError(`${folder} is not empty, and nothing is overwritten. Name a new folder.`);
  }
  mkdirSync(dir, { recursive: true });
  cpSync(TEMPLATE, dir, { recursive: true });
  // npm leaves `.gitignore` files out of packages, so the template carries it under another name.
  renameSync(join(dir, "gitignore"), join(dir, ".gitignore"));
  const files = listFiles(dir);
  for (const file of files) nameApp(file, name);
  pointTypesAtSdk(join(dir, "tsconfig.json"));
  const near = relative(cli.cwd, dir) || ".";
  const written = files.map((file) => relative(dir, file)).toSorted();
  if (cli.json) {
    cli.printJson({ name, dir, files: written });
    return EXIT.done;
  }
  cli.print(`${cli.paint("strong", name)} is in ${near}:`);
  for (const file of written) cli.print(`  ${file}`);
  cli.print(`
Next:
  npx ward dev --app ${quoted(near)}
Then changeThen change functions/register-patient.ts. ${join(near, "README.md")} says what each file is for.`);
  return EXIT.done;
}

function appName(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  if (name === "") throw new CliError("The folder's name becomes the app's: use letters a to z in it.");
  return name;
}

function nameApp(file: string, name: string): void {
  const text = readFileSync(file, "utf8");
  if (text.includes(PLACEHOLDER)) writeFileSync(file, text.replaceAll(PLACEHOLDER, name));
}

/** As a shell wants it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
}

/**
 * The bundler finds the SDK by itself; the app's editor is told where its types lie. The app's package.json names no
 * dependency for it, because whoever owned that name in a public registry would then be trusted with the app's code.
 */
function pointTypesAtSdk(file: string): void {
  const sdk = fileURLToPath(import.meta.resolve("@ward/sdk"));
  const config = JSON.parse(readFileSync(file, "utf8")) as { compilerOptions: Record<string, unknown> };
  config.compilerOptions["paths"] = { "@ward/sdk": [sdk] };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}

function listFiles(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
