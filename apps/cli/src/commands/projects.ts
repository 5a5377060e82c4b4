import { PROJECTS } from '../client/known-resources.js';
import type { KubeList } from '../client/kube-object.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';

export const command: Command = {
  usage: 'projects [options]',
  description: 'List the projects you can see and mark the current one.',
  flags: [{ name: 'short', short: 'q', kind: 'bool', usage: 'Print names only.' }],
  run: projects,
};

async function projects({ flags, session, terminal }: Call): Promise<void> {
  const client = await session.client();
  const current = await session.namespace();
  const list = await client.get<KubeList>(resourcePath(PROJECTS, undefined));
  const items = [...(list.items ?? [])].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  if (flags.bool('short')) return terminal.out(items.map(({ metadata }) => `${metadata?.name}\n`).join(''));
  const { server } = client.config;
  const title = (item: (typeof items)[number]) => {
    const shown = item.metadata?.annotations?.['openshift.io/display-name'];
    return shown && shown !== item.metadata?.name ? `${item.metadata?.name} - ${shown}` : `${item.metadata?.name}`;
  };
  if (items.length === 0) {
    return terminal.out(
      "You are not a member of any projects. You can request a project to be created with the 'new-project' command.\n",
    );
  }
  if (items.length === 1 && items[0]?.metadata?.name === current) {
    return terminal.out(
      `You have one project on this server: "${title(items[0])}".\n\nUsing project "${current}" on server "${server}".\n`,
    );
  }
  const lines = items.map((item) => `  ${item.metadata?.name === current ? '*' : ' '} ${title(item)}\n`);
  terminal.out(
    `You have access to the following projects and can switch between them with ' project <projectname>':\n\n${lines.join('')}\nUsing project "${current}" on server "${server}".\n`,
  );
}
