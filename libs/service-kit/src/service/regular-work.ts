import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/**
 * What a service does now and then without being asked. One round at a time, the first after a while, and replicas at
 * different times. A round that fails is logged and left to the next one; the one under way is waited for at the end.
 */
export abstract class RegularWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  /** `failure`: what the log says when a round fails, before the reason. */
  protected constructor(
    private readonly everyMs: number,
    private readonly failure: string,
  ) {}

  /** One round. */
  protected abstract round(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.underWay ??= this.attempt()), this.everyMs * (0.75 + Math.random() / 2));
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private async attempt(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.logger.warn(`${this.failure}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.underWay = undefined;
    }
  }
}
