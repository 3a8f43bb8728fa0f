/** Every shape of an answer, and which one reads the `configuration` of an item of AWS Config. */
import { COMPUTE_SHAPES } from "./compute.ts";
import { IDENTITY_IN_CONFIG, IDENTITY_SHAPES } from "./identity.ts";
import { MESSAGING_SHAPES } from "./messaging.ts";
import type { Shape } from "./shape.ts";
import { BUCKET_IN_CONFIG, STORAGE_SHAPES } from "./storage.ts";

export const SHAPES: readonly Shape[] = [...STORAGE_SHAPES, ...COMPUTE_SHAPES, ...MESSAGING_SHAPES, ...IDENTITY_SHAPES];

const IN_CONFIG: readonly Shape[] = [BUCKET_IN_CONFIG, ...IDENTITY_IN_CONFIG];

/** Where Config's vocabulary is the API's: any shape of the type that names what it needs. */
export function configShapes(type: string): readonly Shape[] {
  const own = IN_CONFIG.filter((shape) => shape.type === type);
  return own.length > 0 ? own : SHAPES.filter((shape) => shape.type === type).map((shape) => ({ ...shape, at: "" }));
}
