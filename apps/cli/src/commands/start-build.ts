import { BUILD_CONFIGS, BUILDS } from '../client/known-resources.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { ChangePrinter } from '../resources/print-change.js';
import { OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'start-build (BUILDCONFIG | --from-build=BUILD) [options]',
  description: 'Ask for a build: of a build config, or like an earlier build.',
  examples: ['start-build shop', 'start-build --from-build=shop-1'],
  flags: [
    ...OUTPUT_FLAGS,
    { name: 'from-build', kind: 'string', usage: 'The build to make again.' },
    { name: 'env', short: 'e', kind: 'array', usage: 'A variable of the build: NAME=VALUE.' },
    { name: 'build-arg', kind: 'array', usage: 'An argument of a Docker build: NAME=VALUE.' },
    { name: 'commit', kind: 'string', usage: 'The commit of the source to build.' },
    { name: 'no-cache', kind: 'bool', usage: 'Docker builds: without the layers of earlier ones.' },
    { name: 'incremental', kind: 'bool', usage: 'Source builds: with what an earlier one left.' },
  ],
  run: startBuild,
};

async function startBuild(call: Call): Promise<void> {
  const { args, flags, session } = call;
  const earlier = flags.string('from-build');
  const [word, ...more] = args;
  if ((word === undefined) === (earlier === '') || more.length > 0) {
    throw new CommandError('name one build config, or a build with --from-build');
  }
  const name = nameOf(earlier || (word ?? ''), earlier !== '');
  const path =
    earlier === ''
      ? resourcePath(BUILD_CONFIGS, await session.namespace(), name, 'instantiate')
      : resourcePath(BUILDS, await session.namespace(), name, 'clone');
  const client = await session.client();
  const started = await client.object({ method: 'POST', path, body: requestFor(name, call) });
  new ChangePrinter(call, 'none').print(started, BUILDS, 'started');
}

function requestFor(name: string, { flags }: Call): object {
  const commit = flags.string('commit');
  const buildArgs = flags.all('build-arg').map(variable);
  const env = flags.all('env').map(variable);
  return {
    kind: 'BuildRequest',
    apiVersion: 'build.openshift.io/v1',
    metadata: { name },
    triggeredBy: [{ message: 'Manually triggered' }],
    ...(commit && { revision: { type: 'Git', git: { commit } } }),
    ...(env.length > 0 && { env }),
    ...((buildArgs.length > 0 || flags.changed('no-cache')) && {
      dockerStrategyOptions: {
        ...(buildArgs.length > 0 && { buildArgs }),
        ...(flags.changed('no-cache') && { noCache: flags.bool('no-cache') }),
      },
    }),
    ...(flags.changed('incremental') && { sourceStrategyOptions: { incremental: flags.bool('incremental') } }),
  };
}

function variable(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new CommandError(`invalid variable ${text}: write NAME=VALUE`);
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** Of `bc/shop` or `shop`. */
function nameOf(word: string, isBuild: boolean): string {
  const kinds = isBuild ? /^builds?(\.build\.openshift\.io)?\// : /^(bc|buildconfigs?)(\.build\.openshift\.io)?\//;
  const name = word.replace(kinds, '');
  if (name.includes('/')) throw new CommandError(`${word} is not a ${isBuild ? 'build' : 'build config'}`);
  return name;
}
