/** Whether a trail's selectors take events of objects in S3, in either of their two forms. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not, type Truth } from "../../graph/truth.ts";

export function recordsObjects(trail: Resource, direction: "ReadOnly" | "WriteOnly"): Truth {
  return any(
    trail.at("EventSelectors").some((selector) => takesObjects(selector, direction)),
    trail.at("AdvancedEventSelectors").some((selector) => takesObjectsByField(selector, direction)),
  );
}

function takesObjects(selector: Property, direction: string): Truth {
  const kind = selector.at("ReadWriteType");
  const isObjects = selector
    .at("DataResources")
    .some((one) => all(one.at("Type").equals("AWS::S3::Object"), one.at("Values").isFilled()));
  return all(kind.isAbsent ? isObjects : kind.equals("All", direction), isObjects);
}

function takesObjectsByField(selector: Property, direction: string): Truth {
  const fields = selector.at("FieldSelectors");
  const field = (name: string, ...values: readonly string[]) =>
    fields.some((one) =>
      all(
        one.at("Field").equals(name),
        one.at("Equals").some((value) => value.equals(...values)),
      ),
    );
  const otherDirection = direction === "ReadOnly" ? "false" : "true";
  return all(
    field("eventCategory", "Data"),
    field("resources.type", "AWS::S3::Object"),
    not(field("readOnly", otherDirection)),
  );
}
