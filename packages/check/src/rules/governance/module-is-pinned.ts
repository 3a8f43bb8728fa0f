/** 45 CFR 164.308(a)(5)(ii)(B): nothing unknown is taken in. */
import type { Resource } from "../../graph/resource.ts";
import { saying, truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

/** `git::https://…`, `github.com/…`, `git@…`, `hg::…`. */
const REPOSITORY = /^(git|hg)::|^git@|^(github\.com|bitbucket\.org)\/|\.git(\?|\/\/|$)/;
/** `namespace/name/provider`, with a host before it where it is not the public registry. */
const REGISTRY = /^([\w.-]+\.[a-z]{2,}(:\d+)?\/)?[\w-]+\/[\w-]+\/[\w-]+(\/\/.*)?$/;

export const moduleIsPinned: Rule = {
  id: "module-is-pinned",
  title: "A module from elsewhere is pinned to a version",
  why: "Without a version tomorrow's deployment runs whatever its author published last night, with the rights to make and open everything.",
  remedy: "Give a registry module an exact version, and a repository's source a ref that is a tag or a commit.",
  snippet: `
module: { source: terraform-aws-modules/vpc/aws, version: 5.21.0 }`,
  severity: "medium",
  topics: ["integrity", "malicious-software"],
  types: ["Terraform::module"],
  judge(module: Resource) {
    const source = module.at("Source");
    const text = source.text() ?? "";
    if (REPOSITORY.test(text)) {
      const isPinned = /[?&]ref=[^&\s]+/.test(text) && !/[?&]ref=(main|master|develop|HEAD)(&|$)/.test(text);
      return truth(isPinned ? "pass" : "fail", `source is "${text.slice(0, 100)}"`, source.spot);
    }
    if (!REGISTRY.test(text)) return "notApplicable";
    return saying(module.at("Version").matches(/^\s*=?\s*v?\d+\.\d+\.\d+/), "version names no exact version");
  },
  samples: {
    good: [
      { terraform: `module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.21.0"\n}` },
      { terraform: `module "vpc" { source = "git::https://git.example/vpc.git?ref=v5.21.0" }` },
    ],
    bad: [
      { terraform: `module "vpc" { source = "terraform-aws-modules/vpc/aws" }` },
      { terraform: `module "vpc" {\n  source  = "app.terraform.io/clinic/vpc/aws"\n  version = ">= 5.0"\n}` },
      { terraform: `module "vpc" { source = "github.com/clinic/vpc" }` },
      { terraform: `module "vpc" { source = "git@github.com:clinic/vpc.git?ref=main" }` },
    ],
  },
};
