import type { AccessAttributes } from '@faktorz/domain';
import { nameOf, type RepositoryName } from '../oci/repository-name.js';
import type { Access } from './registry-access.js';

/** One thing asked for, as error details of docker's registry name it. */
interface AccessRecord {
  Type: string;
  Class: string;
  Name: string;
  Action: string;
}

/** Each list of rights lets it be done; all rights of a list are needed. */
type Rights = readonly (readonly AccessAttributes[])[];

const IMAGE_GROUP = 'image.openshift.io';
const deleteImages = right('delete', 'images');

/** The rights that let somebody do this (contract: registry, §3). An empty list: everybody who is somebody may. */
export function rightsFor(access: Access): Rights {
  switch (access.kind) {
    case 'pull':
    case 'read-signature':
      return [[layers('get', access.repository)]];
    case 'push':
      return [[layers('get', access.repository), layers('update', access.repository)]];
    case 'cancel-upload':
      return [[layers('update', access.repository)]];
    case 'delete':
      // Whoever may delete the stream's tags through the API may do it here, too.
      return [[deleteImages], [right('delete', 'imagestreamtags', access.repository.namespace)]];
    case 'add-signature':
      return [[right('create', 'imagesignatures', access.repository.namespace, access.repository.stream)]];
    case 'prune':
      return [[deleteImages]];
    case 'catalog':
      return [];
  }
}

/** The right to make a stream, asked for when one is pushed to that is not there. */
export function rightToCreateStream({ namespace, stream }: RepositoryName): AccessAttributes {
  return right('create', 'imagestreams', namespace, stream);
}

/** The right that decides which streams the catalog shows, in each namespace. */
export const rightToListStreams: AccessAttributes = right('list', 'imagestreams');

export function recordsOf(needed: readonly Access[]): AccessRecord[] {
  return needed.flatMap((access) => recordsOfOne(access));
}

function recordsOfOne(access: Access): AccessRecord[] {
  switch (access.kind) {
    case 'push':
      return ['pull', 'push'].map((action) => record('repository', nameOf(access.repository), action));
    case 'pull':
    case 'delete':
      return [record('repository', nameOf(access.repository), access.kind)];
    case 'cancel-upload':
      return [record('repository', nameOf(access.repository), 'update')];
    case 'read-signature':
      return [record('signature', nameOf(access.repository), 'get')];
    case 'add-signature':
      return [record('signature', nameOf(access.repository), 'put')];
    case 'catalog':
      return [record('registry', 'catalog', '*')];
    case 'prune':
      return [record('admin', '', 'prune')];
  }
}

function layers(verb: string, { namespace, stream }: RepositoryName): AccessAttributes {
  return { ...right(verb, 'imagestreams', namespace, stream), subresource: 'layers' };
}

function right(verb: string, resource: string, namespace = '', name = ''): AccessAttributes {
  return { verb, group: IMAGE_GROUP, resource, subresource: '', namespace, name };
}

function record(type: string, name: string, action: string): AccessRecord {
  return { Type: type, Class: '', Name: name, Action: action };
}
