import { IMAGE_API_VERSION } from '@faktorz/image-api';
import type { ManagedFieldsEntry } from '@faktorz/apimachinery';
import type { ImageStreamImport, RepositoryImportSpec } from './image-stream-import.js';

type Fields = Record<string, unknown>;

/** What the request's maker owns: the fields of the request that say something. Lists and references are owned whole. */
export function managedFieldsOf(
  request: Pick<ImageStreamImport, 'metadata' | 'spec'>,
  manager: string,
  time: string,
): ManagedFieldsEntry {
  const { metadata, spec } = request;
  const meta = { ...keysOf('f:annotations', metadata.annotations), ...keysOf('f:labels', metadata.labels) };
  return {
    manager,
    operation: 'Update',
    apiVersion: IMAGE_API_VERSION,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: {
      ...(Object.keys(meta).length > 0 ? { 'f:metadata': meta } : {}),
      'f:spec': {
        ...(spec.images ? { 'f:images': {} } : {}),
        ...(spec.import ? { 'f:import': {} } : {}),
        ...(spec.repository ? { 'f:repository': repositoryFields(spec.repository) } : {}),
      },
    },
  };
}

function repositoryFields({ importPolicy, includeManifest }: RepositoryImportSpec): Fields {
  const policy = Object.keys(importPolicy).sort();
  return {
    'f:from': {},
    'f:importPolicy': Object.fromEntries(policy.map((key) => [`f:${key}`, {}])),
    ...(includeManifest ? { 'f:includeManifest': {} } : {}),
    'f:referencePolicy': { 'f:type': {} },
  };
}

function keysOf(field: string, map: Record<string, string> | undefined): Fields {
  if (!map || Object.keys(map).length === 0) return {};
  return {
    [field]: {
      '.': {},
      ...Object.fromEntries(
        Object.keys(map)
          .sort()
          .map((key) => [`f:${key}`, {}]),
      ),
    },
  };
}
