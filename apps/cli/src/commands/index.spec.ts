import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { CommandEntry } from '../command.js';
import { createKinds } from './create/index.js';
import { commands } from './index.js';

function verbsOnDisk(directory: string): string[] {
  return readdirSync(new URL(directory, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.spec\.ts$|^index\.ts$/.test(entry.name))
    .map((entry) => entry.name.replace(/\.ts$/, ''))
    .sort();
}

/** Files beside the kinds of `create` that are no kinds. */
const HELPERS_OF_CREATE = ['create-object', 'read-data'];

const VERBS = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

/** One after the other: Jest cannot link modules that are imported at the same time. */
async function examplesBelow(entry: CommandEntry): Promise<readonly string[]> {
  const { examples = [], subcommands = [] } = await entry.load();
  const all = [...examples];
  for (const subcommand of subcommands) all.push(...(await examplesBelow(subcommand)));
  return all;
}

describe('the command table', () => {
  it('names every verb that has a file, and no other', () => {
    expect(commands.map(({ name }) => name).sort()).toEqual(verbsOnDisk('./'));
  });

  it('names every kind create can make from flags', () => {
    const files = verbsOnDisk('./create/').filter((name) => !HELPERS_OF_CREATE.includes(name));
    expect(createKinds.map(({ name }) => name).sort()).toEqual(files);
  });

  it.each(commands.map((entry) => [entry.name, entry] as const))(
    'loads %s, whose usage begins with its name',
    async (name, entry) => {
      const command = await entry.load();
      expect(command.usage.split(' ')[0]).toBe(name);
      expect(command.run ?? command.subcommands).toBeDefined();
    },
  );

  it.each(commands.map((entry) => [entry.name, entry] as const))(
    'shows calls of %s that begin with a verb, as help puts the program before them',
    async (_name, entry) => {
      for (const example of await examplesBelow(entry)) expect(VERBS).toContain(example.split(' ')[0]);
    },
  );
});
