import type { FailReason, SkipReason, WrittenImage } from './trigger-record.js';

/** What came of one change of a tag at one object. */
export type Outcome = { tag: string; position: string } & (
  | { phase: 'Written'; images: WrittenImage[]; resourceVersion?: string }
  | { phase: 'Skipped'; reason: SkipReason; message?: string }
  | { phase: 'Failed'; reason: FailReason; message: string }
);
