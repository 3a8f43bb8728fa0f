import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readUnit } from "./read-unit.ts";

const OPTIONS = { parameters: {}, files: { read: () => undefined, list: () => [] } };

async function problemsIn(file: string, text: string) {
  return (await readUnit(file, text, OPTIONS))?.graph.problems.length;
}

describe("a file of a repository", () => {
  it("is passed over where it only mentions the words of a template, though it can't be parsed", async () => {
    for (const [file, text] of [
      [
        "chart/templates/deploy.yaml",
        "# Resources\n{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\nspec: {{ .spec }}\n{{- end }}\n",
      ],
      ["notes.yaml", "provider:\n  a: [\n"],
      ["notes.json", '{ "about": "Resources", '],
    ] as const) {
      assert.equal(await problemsIn(file, text), undefined, file);
    }
  });

  it("is named where it is meant as an input and can't be parsed", async () => {
    for (const [file, text] of [
      ["a.yaml", "Resources:\n  A: [\n"],
      ["a.json", '{"Resources": {"A": '],
      ["a.yaml", "AWSTemplateFormatVersion: 2010-09-09\n{{ jinja }}: [\n"],
      ["serverless.yml", "provider:\n  name: [\n"],
      ["deploy.yaml", "apiVersion: v1\nkind: [\n"],
    ] as const) {
      assert.ok(((await problemsIn(file, text)) ?? 0) > 0, text);
    }
  });
});
