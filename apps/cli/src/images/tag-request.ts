import { exactReference, type ImportMode } from '@faktorz/domain';
import type { KubeObject } from '../client/kube-object.js';
import { type Destination, splitDestination } from './tag-destination.js';
import { IMAGE_API } from './image-stream.js';
import { nameString, type TagSource } from './tag-source.js';

export interface TagOptions {
  alias: boolean;
  reference: boolean;
  scheduled: boolean;
  insecure: boolean;
  referencePolicy: 'Source' | 'Local';
  importMode: ImportMode;
}

/** The ImageStreamTag that makes a destination point at a source. */
export function tagRequest(
  source: TagSource,
  destination: Destination,
  options: TagOptions,
  currentNamespace: string,
): KubeObject {
  const { stream, tag } = splitDestination(destination);
  return {
    kind: 'ImageStreamTag',
    apiVersion: IMAGE_API,
    metadata: { name: `${stream}:${tag}`, namespace: destination.namespace },
    tag: {
      name: tag,
      annotations: null,
      from: sourceObject(source, destination, currentNamespace),
      reference: options.reference || undefined,
      // Zero asks the server to look again even when nothing else changed; other kinds leave it to the server.
      generation: source.kind === 'DockerImage' ? 0 : null,
      importPolicy: {
        insecure: options.insecure || undefined,
        scheduled: options.scheduled || undefined,
        importMode: options.importMode,
      },
      referencePolicy: { type: options.referencePolicy },
    },
    generation: 0,
    lookupPolicy: { local: false },
    image: { metadata: {}, dockerImageMetadata: null },
  };
}

function sourceObject({ kind, reference }: TagSource, { namespace }: Destination, currentNamespace: string) {
  if (kind === 'DockerImage') return { kind, name: exactReference(reference) };
  const from = reference.namespace || (namespace === currentNamespace ? undefined : currentNamespace);
  return { kind, namespace: from, name: nameString(reference) };
}

/** The line that tells what was done. */
export function tagMessage(
  source: TagSource,
  destination: Destination,
  options: TagOptions,
  currentNamespace: string,
): string {
  const exact = exactReference(source.reference);
  const here = destination.namespace === currentNamespace;
  const name = here ? destination.nameAndTag : `${destination.namespace}/${destination.nameAndTag}`;
  if (options.alias) return `Tag ${name} set up to track ${exact}.`;
  if (options.scheduled)
    return here ? `Tag ${name} set to import ${exact} periodically.` : `Tag ${name} set to ${exact} periodically.`;
  return `Tag ${name} set to ${exact}.`;
}
