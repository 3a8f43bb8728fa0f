/** 45 CFR 164.308(a)(5)(ii)(B): software that still gets its fixes. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionRuntimeIsSupported: Rule = {
  id: "function-runtime-is-supported",
  title: "The function runs on a supported runtime",
  why: "A runtime past its end gets no more security fixes, and sooner or later cannot be updated at all, in the middle of an incident.",
  remedy: "Move to a current runtime.",
  snippet: `
Runtime: nodejs24.x`,
  severity: "medium",
  topics: ["patching"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource) {
    const runtime = fn.at("Runtime");
    return runtime.isAbsent ? "notApplicable" : not(runtime.equals(...ENDED));
  },
  samples: {
    good: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` },
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: python3.13 } }` },
    ],
    bad: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs16.x } }` },
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: python3.7 } }` },
    ],
  },
};

/** Past the end of support by AWS's list of runtimes. */
const ENDED = (
  "nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x nodejs16.x nodejs18.x " +
  "python2.7 python3.6 python3.7 python3.8 ruby2.5 ruby2.7 java8 go1.x provided " +
  "dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 dotnet6 dotnet7"
).split(" ");
