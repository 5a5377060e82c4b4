import { type ImportMode, INSECURE_REPOSITORY_ANNOTATION, resolveAlias, type TagReference } from '@faktorz/domain';
import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { IMAGE_API, type ImageStream, specTag } from './image-stream.js';
import type { ImportTarget } from './import-target.js';

export interface ImportOptions {
  /** STREAM[:TAG] as typed. */
  target: string;
  from: string;
  confirm: boolean;
  all: boolean;
  scheduled: boolean;
  /** Undefined where the flag was not given: the stream's annotation decides then. */
  insecure: boolean | undefined;
  referencePolicy: 'Source' | 'Local';
  importMode: ImportMode;
  dryRun: boolean;
}

/** What to ask the server for, and the stream as it will look (for `-o`). */
export interface PlannedImport {
  stream: ImageStream;
  request: KubeObject;
}

/** Decides what to import into a stream (undefined: there is none yet). Throws what the user has to change. */
export function planImport(
  stream: ImageStream | undefined,
  target: ImportTarget,
  options: ImportOptions,
  namespace: string,
): PlannedImport {
  if (!stream) return planNewStream(target, options, namespace);
  return options.all ? planAll(stream, options, namespace) : planTag(stream, target, options, namespace);
}

function planNewStream({ name, tag }: ImportTarget, options: ImportOptions, namespace: string): PlannedImport {
  if (!options.confirm) {
    throw new CommandError(`no image stream named "${name}" exists, pass --confirm to create and import`);
  }
  const from = options.from || options.target;
  const spec = { lookupPolicy: { local: false } };
  const stream: ImageStream = {
    apiVersion: IMAGE_API,
    kind: 'ImageStream',
    metadata: { name },
    spec,
    status: { dockerImageRepository: '' },
  };
  if (options.all) {
    const request = repositoryRequest(stream, from, options, namespace);
    return { stream: { ...stream, spec: { ...spec, dockerImageRepository: from } }, request };
  }
  const request = tagsRequest(stream, [[tag, from]], options, namespace);
  // The stream is only for `-o`; oc leaves the name of its tag empty.
  const reference: TagReference = {
    name: '',
    annotations: null,
    from: { kind: 'DockerImage', name: from },
    generation: null,
    importPolicy: {},
    referencePolicy: { type: options.referencePolicy },
  };
  return { stream: { ...stream, spec: { ...spec, tags: [reference] } }, request };
}

function planAll(stream: ImageStream, options: ImportOptions, namespace: string): PlannedImport {
  const repository = stream.spec?.dockerImageRepository ?? '';
  const from = options.from || repository;
  if (from === '') {
    const outside = (stream.spec?.tags ?? []).filter((tag) => tag.from?.kind === 'DockerImage');
    if (outside.length === 0)
      throw new CommandError('image stream does not have tags pointing to external container images');
    const wanted = outside.map((tag): [string, string] => [tag.name, tag.from?.name ?? '']);
    return { stream, request: tagsRequest(stream, wanted, options, namespace) };
  }
  if (from === repository) return { stream, request: repositoryRequest(stream, from, options, namespace) };
  if (!options.confirm) {
    throw new CommandError(
      repository === ''
        ? 'the image stream does not currently import an entire Docker repository, pass --confirm to update'
        : `the image stream has a different import spec "${repository}", pass --confirm to update`,
    );
  }
  const changed = { ...stream, spec: { ...stream.spec, dockerImageRepository: from } };
  return { stream: changed, request: repositoryRequest(stream, from, options, namespace) };
}

function planTag(stream: ImageStream, { tag }: ImportTarget, options: ImportOptions, namespace: string): PlannedImport {
  const found = resolveAlias({ namespace, name: stream.metadata?.name ?? '' }, tag, (name) => specTag(stream, name));
  switch (found.problem) {
    case 'invalid':
      throw new CommandError(`tag "${tag}" points to an invalid imagestreamtag`);
    case 'other-stream':
      throw new CommandError(`tag "${tag}" points to an imagestreamtag from another ImageStream`);
    case 'circular':
      throw new CommandError(`tag "${tag}" on the image stream is a reference to same tag`);
    case 'not-found':
      return planNewTag(stream, tag, options, namespace);
    default:
      return planKnownTag(stream, tag, found, options, namespace);
  }
}

