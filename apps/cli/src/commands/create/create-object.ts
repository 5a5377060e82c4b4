import type { Query } from '../../client/api-client.js';
import type { ApiResource } from '../../client/discovery.js';
import type { KubeObject } from '../../client/kube-object.js';
import { JSON_TYPE } from '../../client/media-types.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call } from '../../command.js';
import { UsageError } from '../../errors.js';
import type { FlagDefinition } from '../../flags/flag-definition.js';
import { dryRunOf } from '../../resources/dry-run.js';
import { fieldValidation, VALIDATE_FLAG } from '../../resources/field-validation.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';

export const CREATE_FLAGS: readonly FlagDefinition[] = [
  ...OUTPUT_FLAGS,
  DRY_RUN_FLAG,
  VALIDATE_FLAG,
  { name: 'field-manager', kind: 'string', default: 'kubectl-create', usage: 'Name to record as owner of the fields.' },
];

/** The one argument these verbs take. */
export function requireName({ args }: Call): string {
  if (args.length !== 1) throw new UsageError(`exactly one NAME is required, got ${args.length}`);
  return args[0] as string;
}

/** Sends an object made from flags and prints it. Kinds of OpenShift are sent without a field manager, as oc does. */
export async function createObject(call: Call, resource: ApiResource, object: KubeObject): Promise<void> {
  const { session, flags } = call;
  const dryRun = dryRunOf(flags);
  const printer = new ChangePrinter(call, dryRun);
  const namespace = resource.namespaced ? await session.namespace() : undefined;
  if (dryRun === 'client') return printer.print(object, resource, 'created');
  const openshift = resource.group.endsWith('openshift.io');
  const query: Query = {
    fieldManager: openshift ? undefined : flags.string('field-manager'),
    fieldValidation: openshift ? undefined : fieldValidation(call),
    dryRun: dryRun === 'server' ? 'All' : undefined,
  };
  const client = await session.client();
  const accept = openshift ? undefined : JSON_TYPE;
  const created = await client.object({
    method: 'POST',
    path: resourcePath(resource, namespace),
    query,
    body: object,
    accept,
  });
  printer.print({ apiVersion: object.apiVersion, kind: object.kind, ...created }, resource, 'created');
}
