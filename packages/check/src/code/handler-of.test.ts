import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readUnit } from "../readers/read-unit.ts";
import { handlerOf } from "./handler-of.ts";
import { memoryFiles } from "./testing/memory-files.ts";

/** What is answered for the only function of the first file. */
async function found(files: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const [file = "", text = ""] = Object.entries(files)[0] ?? [];
  const reader = memoryFiles(files);
  const unit = await readUnit(file, text, { parameters: {}, files: reader });
  const fn = unit?.graph.ofType("AWS::Lambda::Function")[0];
  assert.ok(unit && fn, "the template has a function");
  const place = handlerOf(fn, unit.graph, reader);
  if (!place.found) return [place.reason];
  const { entry, layers = [], inline } = place.request;
  return [place.kind, entry.file, entry.export, ...layers, ...(inline ? [inline.text] : [])];
}

const sam = (properties: string, metadata = ""): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Save:
    Type: AWS::Serverless::Function
${metadata}
    Properties:
      Runtime: nodejs22.x
${properties}
`;

describe("where a function's code lies", () => {
  it("is SAM's CodeUri with the handler, TypeScript before JavaScript", async () => {
    const template = sam("      CodeUri: functions/\n      Handler: src/save.lambdaHandler");
    assert.deepEqual(
      await found({ "app/template.yaml": template, "app/functions/src/save.ts": "", "app/functions/src/save.js": "" }),
      ["source", "app/functions/src/save.ts", "lambdaHandler"],
    );
  });

  it("is what esbuild's EntryPoints name", async () => {
    const template = sam(
      "      CodeUri: functions\n      Handler: save.handler",
      "    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/other.ts, src/save.ts] } }",
    );
    assert.deepEqual(
      await found({ "template.yaml": template, "functions/src/save.ts": "", "functions/src/other.ts": "" }),
      ["source", "functions/src/save.ts", "handler"],
    );
  });

  it("is the source that a build's folder is made of", async () => {
    const template = sam("      CodeUri: dist/\n      Handler: functions/save.handler");
    assert.deepEqual(
      await found({ "template.yaml": template, "src/functions/save.ts": "", "dist/functions/save.js": "" }),
      ["source", "src/functions/save.ts", "handler"],
    );
    assert.deepEqual(await found({ "template.yaml": template, "dist/functions/save.js": "" }), [
      "bundle",
      "dist/functions/save.js",
      "handler",
    ]);
  });

  it("is a folder of cdk.out, or the source that its bundle says it is made of", async () => {
    const template = JSON.stringify({
      Resources: {
        F: {
          Type: "AWS::Lambda::Function",
          Metadata: { "aws:asset:path": "asset.abc" },
          Properties: { Runtime: "nodejs22.x", Handler: "index.handler", Code: { S3Bucket: "b", S3Key: "abc.zip" } },
        },
      },
    });
    const bundle = `// node_modules/x/a.js\nvar a = 1;\n\n// lambda/save.ts\nvar handler = () => a;\nexport { handler };\n`;
    const files = { "app/cdk.out/S.template.json": template, "app/cdk.out/asset.abc/index.mjs": bundle };
    assert.deepEqual(await found(files), ["bundle", "app/cdk.out/asset.abc/index.mjs", "handler"]);
    assert.deepEqual(await found({ ...files, "app/lambda/save.ts": "export const handler = 1" }), [
      "source",
      "app/lambda/save.ts",
      "handler",
    ]);
    const map = JSON.stringify({ version: 3, sources: ["../../node_modules/x/a.js", "../../lambda/save.ts"] });
    const mapped = {
      ...files,
      "app/cdk.out/asset.abc/index.mjs": "export{a as handler}",
      "app/cdk.out/asset.abc/index.mjs.map": map,
      "app/lambda/save.ts": "export const handler = 1",
    };
    assert.deepEqual(await found(mapped), ["source", "app/lambda/save.ts", "handler"]);
  });

  it("is of several sources of a bundle the one that exports the handler and that none of them imports", async () => {
    const sources = ["../../src/patients.ts", "../../src/store.ts", "../../src/remarks.ts"];
    const template = sam("      CodeUri: cdk.out/asset.abc\n      Handler: index.create");
    const files = {
      "app/template.yaml": template,
      "app/cdk.out/asset.abc/index.js": "exports.create=1",
      "app/cdk.out/asset.abc/index.js.map": JSON.stringify({ version: 3, sources }),
      "app/src/patients.ts": 'import { create as make } from "./store"; export const create = async () => make();',
      "app/src/store.ts": "export async function create() {}",
      "app/src/remarks.ts": "// what others create",
    };
    assert.deepEqual(await found(files), ["source", "app/src/patients.ts", "create"]);
  });

  it("is what the CDK app names, where its asset is not on disk", async () => {
    const template = (id: string): string =>
      JSON.stringify({
        Resources: {
          F: {
            Type: "AWS::Lambda::Function",
            Metadata: { "aws:cdk:path": `Stack/Api/${id}/Resource`, "aws:asset:path": "asset.gone" },
            Properties: { Runtime: "nodejs22.x", Handler: "index.main", Code: { S3Bucket: "b", S3Key: "gone.zip" } },
          },
        },
      });
    const app = `import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
      new NodejsFunction(this, "Load", { entry: "lambda/load.ts" });
      new NodejsFunction(this, "Save", { handler: "main", entry: path.join(__dirname, "..", "lambda/save.ts"), environment: {} });
      new NodejsFunction(this, "beside", {});
      new lambda.Function(this, "Plain", { code: lambda.Code.fromAsset(path.resolve(__dirname, "../code")), handler: "index.main" });
      new NodejsFunction(this, "Made", { entry: paths[kind] });`;
    const files = {
      "app/cdk.json": "{}",
      "app/lib/stack.ts": app,
      "app/lib/stack.beside.ts": "",
      "app/lambda/save.ts": "",
      "app/lambda/load.ts": "",
      "app/code/index.js": "",
    };
    const at = async (id: string): Promise<unknown> =>
      (await found({ "app/cdk.out/S.template.json": template(id), ...files }))[1];
    assert.equal(await at("Save"), "app/lambda/save.ts");
    assert.equal(await at("Load"), "app/lambda/load.ts");
    assert.equal(await at("beside"), "app/lib/stack.beside.ts");
    assert.equal(await at("Plain"), "app/code/index.js");
    assert.equal(await at("Made"), undefined);
    assert.equal(await at("None"), undefined);
  });

  it("is the template itself", async () => {
    const template = sam("      Handler: index.run\n      InlineCode: |\n        exports.run = () => 1;");
    assert.deepEqual(await found({ "template.yaml": template }), [
      "inline",
      "template.yaml (Save)/index.js",
      "run",
      "exports.run = () => 1;\n",
    ]);
  });

  it("is beside serverless.yml", async () => {
    const template = `service: s\nprovider: { name: aws, runtime: nodejs22.x }\nfunctions:\n  save:\n    handler: src/save.handler\n`;
    assert.deepEqual(await found({ "svc/serverless.yml": template, "svc/src/save.js": "" }), [
      "source",
      "svc/src/save.js",
      "handler",
    ]);
  });

  it("is what Terraform packs", async () => {
    const template = `
data "archive_file" "save" {
  type        = "zip"
  source_dir  = "\${path.module}/../functions/save"
  output_path = "\${path.module}/build/save.zip"
}
resource "aws_lambda_function" "save" {
  function_name    = "save"
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = data.archive_file.save.output_path
}
`;
    assert.deepEqual(await found({ "infra/main.tf": template, "functions/save/index.mjs": "" }), [
      "source",
      "functions/save/index.mjs",
      "handler",
    ]);
  });

  it("has the folders of its layers", async () => {
    const template = `${sam("      CodeUri: src\n      Handler: a.handler\n      Layers: [!Ref Shared]")}
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layers/shared }
`;
    assert.deepEqual(await found({ "template.yaml": template, "src/a.ts": "" }), [
      "source",
      "src/a.ts",
      "handler",
      "layers/shared",
    ]);
  });

  it("is said not to be found, with the reason", async () => {
    assert.deepEqual(await found({ "template.yaml": sam("      CodeUri: src\n      Handler: gone.handler") }), [
      "no file of its handler gone.handler is in src",
    ]);
    assert.deepEqual(await found({ "template.yaml": sam("      CodeUri: s3://b/k.zip\n      Handler: a.handler") }), [
      "where its code lies is not known",
    ]);
    const python = sam("      CodeUri: src\n      Handler: a.handler").replace("nodejs22.x", "python3.13");
    assert.deepEqual(await found({ "template.yaml": python }), ["it runs on python3.13, whose code is not read"]);
  });
});