function planNewTag(stream: ImageStream, tag: string, options: ImportOptions, namespace: string): PlannedImport {
  const from = options.from || (tag === 'latest' ? (stream.spec?.dockerImageRepository ?? '') : '');
  if (from === '') {
    throw new CommandError(
      `the tag "${tag}" does not exist on the image stream - choose an existing tag to import or use the 'tag' command to create a new tag`,
    );
  }
  const added = { name: tag, from: { kind: 'DockerImage', name: from } } as TagReference;
  return withTag(stream, tag, added, from, options, namespace);
}

function planKnownTag(
  stream: ImageStream,
  tag: string,
  found: { tag: string; reference: TagReference; isAlias: boolean },
  options: ImportOptions,
  namespace: string,
): PlannedImport {
  const { from } = found.reference;
  if (from && from.kind !== 'DockerImage') {
    throw new CommandError(`tag "${tag}" points to existing ${from.kind} "${from.name}", it cannot be re-imported`);
  }
  if (!from) {
    throw new CommandError(
      `tag "${tag}" already exists - you must use the 'tag' command if you want to change the source to "${options.from}"`,
    );
  }
  if (options.from !== '' && options.from !== from.name) {
    const way = found.isAlias ? `the tag "${tag}" points to the tag "${found.tag}" which` : `the tag "${tag}"`;
    throw new CommandError(
      `${way} points to "${from.name}" - use the 'tag' command if you want to change the source to "${options.from}"`,
    );
  }
  return withTag(stream, found.tag, { ...found.reference, generation: 0 }, from.name, options, namespace);
}

function withTag(
  stream: ImageStream,
  tag: string,
  reference: TagReference,
  from: string,
  options: ImportOptions,
  namespace: string,
): PlannedImport {
  const request = tagsRequest(stream, [[tag, from]], options, namespace);
  const tags = stream.spec?.tags ?? [];
  const known = tags.some(({ name }) => name === tag);
  const changed = known ? tags.map((other) => (other.name === tag ? reference : other)) : [...tags, reference];
  return { stream: { ...stream, spec: { ...stream.spec, tags: changed } }, request };
}

function repositoryRequest(stream: ImageStream, from: string, options: ImportOptions, namespace: string): KubeObject {
  return importRequest(stream, options, namespace, {
    repository: {
      from: { kind: 'DockerImage', name: from },
      importPolicy: policy(isInsecure(stream, options), options.scheduled, options.importMode),
      referencePolicy: { type: options.referencePolicy },
    },
  });
}

function tagsRequest(
  stream: ImageStream,
  wanted: readonly [string, string][],
  options: ImportOptions,
  namespace: string,
): KubeObject {
  return importRequest(stream, options, namespace, {
    images: wanted.map(([tag, from]) => {
      const old = specTag(stream, tag)?.importPolicy;
      const insecure = isInsecure(stream, options) || old?.insecure === true;
      const scheduled = options.scheduled || old?.scheduled === true;
      return {
        from: { kind: 'DockerImage', name: from },
        to: { name: tag },
        importPolicy: policy(insecure, scheduled, options.importMode),
        referencePolicy: { type: options.referencePolicy },
      };
    }),
  });
}

function isInsecure(stream: ImageStream, options: ImportOptions): boolean {
  return options.insecure ?? stream.metadata?.annotations?.[INSECURE_REPOSITORY_ANNOTATION] === 'true';
}

function policy(insecure: boolean, scheduled: boolean, importMode: ImportMode) {
  return { insecure: insecure || undefined, scheduled: scheduled || undefined, importMode };
}

function importRequest(stream: ImageStream, options: ImportOptions, namespace: string, what: object): KubeObject {
  const { name, resourceVersion } = stream.metadata ?? {};
  return {
    kind: 'ImageStreamImport',
    apiVersion: IMAGE_API,
    metadata: { name, namespace, resourceVersion },
    spec: { import: !options.dryRun, ...what },
    status: {},
  };
}
