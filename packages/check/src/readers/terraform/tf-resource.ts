/** A resource as Terraform has it, from HCL or from a plan, before it is put into the common vocabulary. */
import type { MapValue } from "../../graph/value.ts";
import type { Spot } from "../../source/source-text.ts";

export interface TfResource {
  /** `module.records.aws_s3_bucket.uploads[0]`: unique, and what references name. */
  readonly address: string;
  /** `aws_s3_bucket`. */
  readonly type: string;
  /** Arguments; each nested block is a list of maps. */
  readonly values: MapValue;
  readonly spot: Spot;
  /** Why it may not exist, where its count hangs on something that is open. */
  readonly onlyIf?: string;
}
