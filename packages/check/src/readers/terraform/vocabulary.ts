/**
 * How Terraform's AWS types are said in CloudFormation's words. Names that are the same but for their case need no line
 * here: `kms_master_key_id` is `KmsMasterKeyId` by itself, and a nested block a map or list of the same. A type that is
 * not here keeps its own name and is judged by rules about no type.
 */

import type { MapValue } from "../../graph/value.ts";
import { ownEntry } from "../../source/own-entry.ts";

export interface TfType {
  readonly type: string | ((values: MapValue) => string);
  /**
   * Where an argument goes, by its path of blocks: a path from what the enclosing block became. An empty path puts a
   * block's contents into what encloses it; `^` before a path starts from the resource.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** Arguments that AWS has by default otherwise than CloudFormation would, when they are not written. */
  readonly defaults?: Readonly<Record<string, string | number | boolean>>;
  /** What the values of an argument are called in CloudFormation. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
  /** Arguments of one value that CloudFormation has lists of, so that several resources add to one. */
  readonly lists?: readonly string[];
  /** Where renaming is not enough: a last change of the whole. */
  readonly reshape?: (properties: MapValue) => MapValue;
  /**
   * Says something of another resource: which argument names that, and what type it is. `item`: all of it is one item of
   * that list there.
   */
  readonly partOf?: { readonly by: string; readonly type: string; readonly item?: string };
  /** Arguments that are resources of their own in CloudFormation. */
  readonly apart?: readonly ApartResource[];
}

export interface ApartResource {
  readonly argument: string;
  readonly type: string;
  /** Where the argument goes in it, and where the reference to what it stood in. */
  readonly at: string;
  readonly owner: string;
  readonly ownerIsList?: boolean;
}

/** Words that CloudFormation writes in capitals wherever they stand. */
export const SPELLINGS: Readonly<Record<string, string>> = {
  sse_algorithm: "SSEAlgorithm",
  kms_master_key_id: "KmsMasterKeyId",
  ipv6_cidr_blocks: "CidrIpv6",
  vpc_id: "VpcId",
  db_name: "DBName",
};

export function toPascal(name: string): string {
  return (
    ownEntry(SPELLINGS, name) ?? name.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  );
}
