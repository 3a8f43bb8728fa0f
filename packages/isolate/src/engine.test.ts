import assert from "node:assert/strict";
import { test } from "node:test";
import { configText } from "./engine-config.ts";
import { parseLinkerTrace } from "./engine.ts";

test("reads the libraries that a dynamic linker names, the linker included", () => {
  const trace = `\tlinux-vdso.so.1 (0x00007f9a942ec000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f9a941fb000)
\tlibgone.so.1 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f9a942ee000)
`;
  assert.deepEqual(parseLinkerTrace(trace), ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"]);
});

test("a configuration has one way in, one way out and the function's limit", () => {
  const text = configText({ name: "lab-result", bundle: "", memoryMb: 96 });
  assert.match(text, /--max-old-space-size=96/);
  assert.equal(text.match(/external =/g)?.length, 2);
  assert.doesNotMatch(text, /disk|network =|\ballow|address/);
});

test("a name or a limit that could break out of the configuration is a bug of the caller", () => {
  assert.throws(() => configText({ name: `x"), (name = "y`, bundle: "", memoryMb: 96 }));
  assert.throws(() => configText({ name: "x", bundle: "", memoryMb: 1.5 }));
  assert.throws(() => configText({ name: "x", bundle: "", memoryMb: 0 }));
});
