import { webhookConfiguration } from '../../admission/webhook-configuration.js';
import { isNotFound } from '../../client/api-error.js';
import type { KubeObject } from '../../client/kube-object.js';
import { ADMISSION_ENDPOINTS, MUTATING_WEBHOOK_CONFIGURATIONS } from '../../client/known-resources.js';
import { APPLY_PATCH, JSON_TYPE } from '../../client/media-types.js';
import { resourcePath } from '../../client/resource-path.js';
import type { Call, Command } from '../../command.js';
import { CommandError, UsageError } from '../../errors.js';
import { type DryRun, dryRunOf } from '../../resources/dry-run.js';
import { ChangePrinter } from '../../resources/print-change.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../../resources/selection-flags.js';

const DEFAULT_ENDPOINT = 'default';
const FIELD_MANAGER = 'faktorz';

export const command: Command = {
  usage: 'admission install [CLUSTER] [options]',
  description:
    'Register the admission webhook in a cluster, so that its API server looks up names of image stream tags. CLUSTER is the name of a Cluster here, where there is one: its registry host is used. The registration holds a key and is secret.',
  examples: [
    'admission install --dry-run=client -o yaml',
    'admission install --to-context=production',
    'admission install edge --to-kubeconfig=edge.kubeconfig --failure-policy=Ignore',
  ],
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    {
      name: 'to-kubeconfig',
      kind: 'string',
      usage: 'Kubeconfig of the cluster to register in; default: the one in use.',
    },
    { name: 'to-context', kind: 'string', usage: 'Its context; default: the current one.' },
    { name: 'url', kind: 'string', usage: "Address of this API as the cluster's API server reaches it." },
    { name: 'failure-policy', kind: 'string', default: 'Fail', usage: 'Fail or Ignore: when this API is not reached.' },
    {
      name: 'namespace-label',
      kind: 'list',
      usage: 'Only namespaces with this label, KEY=VALUE. Default: all but those of Kubernetes.',
    },
    { name: 'name', kind: 'string', default: 'faktorz-image-lookup', usage: 'Name of the configuration.' },
  ],
  run: install,
};

async function install(call: Call): Promise<void> {
  const { flags, args, session } = call;
  const [endpoint = DEFAULT_ENDPOINT, ...more] = args;
  if (more.length > 0) throw new UsageError('name at most one CLUSTER');
  const dryRun = dryRunOf(flags);
  const { server, ca } = await session.config();
  const configuration = webhookConfiguration({
    name: flags.string('name'),
    url: `${secureUrl(flags.string('url') || server)}${await pathOf(call, endpoint)}`,
    authority: ca,
    failurePolicy: failurePolicy(flags.string('failure-policy')),
    namespaceLabels: labels(flags.all('namespace-label')),
  });
  const printer = new ChangePrinter(call, dryRun);
  if (dryRun === 'client') return printer.print(configuration, MUTATING_WEBHOOK_CONFIGURATIONS, 'configured');
  printer.print(await applyTo(call, configuration, dryRun), MUTATING_WEBHOOK_CONFIGURATIONS, 'configured');
}

/** The path of an endpoint, with its key. */
async function pathOf({ session }: Call, endpoint: string): Promise<string> {
  const client = await session.client();
  const found = await client.get(resourcePath(ADMISSION_ENDPOINTS, undefined, endpoint));
  const { path } = (found.status ?? {}) as { path?: string };
  if (!path) throw new CommandError('the server did not say where admission reviews are sent');
  return path;
}

async function applyTo({ flags, session }: Call, configuration: KubeObject, dryRun: DryRun): Promise<KubeObject> {
  const client = await session.clientElsewhere(flags.string('to-kubeconfig'), flags.string('to-context'));
  try {
    return await client.object({
      method: 'PATCH',
      path: resourcePath(MUTATING_WEBHOOK_CONFIGURATIONS, undefined, configuration.metadata?.name),
      query: { fieldManager: FIELD_MANAGER, force: 'true', dryRun: dryRun === 'server' ? 'All' : undefined },
      body: configuration,
      contentType: APPLY_PATCH,
      accept: JSON_TYPE,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CommandError(
      `${client.config.server} has no admission webhooks: name the kubeconfig of a Kubernetes cluster with --to-kubeconfig or --to-context, or print the registration with --dry-run=client -o yaml`,
      1,
      { cause: error },
    );
  } finally {
    client.close();
  }
}

function secureUrl(url: string): string {
  if (!/^https:\/\//.test(url)) throw new CommandError(`API servers ask over HTTPS only, not at ${url}: use --url`);
  return url.replace(/\/+$/, '');
}

function failurePolicy(text: string): 'Fail' | 'Ignore' {
  if (text === 'Fail' || text === 'Ignore') return text;
  throw new UsageError(`--failure-policy must be Fail or Ignore, not ${text}`);
}

function labels(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [key = '', value, ...more] = pair.split('=');
      if (key === '' || value === undefined || more.length > 0) {
        throw new UsageError(`--namespace-label must be KEY=VALUE, not ${pair}`);
      }
      return [key, value];
    }),
  );
}
