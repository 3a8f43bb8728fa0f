/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const parameterWithASecretIsHidden: Rule = {
  id: "parameter-with-a-secret-is-hidden",
  title: "A parameter for a secret is hidden",
  why: "What is typed into a parameter is shown to everyone who may look at the stack, for ever.",
  remedy: "Set NoEcho to true and leave the default away.",
  snippet: `
Parameters:
  DbPassword: { Type: String, NoEcho: true }`,
  severity: "high",
  topics: ["secrets"],
  types: ["Ward::Parameter"],
  judge(thing: Resource) {
    const isSecret =
      /password|passwd|secret(?!.*(arn|name|id)$)|api_?key|access_?token|private_?key/i.test(thing.name) &&
      !/(arn|name|id|length|path)$/i.test(thing.name);
    if (!isSecret || /^AWS::|List/.test(thing.at("Type").text() ?? "")) return "notApplicable";
    return all(thing.at("NoEcho").isTrue(), not(thing.at("Default").isFilled()));
  },
  samples: {
    good: [
      {
        cloudformation: `
Parameters:
  DbPassword: { Type: String, NoEcho: true }
Resources: {}`,
      },
    ],
    bad: [
      {
        cloudformation: `
Parameters:
  DbPassword: { Type: String }
Resources: {}`,
      },
      {
        cloudformation: `
Parameters:
  DbPassword: { Type: String, NoEcho: true, Default: hunter22 }
Resources: {}`,
      },
    ],
  },
};
