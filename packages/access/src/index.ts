export type { Act, ActOutcome, Acts, Door, EntryFacts, RecordReader, RecordWriter, Touched } from "./contract.ts";
