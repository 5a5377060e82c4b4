import {
  type KubeObject,
  type ResourceStorage,
  storedResource,
  type SubresourceDefinition,
} from '@faktorz/apimachinery';
import { build } from '../openshift/build.js';
import type { Open, Workload } from '../pod/pod-spec.js';
import { schemaName } from '../schema/workload-schemas.js';

const ENDED = ['Complete', 'Failed', 'Error', 'Cancelled'];

/** PUT builds/NAME/details: how a builder tells what it built and how it ended. Everything else stays. */
export function buildDetails(storage: ResourceStorage<Workload>): SubresourceDefinition {
  const { group, kind, plural } = build;
  const { update, get } = storedResource<Workload>(
    storage,
    {},
    { group, kind, plural, version: 'v1', namespaced: true },
  );
  return {
    name: 'details',
    kind,
    schema: schemaName(build),
    handlers: {
      update: async (object, context) => {
        const { metadata, spec, status } = await get(context);
        const { managedFields, resourceVersion, uid } = object.metadata;
        return update(
          {
            ...(object as Workload),
            metadata: { ...metadata, managedFields, resourceVersion, uid: uid || metadata.uid },
            spec: { ...spec, ...revisionOf(object) },
            status: detailed((object as Workload).status ?? {}, status ?? {}),
          },
          context,
        );
      },
    },
  };
}

function detailed(sent: Open, old: Open): Open {
  const { reason, message, stages, phase } = sent;
  const output = { ...(old['output'] as Open), ...pick(sent['output'] as Open | undefined, 'to') };
  const ended = ENDED.includes(String(phase)) ? { phase } : {};
  return { ...old, ...defined({ reason, message, stages }), ...ended, output };
}

function revisionOf(object: KubeObject): Open {
  return pick((object as Workload).spec, 'revision');
}

function pick(from: Open | undefined, key: string): Open {
  return from?.[key] === undefined ? {} : { [key]: from[key] };
}

function defined(fields: Open): Open {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
