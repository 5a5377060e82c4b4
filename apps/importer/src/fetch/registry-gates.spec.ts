import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { RegistryGates } from './registry-gates.js';

describe('RegistryGates', () => {
  it('lets so many through at a time, in order, and each registry for itself', async () => {
    const gates = new RegistryGates(2);
    const started: string[] = [];
    const open = new Map<string, () => void>();
    const enter = (registry: string, name: string) =>
      gates.run(registry, () => {
        started.push(name);
        return new Promise<void>((resolve) => open.set(name, resolve));
      });
    const all = [enter('a', 'a1'), enter('a', 'a2'), enter('a', 'a3'), enter('a', 'a4'), enter('b', 'b1')];
    expect(started).toEqual(['a1', 'a2', 'b1']);
    open.get('a1')?.();
    await all[0];
    await setImmediate();
    expect(started).toEqual(['a1', 'a2', 'b1', 'a3']);
    for (const name of ['a2', 'a3', 'b1']) open.get(name)?.();
    await Promise.all([all[1], all[2], all[4]]);
    await setImmediate();
    open.get('a4')?.();
    await all[3];
    expect(started.at(-1)).toBe('a4');
  });

  it('lets nobody wait for longer than wanted, and hands no place to who has gone', async () => {
    const gates = new RegistryGates(1);
    let leave: () => void = () => undefined;
    const first = gates.run('a', () => new Promise<void>((resolve) => (leave = resolve)));
    const impatient = new AbortController();
    const second = gates.run('a', async () => 2, impatient.signal);
    const third = gates.run('a', async () => 3);
    impatient.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    leave();
    expect(await Promise.all([first, third])).toEqual([undefined, 3]);
  });

  it('goes on after a failure', async () => {
    const gates = new RegistryGates(1);
    await expect(gates.run('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gates.run('a', async () => 1)).toBe(1);
  });
});
