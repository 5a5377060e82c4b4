import { PROJECT_REQUESTS } from '../client/known-resources.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { switchProject } from '../projects/switch-project.js';

export const command: Command = {
  usage: 'new-project NAME [--display-name=DISPLAYNAME] [--description=DESCRIPTION] [options]',
  description: 'Ask for a new project and make it the current one.',
  examples: ['new-project web-team-dev', 'new-project web-team-dev --display-name="Web Team Development"'],
  flags: [
    { name: 'display-name', kind: 'string', usage: 'Name to show for the project.' },
    { name: 'description', kind: 'string', usage: 'What the project is for.' },
    { name: 'skip-config-write', kind: 'bool', usage: 'Leave the kubeconfig as it is.' },
  ],
  run: newProject,
};

async function newProject({ args, flags, session, terminal }: Call): Promise<void> {
  if (args.length === 0) throw new UsageError('must have at least one argument');
  if (args.length > 1) throw new UsageError('must provide only one project name');
  const [name = ''] = args;
  const client = await session.client();
  const path = resourcePath(PROJECT_REQUESTS, undefined);
  await client.request({ method: 'GET', path });
  await client.object({
    method: 'POST',
    path,
    body: {
      kind: 'ProjectRequest',
      apiVersion: 'project.openshift.io/v1',
      metadata: { name },
      displayName: flags.string('display-name') || undefined,
      description: flags.string('description') || undefined,
    },
  });
  if (flags.bool('skip-config-write')) {
    return terminal.out(`To switch to this project and start adding applications, use:\n\n    oc project ${name}\n`);
  }
  await switchProject(session, name);
  terminal.out(`Now using project "${name}" on server "${client.config.server}".\n`);
  terminal.out(NEXT_STEPS);
}

/** Said as oc says it, word for word, for those who read its output. */
const NEXT_STEPS = `
You can add applications to this project with the 'new-app' command. For example, try:

    oc new-app rails-postgresql-example

to build a new example application in Ruby. Or use kubectl to deploy a simple Kubernetes application:

    kubectl create deployment hello-node --image=registry.k8s.io/e2e-test-images/agnhost:2.43 -- /agnhost serve-hostname

`;
