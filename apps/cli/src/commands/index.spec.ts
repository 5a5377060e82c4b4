import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
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
});
