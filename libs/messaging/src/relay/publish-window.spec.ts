import { describe, expect, it } from '@jest/globals';
import { PublishWindow } from './publish-window.js';

describe('publish window', () => {
  it('has arrived as far as everything before has', async () => {
    const window = new PublishWindow(4n);
    const arrive: (() => void)[] = [];
    for (const position of [5n, 7n, 9n]) window.add(position, new Promise<void>((resolve) => arrive.push(resolve)));
    arrive[1]!();
    await window.change();
    expect(window.arrived).toBe(4n);
    arrive[0]!();
    await window.change();
    expect(window.arrived).toBe(7n);
    expect(window.size).toBe(1);
  });

  it('remembers the first failure, and never passes it', async () => {
    const window = new PublishWindow(0n);
    window.add(1n, Promise.reject(new Error('gone')));
    window.add(2n, Promise.resolve());
    await new Promise((resolve) => setImmediate(resolve));
    expect(window.error?.message).toBe('gone');
    expect(window.arrived).toBe(0n);
  });
});
