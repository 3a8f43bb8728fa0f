/** The seven operations of the table: what is sent, what must come back, the aim, and what a plaintext server did. */
import type { HttpRequest } from "./fhir-http.ts";
import { CODES, mix, mrnOf, MRN_SYSTEM, observationOf, patientOf, transactionOf } from "./fhir-data.ts";

export interface Loaded {
  /** By the patient's number. */
  readonly patientIds: readonly string[];
}

export interface Operation {
  readonly name: string;
  readonly isWrite: boolean;
  readonly connections: number;
  readonly status: number;
  readonly aim: string;
  readonly peer: string;
  request(loaded: Loaded, sequence: number): HttpRequest;
  /** What is wrong with an answer. */
  problem(body: Answer): string | undefined;
}

interface Answer {
  readonly resourceType?: string;
  readonly id?: string;
  readonly entry?: readonly { readonly resource?: { readonly resourceType: string } }[];
}

const BASE = "/fhir/R4";
const CONNECTIONS = 16;
const PAGE = 20;

export const OPERATIONS: readonly Operation[] = [
  {
    name: "Observation create",
    isWrite: true,
    connections: CONNECTIONS,
    status: 201,
    aim: "≥ 2,000/s, p99 ≤ 30 ms",
    peer: "271 /s (242–306), p50 56 ms, p99 139 ms, processor 3.0 + 2.1 ms",
    request(loaded, sequence) {
      const { index, id } = patientAt(loaded, sequence);
      return {
        method: "POST",
        path: `${BASE}/Observation`,
        body: JSON.stringify(observationOf(`Patient/${id}`, index, sequence)),
      };
    },
    problem: (body) => (body.id === undefined ? "the created resource has no id" : undefined),
  },
  {
    name: "Patient read",
    isWrite: false,
    connections: CONNECTIONS,
    status: 200,
    aim: "≥ 5,000/s",
    peer: "1,422 /s (847–1,778), p50 9.8 ms, p99 33 ms, processor 0.8 + 0 ms (from its cache)",
    request: (loaded, sequence) => get(`Patient/${patientAt(loaded, sequence).id}`),
    problem: (body) => (body.resourceType === "Patient" ? undefined : "no Patient came back"),
  },
  {
    name: "Patient?identifier=",
    isWrite: false,
    connections: CONNECTIONS,
    status: 200,
    aim: "≥ 3,000/s",
    peer: "825 /s (571–991), p50 16.7 ms, p99 61 ms, processor 1.1 + 0.4 ms",
    request: (loaded, sequence) =>
      get(`Patient?identifier=${MRN_SYSTEM}%7C${mrnOf(patientAt(loaded, sequence).index)}`),
    problem: (body) => expectEntries(body, "Patient", 1, 1),
  },
  {
    name: "Observation?subject=&code=",
    isWrite: false,
    connections: CONNECTIONS,
    status: 200,
    aim: "≥ 3,000/s",
    peer: "895 /s (624–1,058), p50 16 ms, p99 46 ms, processor 1.0 + 0.5 ms",
    request: (loaded, sequence) =>
      get(
        `Observation?subject=Patient/${patientAt(loaded, sequence).id}&code=http://loinc.org%7C${CODES[sequence % CODES.length]}&_count=${PAGE}`,
      ),
    problem: (body) => expectEntries(body, "Observation", 5, PAGE),
  },
  {
    name: "Observation by subject, _include, _sort=-date",
    isWrite: false,
    connections: CONNECTIONS,
    status: 200,
    aim: "≥ 1,500/s",
    peer: "582 /s (505–684), p50 25 ms, p99 69 ms, processor 1.6 + 0.4 ms",
    request: (loaded, sequence) =>
      get(
        `Observation?subject=Patient/${patientAt(loaded, sequence).id}&_include=Observation:subject&_sort=-date&_count=${PAGE}`,
      ),
    problem: (body) => expectEntries(body, "Observation", PAGE, PAGE) ?? expectEntries(body, "Patient", 1, 1),
  },
  {
    name: "Patient update",
    isWrite: true,
    connections: CONNECTIONS,
    status: 200,
    aim: "≥ 1,500/s",
    peer: "265 /s (190–290), p50 56 ms, p99 149 ms, processor 3.2 + 1.6 ms",
    request(loaded, sequence) {
      const { index, id } = patientAt(loaded, sequence);
      const body = JSON.stringify({ ...patientOf(index, sequence % 8_000), id });
      return { method: "PUT", path: `${BASE}/Patient/${id}`, body };
    },
    problem: (body) => (body.resourceType === "Patient" ? undefined : "no Patient came back"),
  },
  {
    name: "transaction of 10",
    isWrite: true,
    connections: 4,
    status: 200,
    aim: "≥ 300/s",
    peer: "34 /s (26–34), p50 111 ms, p99 209 ms, processor 22 + 18 ms",
    // Numbers beyond the loaded ones: each transaction makes a patient with nine observations.
    request: (_loaded, sequence) => ({
      method: "POST",
      path: BASE,
      body: JSON.stringify(transactionOf([10_000_000 + sequence], 9)),
    }),
    problem: (body) => (body.entry?.length === 10 ? undefined : "the response has not ten entries"),
  },
];

function get(path: string): HttpRequest {
  return { method: "GET", path: `${BASE}/${path}` };
}

function patientAt({ patientIds }: Loaded, sequence: number): { readonly index: number; readonly id: string } {
  const index = mix(sequence, 1) % patientIds.length;
  return { index, id: patientIds[index] ?? "" };
}

function expectEntries({ entry = [] }: Answer, type: string, least: number, most: number): string | undefined {
  const found = entry.filter(({ resource }) => resource?.resourceType === type).length;
  return found >= least && found <= most ? undefined : `${found} ${type} instead of ${least} to ${most}`;
}
