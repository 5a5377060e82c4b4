import type { Call, Command } from '../command.js';
import { findRegistryHosts } from '../images/registry-host.js';

export const command: Command = {
  usage: 'cluster-info [options]',
  description: 'Show where the server and its image registry are.',
  run: clusterInfo,
};

async function clusterInfo({ session, terminal }: Call): Promise<void> {
  const client = await session.client();
  await client.get('/version');
  terminal.out(`FaktorZ is running at ${client.config.server}\n`);
  const hosts = await findRegistryHosts(client, await session.namespace());
  const registry = hosts?.public || hosts?.internal;
  if (registry) terminal.out(`The image registry is running at ${registry}\n`);
}
