/** What verifies without a database: for auditors' machines, browsers' back ends and other logs' tools. */
export {
  checkpointText,
  openCheckpoint,
  openNote,
  signNote,
  verifierKey,
  type Checkpoint,
  type NoteKey,
} from "./note.ts";
export { formatProof, verifyProof } from "./proof.ts";
export { verifyAnswer, type AnswerVerdict } from "./questions/answer-file.ts";
export type { Question } from "./questions/question.ts";
export {
  EMPTY_ROOT,
  hashLeaf,
  hashNode,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyProof,
  type InclusionProof,
} from "./tree.ts";
