/**
 * Codes against required bindings. Where an element of type `code` is bound with strength `required`, its value MUST
 * be in the value set (FHIR R4 terminologies §4.1.3); the structure validator looks at its syntax alone. Each type is
 * compiled once into a tree of member names, so that a check is one walk over the members that are there.
 */
import { codesOf, elementKeys, isResourceType, loadDefinition, loadedDefinition } from "./definitions.ts";
import { isObject, type JsonObject, type JsonValue } from "./json.ts";

interface ElementCheck {
  readonly codes?: ReadonlySet<string>;
  /** Members of the element, resolved late because types refer to each other in circles. */
  readonly members?: () => Members | undefined;
}
type Members = ReadonlyMap<string, ElementCheck>;

const compiled = new Map<string, Members>();

/** `<path>: required-binding` for each code outside its value set. The resource's types MUST be loaded. */
export function checkCodes(resource: JsonObject): string[] {
  const issues: string[] = [];
  const type = resource["resourceType"] as string;
  walk(resource, membersOf(type), type, issues);
  return issues;
}

function walk(value: JsonObject, members: Members | undefined, path: string, issues: string[]): void {
  if (!members) return;
  for (const key of Object.keys(value)) {
    const check = members.get(key);
    const member = value[key];
    if (!check || member === undefined || member === null) continue;
    if (!Array.isArray(member)) checkElement(member, check, `${path}.${key}`, issues);
    else for (const [index, item] of member.entries()) checkElement(item, check, `${path}.${key}[${index}]`, issues);
  }
}

function checkElement(value: JsonValue, check: ElementCheck, path: string, issues: string[]): void {
  if (typeof value === "string") {
    if (check.codes && !check.codes.has(value)) issues.push(`${path}: required-binding`);
    return;
  }
  if (!check.members || !isObject(value)) return;
  const nested = value["resourceType"];
  walk(value, isResourceType(nested) ? membersOf(nested) : check.members(), path, issues);
}

function membersOf(type: string): Members | undefined {
  const known = compiled.get(type);
  if (known) return known;
  const definition = isResourceType(type) ? loadDefinition(type) : loadedDefinition(type);
  if (!definition?.snapshot) return undefined;
  const byPath = new Map<string, Map<string, ElementCheck>>();
  const root = definition.snapshot.element[0]?.path ?? type;
  byPath.set(root, new Map());
  for (const element of definition.snapshot.element.slice(1)) {
    const path = element.path;
    const parent = byPath.get(path.slice(0, path.lastIndexOf(".")));
    if (!parent) continue;
    const backbone = element.type?.some(({ code }) => code === "BackboneElement" || code === "Element");
    if (backbone) byPath.set(path, new Map());
    const reference = element.contentReference?.slice(element.contentReference.indexOf("#") + 1);
    const keys = elementKeys(element);
    const choice = element.path.endsWith("[x]");
    for (const [index, key] of keys.entries()) {
      const code = (choice ? element.type?.[index - 1] : element.type?.[0])?.code;
      if (reference) parent.set(key, { members: () => byPath.get(reference) });
      else if (backbone) parent.set(key, { members: () => byPath.get(path) });
      else if (code === "code") {
        const codes = element.binding?.valueSet ? codesOf(element.binding.valueSet) : undefined;
        if (codes) parent.set(key, { codes });
      } else if (code && /^[A-Z]/.test(code)) parent.set(key, { members: () => membersOf(code) });
    }
  }
  const members = byPath.get(root) ?? new Map<string, ElementCheck>();
  compiled.set(type, members);
  return members;
}
