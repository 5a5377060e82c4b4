import { API_HOOKS } from '@faktorz/service-kit';
import type { Provider } from '@nestjs/common';
import { NamespaceCleanupWorker } from './namespace-cleanup.worker.js';
import { NamespaceEventsHandler } from './namespace-events.handler.js';
import { NamespaceGate } from './namespace-gate.js';

/**
 * What a service's module provides beside its `NAMESPACE_CONTENTS`; the service consumes events of `auth`, and its
 * migrations made `NAMESPACE_TABLES`. The API asks the gate before something is created.
 */
export const namespaceProviders: readonly Provider[] = [
  NamespaceGate,
  NamespaceEventsHandler,
  NamespaceCleanupWorker,
  {
    provide: API_HOOKS,
    useFactory: (gate: NamespaceGate) => ({
      namespaces: { checkNamespace: (namespace: string) => gate.assertWritable(namespace) },
    }),
    inject: [NamespaceGate],
  },
];
