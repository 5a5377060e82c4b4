import { AccessChanges } from '@faktorz/access';
import { ApiError } from '@faktorz/apimachinery';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** A watch under way. */
interface OpenWatch {
  /** Throws Unauthorized or Forbidden when it would be refused now. */
  check(): Promise<unknown>;
  end(): void;
}

/** Changes in quick succession are looked at together. */
const LOOK_AFTER_MS = 200;
/** Tokens also end by themselves. */
const LOOK_EVERY_MS = 15_000;
const AT_A_TIME = 32;

/** Ends watches whose holder has lost the right to them, soon after he has. */
@Injectable()
export class OpenWatches implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = new Set<OpenWatch>();
  private soon: NodeJS.Timeout | undefined;
  private regular: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  private looking = false;
  private lookAgain = false;

  constructor(private readonly changes: AccessChanges) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.changes.onChange(() => {
      if (this.open.size > 0) this.soon ??= setTimeout(() => void this.look(), LOOK_AFTER_MS);
    });
    this.regular = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.regular.unref();
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearTimeout(this.soon);
    clearInterval(this.regular);
  }

  /** Keeps an eye on a watch until the returned function is called. */
  add(watch: OpenWatch): () => void {
    this.open.add(watch);
    return () => this.open.delete(watch);
  }

  private async look(): Promise<void> {
    this.soon = undefined;
    this.lookAgain = this.looking;
    if (this.looking) return;
    this.looking = true;
    do {
      this.lookAgain = false;
      const watches = [...this.open];
      for (let i = 0; i < watches.length; i += AT_A_TIME)
        await Promise.all(watches.slice(i, i + AT_A_TIME).map((watch) => endIfRefused(watch)));
    } while (this.lookAgain);
    this.looking = false;
  }
}

/** That auth cannot be asked right now ends nothing. */
async function endIfRefused(watch: OpenWatch): Promise<void> {
  try {
    await watch.check();
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'Unauthorized' || error.reason === 'Forbidden')) watch.end();
  }
}
