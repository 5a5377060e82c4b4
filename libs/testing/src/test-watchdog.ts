import { Watchdog } from '@faktorz/embedded';

let shared: Watchdog | undefined;

/** Ends the servers of a test whose process was killed; one for all servers of a process. */
export function testWatchdog(): Watchdog {
  shared ??= new Watchdog();
  return shared;
}
