import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RegularWork } from './regular-work.js';

class Rounds extends RegularWork {
  begun = 0;
  ended = 0;
  atOnce = 0;

  constructor(private readonly takesMs: number) {
    super(10, 'the round failed');
  }

  protected async round(): Promise<void> {
    this.begun += 1;
    this.atOnce = Math.max(this.atOnce, this.begun - this.ended);
    await sleep(this.takesMs);
    this.ended += 1;
    if (this.begun === 1) throw new Error('the first always does');
  }
}

describe('RegularWork', () => {
  beforeAll(() => Logger.overrideLogger(false)); // the failure is meant

  it('goes on after a failure, one round at a time, and ends with the one under way', async () => {
    const rounds = new Rounds(30);
    rounds.onApplicationBootstrap();
    expect(rounds.begun).toBe(0);
    while (rounds.begun < 3) await sleep(5);
    expect(rounds.atOnce).toBe(1);
    await rounds.beforeApplicationShutdown();
    expect(rounds.ended).toBe(rounds.begun);
    const { begun } = rounds;
    await sleep(50);
    expect(rounds.begun).toBe(begun);
  });
});
