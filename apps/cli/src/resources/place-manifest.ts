import type { Call } from '../command.js';
import { CommandError } from '../errors.js';
import { type ApiResource, type Discovery } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import type { ManifestObject } from './read-manifests.js';

/** An object from a file and where it goes. */
export interface PlacedObject extends ManifestObject {
  resource: ApiResource;
  namespace?: string;
}

/** Kinds that OpenShift 3 kept in the group-less `v1`, with the group they have now. */
const FORMER_V1: Record<string, string> = {
  ImageStream: 'image.openshift.io/v1',
  ImageStreamTag: 'image.openshift.io/v1',
  ImageStreamImage: 'image.openshift.io/v1',
  ImageStreamImport: 'image.openshift.io/v1',
  ImageStreamMapping: 'image.openshift.io/v1',
  Image: 'image.openshift.io/v1',
  Project: 'project.openshift.io/v1',
  ProjectRequest: 'project.openshift.io/v1',
  DeploymentConfig: 'apps.openshift.io/v1',
  BuildConfig: 'build.openshift.io/v1',
};

/**
 * Finds the resource of each object and its namespace: the object's own, else the current one; a different one given
 * by `-n` is an error. Objects of OpenShift 3's group-less kinds get their present group, with a warning.
 */
export async function placeManifests(manifests: readonly ManifestObject[], call: Call): Promise<PlacedObject[]> {
  const discovery = await call.session.discovery();
  const namespace = await call.session.namespace();
  const enforced = call.flags.changed('namespace');
  return manifests.map((manifest) => {
    const object = withPresentGroup(manifest.object, call);
    const resource = resourceOf(object, manifest.source, discovery);
    if (!resource.namespaced) return { ...manifest, object, resource };
    const own = object.metadata?.namespace;
    if (enforced && own && own !== namespace) {
      throw new CommandError(
        `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
      );
    }
    const place = own || namespace;
    return {
      ...manifest,
      object: { ...object, metadata: { ...object.metadata, namespace: place } },
      resource,
      namespace: place,
    };
  });
}

function withPresentGroup(object: KubeObject, call: Call): KubeObject {
  const group = object.apiVersion === 'v1' ? FORMER_V1[object.kind ?? ''] : undefined;
  if (!group) return object;
  call.terminal.error(`Warning: ${object.kind} has no apiVersion "v1" any more, read as "${group}"\n`);
  return { ...object, apiVersion: group };
}

function resourceOf(object: KubeObject, source: string, discovery: Discovery): ApiResource {
  const resource = discovery.forKind(object.apiVersion ?? '', object.kind ?? '');
  if (resource) return resource;
  throw new NoSuchKind(object, source);
}

export class NoSuchKind extends CommandError {
  constructor(object: KubeObject, source: string) {
    super(
      `resource mapping not found for name: "${object.metadata?.name ?? ''}" namespace: "${object.metadata?.namespace ?? ''}" from "${source}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
    );
  }
}
