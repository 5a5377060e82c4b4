import { Injectable } from '@nestjs/common';

/** How others reach this process; known once it listens. */
@Injectable()
export class ServiceAddress {
  private known: string | undefined;

  /** Base URL without trailing slash. Throws before the service listens. */
  get url(): string {
    if (this.known === undefined) throw new Error('the service does not listen yet');
    return this.known;
  }

  /** Called by service-kit when the port is open. */
  set(url: string): void {
    this.known = url.replace(/\/+$/, '');
  }
}
