import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { PROJECTS } from '../client/known-resources.js';
import type { KubeList } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, UsageError } from '../errors.js';
import { switchProject } from '../projects/switch-project.js';

export const command: Command = {
  usage: 'project [NAME] [options]',
  description: 'Switch to another project, or show the current one.',
  examples: ['project myapp', 'project -q'],
  flags: [{ name: 'short', short: 'q', kind: 'bool', usage: 'Print the name only.' }],
  run: project,
};

async function project({ args, flags, session, terminal }: Call): Promise<void> {
  if (args.length > 1) throw new UsageError('Only one argument is supported (project name or context name).');
  const client = await session.client();
  const current = await session.namespace();
  const [name] = args;
  const { server } = client.config;
  if (name === undefined) {
    return terminal.out(flags.bool('short') ? `${current}\n` : `Using project "${current}" on server "${server}".\n`);
  }
  await requireProject(client, name);
  await switchProject(session, name);
  if (flags.bool('short')) return terminal.out(`${name}\n`);
  const already = name === current && (await session.kubeconfig()).config['current-context'] === client.config.context;
  terminal.out(`${already ? 'Already on' : 'Now using'} project "${name}" on server "${server}".\n`);
}

/** Refuses projects the user cannot see, naming those they can. */
async function requireProject(client: ApiClient, name: string): Promise<void> {
  try {
    await client.get(resourcePath(PROJECTS, undefined, name));
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.httpStatus)) throw error;
    const list = await client.get<KubeList>(resourcePath(PROJECTS, undefined)).catch(() => undefined);
    const names = (list?.items ?? []).map(({ metadata }) => metadata?.name ?? '');
    const why =
      error.httpStatus === 404
        ? `A project named "${name}" does not exist on "${client.config.server}".`
        : `You are not a member of project "${name}".`;
    throw new CommandError(`${why}\n${yourProjects(names)}`, 1, { cause: error });
  }
}

function yourProjects(names: readonly string[]): string {
  if (names.length === 0) {
    return "You are not a member of any projects. You can request a project to be created with the 'new-project' command.";
  }
  if (names.length === 1) return `You have one project on this server: ${names[0]}`;
  return `Your projects are:\n${names.map((name) => `* ${name}`).join('\n')}`;
}
