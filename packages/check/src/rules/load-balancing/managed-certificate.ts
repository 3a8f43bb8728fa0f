/** A certificate of ACM, by its ARN or as a resource of the template. */
import type { Property } from "../../graph/property.ts";
import { pass, type Truth } from "../../graph/truth.ts";

export function isManaged(certificate: Property): Truth {
  return certificate.judge((one) =>
    one.value.kind === "reference"
      ? pass("a certificate that is made here", one.spot)
      : one.matches(/^arn:[\w-]+:acm:/),
  );
}
