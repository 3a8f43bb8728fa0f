/** 45 CFR 164.312(a)(2)(iv), 164.308(a)(5)(ii)(D): the passphrase seals every key. */
import type { Resource } from "../../graph/resource.ts";
import { all, not, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const nodePassphraseIsNoLiteral: Rule = {
  id: "node-passphrase-is-no-literal",
  title: "The passphrase of the root key stands in no file",
  why: "The passphrase seals the key under which all other keys lie. In a script or a manifest it is in Git, and with it everything that it protects.",
  remedy: "Take WARD_PASSPHRASE from a secret store when the node starts.",
  snippet: `
env: [{ name: WARD_PASSPHRASE, valueFrom: { secretKeyRef: { name: ward, key: passphrase } } }]`,
  severity: "critical",
  topics: ["secrets", "key-management"],
  types: ["Ward::Script", "Kubernetes::Deployment", "Kubernetes::StatefulSet"],
  waivable: false,
  judge(resource: Resource) {
    if (resource.type === "Ward::Script") {
      return saying(
        not(resource.at("command").matches(/\bWARD_PASSPHRASE=[^$\s]/)),
        "WARD_PASSPHRASE is written in the script",
      );
    }
    const given = resource
      .at("Pod.containers")
      .items()
      .flatMap((one) => one.at("env").items())
      .filter((one) => one.at("name").text() === "WARD_PASSPHRASE");
    if (given.length === 0) return "notApplicable";
    return all(
      ...given.map((one) => saying(not(one.at("value").exists()), "WARD_PASSPHRASE is written in the manifest")),
    );
  },
  samples: {
    good: [
      { ward: { "package.json": `{ "scripts": { "start": "ward start --production" } }` } },
      {
        ward: {
          "k8s.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: ward }
spec: { template: { spec: { containers: [{ name: ward, image: ward, command: [ward, start, --production], env: [{ name: WARD_PASSPHRASE, valueFrom: { secretKeyRef: { name: ward, key: passphrase } } }] }] } } }`,
        },
      },
    ],
    bad: [
      { ward: { "package.json": `{ "scripts": { "start": "WARD_PASSPHRASE=open-sesame ward start --production" } }` } },
      {
        ward: {
          "k8s.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: ward }
spec: { template: { spec: { containers: [{ name: ward, image: ward, command: [ward, start, --production], env: [{ name: WARD_PASSPHRASE, value: open-sesame }] }] } } }`,
        },
      },
    ],
  },
};
