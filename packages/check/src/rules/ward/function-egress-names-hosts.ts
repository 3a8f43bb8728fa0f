/** 45 CFR 164.504(e): an agreement is with somebody, not with everybody. */
import type { Resource } from "../../graph/resource.ts";
import { all, fail, pass } from "../../graph/truth.ts";
import { hostProblem } from "./accepted.ts";
import { egress } from "./powers.ts";
import type { Rule } from "../rule.ts";

export const functionEgressNamesHosts: Rule = {
  id: "function-egress-names-hosts",
  title: "Egress goes to named hosts",
  why: "Data that may leave to any host, or to an address that anyone may hold tomorrow, has no known recipient.",
  remedy: "Name each host exactly, with its port where it is not 443.",
  snippet: `
grants: { egress: [{ host: "pager.example.org", baa: "none", carries: "none" }] },`,
  severity: "high",
  topics: ["egress-control"],
  types: ["Ward::Function"],
  judge(fn: Resource) {
    return egress(fn, (grant) =>
      grant.at("host").judge((host) => {
        const text = host.text();
        if (text === undefined) return all(host.exists(), host.undecided());
        const problem = hostProblem(text);
        return problem === undefined
          ? pass(`it names ${text}`, host.spot)
          : fail(`${host.path}: ${problem}`, host.spot);
      }),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "pager.example.org", baa: "none", carries: "none" }] } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "*.example.org", baa: "none", carries: "none" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "https://pager.example.org/v1", baa: "none", carries: "none" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: "203.0.113.7", baa: "none", carries: "none" }] } }`,
        },
      },
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ baa: "none", carries: "none" }] } }`,
        },
      },
    ],
    unknown: [
      {
        ward: {
          "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT", grants: { egress: [{ host: process.env.PAGER, baa: "none", carries: "none" }] } }`,
        },
      },
    ],
  },
};
