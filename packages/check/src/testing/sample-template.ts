/** A rule's sample is what stands under `Resources:`, or a whole template. */
export function sampleTemplate(sample: string): string {
  if (/^(Resources|Transform|Parameters|AWSTemplateFormatVersion|apiVersion)\b/m.test(sample)) return sample;
  return `Resources:\n${sample.trim().replaceAll(/^/gm, "  ")}\n`;
}
