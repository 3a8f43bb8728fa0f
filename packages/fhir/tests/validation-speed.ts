/**
 * `node packages/fhir/tests/validation-speed.ts`: CPU time of validation and extraction, per resource, and of loading
 * the generated code. CPU and not wall time, because the machine may be shared; figures, never asserted.
 */
import { sample } from "../src/testing/samples.ts";

const start = process.cpuUsage();
const { checkResource } = await import("../src/validation/check-resource.ts");
const { extractSearchValues } = await import("../src/extraction/extract.ts");
for (const type of ["Patient", "Observation"]) {
  checkResource(sample(type));
  extractSearchValues(sample(type));
}
console.log(`load and first use: ${(cpuSince(start) / 1000).toFixed(0)} ms`);

const ROUNDS = 20_000;
for (const type of ["Patient", "Observation", "MedicationRequest", "Condition"]) {
  // As parsed from a request: shapes and strings of their own.
  const copies = Array.from(
    { length: 50 },
    () => JSON.parse(JSON.stringify(sample(type))) as ReturnType<typeof sample>,
  );
  const cost = (work: (resource: ReturnType<typeof sample>) => unknown): string => {
    for (let round = 0; round < ROUNDS / 4; round++) work(copies[round % copies.length] as never);
    const from = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) work(copies[round % copies.length] as never);
    return (cpuSince(from) / ROUNDS).toFixed(1);
  };
  const size = JSON.stringify(copies[0]).length;
  console.log(`${type} of ${size} bytes: validate ${cost(checkResource)} µs, extract ${cost(extractSearchValues)} µs`);
}

function cpuSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return user + system;
}
