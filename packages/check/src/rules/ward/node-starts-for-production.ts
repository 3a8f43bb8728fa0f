/** 45 CFR 164.312(a)(2)(iv): keys are not kept beside the data. */
import type { Resource } from "../../graph/resource.ts";
import { all, saying } from "../../graph/truth.ts";
import { isForProduction, startsNode } from "./node-start.ts";
import type { Rule } from "../rule.ts";

export const nodeStartsForProduction: Rule = {
  id: "node-starts-for-production",
  title: "What starts a node for production says so",
  why: "Without --production a node takes the root key from an unsealed file beside the data, made for trying it out. Whoever gets the disk gets every record.",
  remedy: "Start it with --production (or NODE_ENV=production) and give WARD_PASSPHRASE from a secret store.",
  snippet: `
"start:production": "ward start --production"`,
  severity: "high",
  topics: ["key-management", "encryption-at-rest"],
  types: ["Ward::Script", "Kubernetes::Deployment", "Kubernetes::StatefulSet"],
  judge(resource: Resource) {
    if (resource.type === "Ward::Script") {
      if (!/prod|live|deploy|serve/i.test(resource.name)) return "notApplicable";
      return resource.at("command").matches(/\s--production\b|\bNODE_ENV=production\b/);
    }
    const nodes = resource
      .at("Pod.containers")
      .items()
      .filter((one) => startsNode(one));
    if (nodes.length === 0) return "notApplicable";
    return all(
      ...nodes.map((one) => saying(isForProduction(one), "neither --production nor NODE_ENV=production is given")),
    );
  },
  samples: {
    good: [
      { ward: { "package.json": `{ "scripts": { "start:production": "ward start --production" } }` } },
      { ward: { "package.json": `{ "scripts": { "dev": "ward dev", "deploy": "NODE_ENV=production ward start" } }` } },
      {
        ward: {
          "k8s.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: ward }
spec: { template: { spec: { containers: [{ name: ward, image: ward, command: [ward, start, --production], env: [] }] } } }`,
        },
      },
    ],
    bad: [
      { ward: { "package.json": `{ "scripts": { "start:prod": "ward start" } }` } },
      {
        ward: {
          "k8s.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: ward }
spec: { template: { spec: { containers: [{ name: ward, image: ward, command: [ward, start], env: [] }] } } }`,
        },
      },
      {
        ward: {
          "k8s.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: ward }
spec: { template: { spec: { containers: [{ name: ward, image: ward, command: [npx, ward, start], env: [{ name: NODE_ENV, value: development }] }] } } }`,
        },
      },
    ],
  },
};
