import type { Call, Command } from '../command.js';

export const command: Command = {
  usage: 'api-versions',
  description: 'List the API versions the server knows, as group/version.',
  run: async ({ session, terminal }: Call) => {
    const { groupVersions } = await session.discovery();
    terminal.out(
      [...groupVersions]
        .sort()
        .map((version) => `${version}\n`)
        .join(''),
    );
  },
};
