import {
  type Identity,
  type FieldError,
  inResolutionOrder,
  planSpecWrite,
  resolveTag,
  type SourceTags,
  sourceForbidden,
  type StreamName,
  streamToAuthorize,
  type TagPair,
  type TagReference,
} from '@faktorz/domain';
import type { StreamDraft } from './stream-draft.js';

/** May the writer read images of another namespace's stream? */
export interface SourceAccess {
  review(
    identity: Identity,
    source: StreamName,
  ): Promise<{ allowed: boolean; reason?: string; evaluationError?: string }>;
}

export interface SpecTagsWrite {
  stream: StreamName;
  /** Before the write; 0 when the stream is being created. */
  generation: number;
  pairs: readonly TagPair[];
  /** Lookup policy or repository differ. */
  otherSpecChanged: boolean;
  draft: StreamDraft;
  sources: SourceTags;
  access: SourceAccess;
  identity: Identity;
  internalRegistry?: string;
  now: string;
}

/** The generation after the write, and what kept tags from being resolved. */
export interface SpecTagsResult {
  generation: number;
  written: TagReference[];
  errors: FieldError[];
}

/** Writes spec tags into the draft, gives them their generations and resolves those that changed. */
export async function writeSpecTags(write: SpecTagsWrite): Promise<SpecTagsResult> {
  const { draft, stream } = write;
  const plan = planSpecWrite(stream.namespace, write.generation, write.pairs, write.otherSpecChanged);
  for (const tag of plan.written) await draft.setSpec(tag.name, tag);
  for (const name of plan.removed) await draft.setSpec(name, null);
  const errors: FieldError[] = [];
  const reviewed = new Map<string, Awaited<ReturnType<SourceAccess['review']>>>();
  for (const tag of inResolutionOrder(stream, plan.toResolve)) {
    const refused = await refusal(tag, write, reviewed);
    const error = refused ?? (await resolve(tag, plan.generation, write));
    if (error) errors.push(error);
  }
  return { generation: plan.generation, written: plan.written, errors };
}

async function refusal(
  tag: TagReference,
  { stream, access, identity }: SpecTagsWrite,
  reviewed: Map<string, Awaited<ReturnType<SourceAccess['review']>>>,
): Promise<FieldError | undefined> {
  const source = streamToAuthorize(stream, tag);
  if (!source) return undefined;
  const key = `${source.namespace}/${source.name}`;
  const review = reviewed.get(key) ?? (await access.review(identity, source));
  reviewed.set(key, review);
  return review.allowed ? undefined : sourceForbidden(tag.name, source, review.reason, review.evaluationError);
}

async function resolve(tag: TagReference, generation: number, write: SpecTagsWrite): Promise<FieldError | undefined> {
  const { draft, stream, now, internalRegistry, sources } = write;
  const resolution = await resolveTag(tag, { stream, generation, now, internalRegistry }, sources);
  if (resolution.error) return resolution.error;
  const { raisedSource, event } = resolution;
  if (raisedSource) await draft.raiseNewest(raisedSource.tag, raisedSource.generation);
  if (event) await draft.addEvent(tag.name, event, 'tag');
  return undefined;
}
