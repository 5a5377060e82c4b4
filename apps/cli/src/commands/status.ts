import { ApiError, isNotFound } from '../client/api-error.js';
import { IMAGE_STREAMS, NAMESPACES } from '../client/known-resources.js';
import type { ApiResource } from '../client/discovery.js';
import { JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { listObjects } from '../resources/get-object.js';

export const command: Command = {
  usage: 'status [options]',
  description: 'Show an overview of the current project: its workloads and the images they run.',
  flags: [{ name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'Every project.' }],
  run: status,
};

/** Kinds an overview shows, where the server has them. */
const SHOWN = [
  'deploymentconfigs',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
  'pods',
  'buildconfigs',
];

async function status({ flags, session, terminal }: Call): Promise<void> {
  const client = await session.client();
  const everywhere = flags.bool('all-namespaces');
  const namespace = await session.namespace();
  if (!everywhere) {
    await client.get(resourcePath(NAMESPACES, undefined, namespace), undefined, JSON_TYPE).catch((error: unknown) => {
      if (isNotFound(error))
        throw new CommandError(`you do not have rights to view project "${namespace}" or it does not exist.`, 1, {
          cause: error,
        });
      throw error;
    });
  }
  const { resources } = await session.discovery();
  const place = everywhere ? undefined : namespace;
  const lines: string[] = [];
  for (const resource of resources.filter(({ plural }) => SHOWN.includes(plural)))
    lines.push(...(await describeKind(resource)));
  const where = everywhere ? 'all projects' : `project ${namespace}`;
  terminal.out(`In ${where} on server ${client.config.server}\n\n`);
  if (lines.length === 0) {
    return terminal.out(
      `You have no services, deployment configs, or build configs.\nRun 'oc new-app' to create an application.\n`,
    );
  }
  const streams = await readable(IMAGE_STREAMS);
  terminal.out(
    `${lines.join('\n')}\n\n${streams.length} image stream${streams.length === 1 ? '' : 's'}: list them with 'get is'.\n`,
  );

  async function describeKind(resource: ApiResource): Promise<string[]> {
    return (await readable(resource)).map((object) => {
      const images = [...JSON.stringify(object.spec ?? {}).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image);
      const title = `${resource.singular}/${object.metadata?.name}`;
      return images.length > 0 ? `${title} runs ${[...new Set(images)].join(', ')}` : title;
    });
  }

  /** What the user may not see is left out of an overview. */
  async function readable(resource: ApiResource) {
    return listObjects(client, resource, place, {}).catch((error: unknown) => {
      if (error instanceof ApiError) return [];
      throw error;
    });
  }
}
