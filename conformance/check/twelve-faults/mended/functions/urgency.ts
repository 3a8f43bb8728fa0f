const URGENT = /\b(chest pain|stroke|haemorrhage|suicid)/i;

export function urgencyOf(reason: string): "urgent" | "routine" {
  return URGENT.test(reason) ? "urgent" : "routine";
}
