import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { foldText } from "../fold-text.ts";
import { indexOf } from "../index-of.ts";
import { finds, readableIndex } from "../testing.ts";

const named = (name: JsonObject): JsonObject => ({ resourceType: "Patient", id: "p", name: [name] });
const smith = named({ family: "O'Brien-Smith", given: ["Eve", "Zoë Anne"], prefix: ["Dr."], text: "Dr. Eve Smith" });

describe("a search by string", () => {
  it("finds each part of a name by its beginning, without case, accents and punctuation", () => {
    for (const text of ["eve", "EVE", "Ev", "obrien", "O'Brien", "o-brien smith", "zoe", "Zoë  Anne", "dr", "dr eve"]) {
      const isOneWord = text !== "o-brien smith";
      assert.equal(finds(smith, `name=${text}`), isOneWord, text);
    }
    for (const text of ["vera", "mith", "brien", "evelyn", "anne"]) assert.ok(!finds(smith, `name=${text}`), text);
  });

  it("searches the parts of a family name independently, and takes none for all of it", () => {
    const value = named({ family: "Carreño Quiñones de León" });
    for (const text of ["carreno", "quinones", "Quiñones de", "leon", "carreno quin"]) {
      assert.ok(finds(value, `family=${text}`), text);
      assert.ok(finds(value, `name=${text}`), text);
    }
    assert.ok(finds(smith, "family=smith"));
    assert.ok(!finds(value, "family=uinones"));
    assert.ok(!finds(value, "family=carreno de"));
    assert.ok(!finds(value, "family:exact=Quiñones de León"));
    assert.ok(finds(value, "family:exact=Carreño Quiñones de León"));
    assert.ok(!finds(value, "given=quinones"));
  });

  it("searches family and given alone where asked", () => {
    assert.ok(finds(smith, "family=obr"));
    assert.ok(!finds(smith, "family=eve"));
    assert.ok(finds(smith, "given=zoe"));
    assert.ok(finds(smith, "phonetic=eve"));
  });

  it("finds the whole and nothing else with :exact", () => {
    assert.ok(finds(smith, "given:exact=Eve"));
    assert.ok(!finds(smith, "given:exact=eve"));
    assert.ok(!finds(smith, "given:exact=Ev"));
    assert.ok(!finds(smith, "given:exact=Zoe Anne"));
    assert.ok(finds(smith, "given:exact=Zoe\u0308 Anne"), "the same letter, composed otherwise");
  });

  it("finds anywhere with :contains", () => {
    assert.ok(finds(smith, "family:contains=smith"));
    assert.ok(finds(smith, "family:contains=BRIEN"));
    assert.ok(!finds(smith, "family:contains=eve"));
  });

  it("finds addresses by each of their parts", () => {
    const value: JsonObject = {
      resourceType: "Patient",
      id: "p",
      address: [{ line: ["5 Rue de l'Été"], city: "Île-Verte", postalCode: "G0L 1K0", country: "CA", use: "home" }],
    };
    for (const query of [
      "address=5 rue",
      "address=ile",
      "address=G0L1",
      "address-city=ileverte",
      "address-country=ca",
    ]) {
      assert.equal(finds(value, query), query !== "address=G0L1", query);
    }
    assert.ok(finds(value, "address-use=home"));
  });

  it("finds names in every script", () => {
    const names: readonly (readonly [name: string, query: string])[] = [
      ["Müller", "muller"],
      ["Straße", "strasse"],
      ["ŁUKASZ", "lukasz"],
      ["Ødegård", "odegard"],
      ["İsmail", "ismail"],
      ["Ирина", "ирин"],
      ["Ёлкина", "елк"],
      ["Παπαδόπουλος", "παπαδοπουλοσ"],
      ["王小明", "王"],
      ["ガルシア", "ガル"],
      ["김철수", "김철"],
      ["मीना", "मी"],
      ["مُحَمَّد", "محمد"],
      ["שָׁלוֹם", "שלום"],
      ["สมชาย", "สม"],
      ["Ｊｏｈｎ", "john"],
      ["Nguyễn", "nguyen"],
    ];
    for (const [family, query] of names) assert.ok(finds(named({ family }), `family=${query}`), family);
  });

  it("finds characters beyond the BMP, joined and right to left", () => {
    const { blindIndex, names } = readableIndex();
    const family = "𠮷野‍👩‍⚕️ אבג";
    assert.ok(finds(named({ family }), `family:exact=${family}`));
    assert.ok(finds(named({ family }), "family=𠮷"));
    indexOf(named({ family }), blindIndex);
    for (const name of names.values()) assert.ok(name.isWellFormed(), name);
  });

  it("keeps letters apart that only look like accented ones", () => {
    assert.notEqual(foldText("か"), foldText("が"));
    assert.notEqual(foldText("मीना"), foldText("मना"));
    assert.ok(!finds(named({ family: "김철수" }), "family=기"), "a syllable is not found by its first letters");
  });

  it("finds what is nothing but punctuation by itself", () => {
    assert.ok(finds(named({ family: "---" }), "family=--"));
    assert.ok(!finds(named({ family: "Smith" }), "family=--"));
  });

  it("folds what is folded to itself", () => {
    for (const text of ["", "a  b", "Ｊ", "ß", "ŉ", "İ", "Ǆ", "'n", "مُحَمَّد", "---", "\u0301"]) {
      assert.equal(foldText(foldText(text)), foldText(text), JSON.stringify(text));
    }
  });
});
