import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatTable } from "./table.ts";
import { printable, textWidth, wrapText } from "./text-width.ts";

const paint = (_style: unknown, text: string) => text;

describe("formatTable", () => {
  it("aligns columns by the columns a terminal gives, not by characters", () => {
    const rows = [
      ["山田 花子", 7],
      ["Łukasiewicz", 12],
    ];
    const text = formatTable([{ title: "Name" }, { title: "N", align: "right" }], rows, { paint });
    assert.equal(text, "Name          N\n山田 花子     7\nŁukasiewicz  12");
  });

  it("keeps within the terminal by breaking columns that may wrap, and loses no word", () => {
    const explanation = "each function runs as a user of its own in its own network and mount namespace";
    const text = formatTable([{ title: "What" }, { title: "Seen", wrap: true }], [["confinement", explanation]], {
      width: 40,
      paint,
    });
    for (const line of text.split("\n")) assert.ok(textWidth(line) <= 40, line);
    assert.equal(text.replace(/\s+/g, " "), `What Seen confinement ${explanation}`);
  });

  it("leaves a table as wide as it is where the output is no terminal", () => {
    const text = formatTable([{ title: "A", wrap: true }], [["x ".repeat(300).trim()]], { paint });
    assert.equal(text.split("\n").length, 2);
  });

  it("shows control characters instead of obeying them", () => {
    const text = formatTable([{ title: "A" }], [["\x1b[2Jgone\nnext\u202e"]], { paint });
    assert.equal(text, "A\n·[2Jgone·next");
  });
});

describe("textWidth", () => {
  it("counts wide characters as two, combining marks and joiners as none", () => {
    for (const [text, width] of [
      ["abc", 3],
      ["山田", 4],
      ["ﾔﾏﾀﾞ", 4],
      ["e\u0301", 1],
      ["👩‍⚕️", 2],
      ["", 0],
    ] as const) {
      assert.equal(textWidth(text), width, text);
    }
  });
});

describe("wrapText", () => {
  it("breaks a word only where it is longer than a line", () => {
    assert.deepEqual(wrapText("one two sha256aaaaaaaa", 7), ["one two", "sha256a", "aaaaaaa"]);
  });
});

describe("printable", () => {
  it("keeps letters of every script", () => {
    assert.equal(printable("Żaneta 山田 Müßiggang"), "Żaneta 山田 Müßiggang");
  });
});
