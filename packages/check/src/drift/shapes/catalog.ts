/** Every shape of an answer of AWS's CLI. */
import { COMPUTE_SHAPES } from "./compute.ts";
import { IDENTITY_SHAPES } from "./identity.ts";
import { MESSAGING_SHAPES } from "./messaging.ts";
import type { Shape } from "./shape.ts";
import { STORAGE_SHAPES } from "./storage.ts";

export const SHAPES: readonly Shape[] = [...STORAGE_SHAPES, ...COMPUTE_SHAPES, ...MESSAGING_SHAPES, ...IDENTITY_SHAPES];
