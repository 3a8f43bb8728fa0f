/** What the SAM transform makes: resources that carry the place and the name of what they were made for. */
import { fromPlain } from "../../../graph/plain-value.ts";
import { Resource } from "../../../graph/resource.ts";
import { map, reference, type Reference, type Value } from "../../../graph/value.ts";

/** A new resource beside its author's. `properties` is plain data in which values may stand. */
export function make(author: Resource, id: string, type: string, properties: object): Resource {
  const made = fromPlain(properties, author.spot);
  return new Resource({
    id,
    type,
    properties: made.kind === "map" ? made : map([], author.spot),
    attributes: author.attributes,
    spot: author.spot,
    madeFor: author.id,
    name: `${id}, which SAM makes for ${author.name}`,
    ...(author.onlyIf === undefined ? {} : { onlyIf: author.onlyIf }),
  });
}

/** The author's own resource under the type that it stands for. */
export function become(author: Resource, type: string, properties: object): Resource {
  const made = fromPlain(properties, author.properties.spot);
  return new Resource({
    id: author.id,
    type,
    properties: made.kind === "map" ? { ...made, ...openOf(author) } : author.properties,
    attributes: author.attributes,
    spot: author.spot,
    ...(author.name === author.id ? {} : { name: author.name }),
    ...(author.onlyIf === undefined ? {} : { onlyIf: author.onlyIf }),
  });
}

/** A property's value, or undefined so that what is made does not have it. */
export function given(author: Resource, path: string): Value | undefined {
  const { value } = author.at(path);
  return value.kind === "absent" ? undefined : value;
}

export function attributeOf(author: Resource, attribute: string): Reference {
  return reference(author.id, attribute, author.spot);
}

export function pickGiven(author: Resource, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given(author, name);
      return value ? [[name, value] as const] : [];
    }),
  );
}

function openOf({ properties }: Resource): { readonly open?: string } {
  return properties.open === undefined ? {} : { open: properties.open };
}
