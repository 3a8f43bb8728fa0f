/**
 * Which files are looked through for secrets: all text but what Git ignores (it never leaves this machine with a push) and
 * what others wrote. What is passed over for its size or as binary is counted, so that it can be said.
 */
import { dirname, relative } from "node:path/posix";
import ignore, { type Ignore } from "ignore";
import type { FileReader } from "../../readers/reading.ts";

export interface ReadableFiles {
  /** Calls back with every text, one after the other, so that no more than one is held. */
  readonly each: (visit: (path: string, text: string) => void) => void;
  /** Filled while `each` goes on. */
  readonly passedOver: {
    readonly huge: string[];
    readonly keyStores: string[];
    binary: number;
    ignored: number;
    read: number;
  };
}

export const TEXT_MAX_LENGTH = 4 * 2 ** 20;
const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|wasm|node|so|dylib|dll|exe|bin|class|pyc|woff2?|ttf|otf|eot|mp[34]|m4a|mov|avi|webm|ogg|wav|flac|dcm|onnx|parquet|sqlite3?|db|mmdb|psd|heic|lockb)$/i;
/** PKCS #12, Java's and KeePass's: files that are made to hold keys and passwords. */
const KEY_STORE = /\.(?:p12|pfx|jks|keystore|kdbx?)$/i;
const NUL_LOOKED_AT = 8_000;

export function readableFiles(paths: readonly string[], files: FileReader): ReadableFiles {
  const rules = ignoreRules(paths, files);
  const passedOver = { huge: [] as string[], keyStores: [] as string[], binary: 0, ignored: 0, read: 0 };
  return {
    passedOver,
    each(visit) {
      for (const path of paths) {
        if (isIgnored(path, rules)) passedOver.ignored++;
        else if (KEY_STORE.test(path)) passedOver.keyStores.push(path);
        else if (BINARY.test(path)) passedOver.binary++;
        else {
          const text = files.read(path);
          if (text === undefined || text.length > TEXT_MAX_LENGTH) passedOver.huge.push(path);
          else if (text.slice(0, NUL_LOOKED_AT).includes("\u0000")) passedOver.binary++;
          else {
            passedOver.read++;
            visit(path, text);
          }
        }
      }
    },
  };
}

interface Rules {
  readonly folder: string;
  readonly ignored: Ignore;
}

/** Every .gitignore among the files, for what lies below it. */
function ignoreRules(paths: readonly string[], files: FileReader): readonly Rules[] {
  return paths
    .filter((path) => /(?:^|\/)\.gitignore$/.test(path))
    .flatMap((path) => {
      const text = files.read(path);
      const folder = dirname(path);
      return text === undefined ? [] : [{ folder: folder === "." ? "" : folder, ignored: ignore().add(text) }];
    });
}

function isIgnored(path: string, rules: readonly Rules[]): boolean {
  return rules.some(({ folder, ignored }) => {
    const below = folder === "" ? path : path.startsWith(`${folder}/`) ? relative(folder, path) : "";
    return below !== "" && ignore.isPathValid(below) && ignored.ignores(below);
  });
}
