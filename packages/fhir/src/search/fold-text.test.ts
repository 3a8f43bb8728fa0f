import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldText } from "./fold-text.ts";

describe("Folded text", () => {
  it("is the same of ASCII alone and beside another script", () => {
    for (let code = 0; code < 0x80; code++) {
      for (const around of ["a*", "*B", " a*b ", "** x *"]) {
        const text = around.replaceAll("*", String.fromCharCode(code));
        assert.equal(foldText(`${text}ж`), foldText(`${text}x`).replace(/x$/, "ж"), JSON.stringify(text));
      }
    }
  });

  it("is the same with its accents composed and apart, in capitals and small", () => {
    for (const text of ["Müller", "García Márquez", "Nguyễn", "Łódź", "Ørsted", "ΐ", "Straße"]) {
      const forms = [text, text.normalize("NFD"), text.toUpperCase(), text.toUpperCase().normalize("NFD")];
      assert.equal(new Set(forms.map(foldText)).size, 1, text);
    }
    assert.deepEqual(["Müller", "Łódź", "O'Brien-Smith"].map(foldText), ["muller", "lodz", "obriensmith"]);
  });

  it("of mere punctuation is the text itself, and of white space nothing", () => {
    assert.deepEqual(["?!", " - ", "、", " \t"].map(foldText), ["?!", "-", "、", ""]);
  });
});
