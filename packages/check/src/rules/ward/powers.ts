/** Questions that several facts about Ward apps ask of a function, a policy or an agreement. */
import type { Graph } from "../../graph/graph.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, fail, pass, saying, unknown, type Truth, type Verdict } from "../../graph/truth.ts";

/** A fact that is only about what the condition holds for; where that is open, so is the answer unless it passes. */
export function where(condition: Truth, then: () => Verdict): Verdict {
  if (condition.outcome === "fail") return "notApplicable";
  const answer = then();
  if (condition.outcome === "pass" || answer === "notApplicable" || answer.outcome !== "fail") return answer;
  return unknown(condition.because, condition.spot);
}

export function hasRecords(fn: Resource): Truth {
  return fn.at("grants.fhir").isFilled();
}

/** A question about each egress grant. */
export function egress(fn: Resource, question: (grant: Property) => Truth): Verdict {
  const granted = fn.at("grants.egress");
  return where(granted.isFilled(), () => granted.every(question));
}

export function http(fn: Resource, then: () => Verdict): Verdict {
  return where(fn.at("trigger.kind").equals("http"), then);
}

/** A question about the schema of a route that takes a body. */
export function withBody(fn: Resource, question: (body: Property) => Verdict): Verdict {
  return http(fn, () =>
    where(fn.at("trigger.method").equals("POST", "PUT", "PATCH"), () => question(fn.at("trigger.body"))),
  );
}

/** Each schema inside of a schema, itself first (JSON Schema 2020-12 §10.2, §10.3). */
export function everySchema(schema: Property, question: (one: Property) => Truth): Truth {
  const inner = [
    ...["properties", "$defs", "patternProperties"].flatMap((key) =>
      schema
        .at(key)
        .entries()
        .map(([, one]) => one),
    ),
    ...["allOf", "anyOf", "oneOf", "prefixItems"].flatMap((key) => [...schema.at(key).items()]),
    ...["items", "additionalProperties"].map((key) => schema.at(key)).filter(({ value }) => value.kind === "map"),
  ];
  const own = schema.isUnknown ? schema.undecided() : question(schema);
  return all(own, ...inner.map((one) => everySchema(one, question)));
}

export function permit(policy: Resource, then: () => Verdict): Verdict {
  return where(policy.at("effect").equals("permit"), then);
}

/** Whether the named agreement is there and covers the class of data. */
export function covers(baa: Property, carries: Property, graph: Graph): Truth {
  return baa.judge((one) => {
    const name = one.text();
    if (name === undefined) return all(one.exists(), one.undecided());
    const agreement = graph.resource(`baas/${name}`);
    if (!agreement) return fail(`there is no compliance/baas/${name}.yaml`, one.spot);
    const covered = agreement.at("covers");
    const text = carries.text();
    if (covered.isAbsent || text === undefined || text === "none") return pass(`compliance/baas/${name}.yaml is there`);
    return saying(
      any(
        covered.some((item) => item.equals(text)),
        covered.some((item) => item.equals("phi")),
      ),
      `compliance/baas/${name}.yaml does not cover ${text}`,
    );
  });
}

/** A question about an agreement that some function's grant relies on. */
export function relied(agreement: Resource, graph: Graph, question: () => Truth): Verdict {
  const relies = graph
    .ofType("Ward::Function")
    .map((fn) => fn.at("grants.egress").some((grant) => grant.at("baa").equals(agreement.name)));
  return where(any(...relies), question);
}

/** What a function alone may answer: a route with its parameters nameless, or a message. */
export function claimOf(fn: Resource): string | undefined {
  const [kind, method, route] = ["kind", "method", "route"].map((key) => fn.at(`trigger.${key}`).text());
  if (kind === "hl7") return fn.at("trigger.message").text();
  if (kind !== "http" || method === undefined || route === undefined) return undefined;
  return `${method} ${route.replaceAll(/:[A-Za-z0-9]+/g, ":")}`;
}

/** Every text in it, at any depth. */
export function texts(property: Property): readonly Property[] {
  const found: Property[] = [];
  const waiting = [property];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.value.kind === "map") waiting.push(...at.entries().map(([, child]) => child));
    else if (at.value.kind === "list") waiting.push(...at.items());
    else if (at.text() !== undefined) found.push(at);
  }
  return found;
}
