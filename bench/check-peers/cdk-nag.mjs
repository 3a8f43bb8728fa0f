/** The peer as a process of its own: cdk-nag's HIPAA pack over templates, each included as a stack of one CDK app. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack, Validations } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { HIPAASecurityChecks } from "cdk-nag";

const [, , target = ""] = process.argv;
const outdir = mkdtempSync(join(tmpdir(), "ward-cdk-nag-"));
try {
  // The limit of 500 resources a stack is CloudFormation's and has nothing to do with judging.
  const app = new App({ outdir, analyticsReporting: false, context: { "@aws-cdk/core:stackResourceLimit": 0 } });
  for (const [index, templateFile] of templates(target).entries()) {
    new CfnInclude(new Stack(app, `Stack${index}`), "Template", { templateFile });
  }
  Validations.of(app).addPlugins(new HIPAASecurityChecks(app));
  app.synth();
} catch (thrown) {
  // It judged, and found something; anything else that is thrown ended it before.
  if (!(thrown instanceof Error && thrown.message.includes("Validation failed"))) throw thrown;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

/** @param {string} path */
function templates(path) {
  return statSync(path).isFile() ? [path] : readdirSync(path).map((name) => join(path, name));
}
