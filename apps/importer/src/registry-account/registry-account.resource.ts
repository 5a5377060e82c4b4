import {
  type KubeObject,
  type ListPage,
  type ListQuery,
  matchesFields,
  matchesLabels,
  nameColumn,
  notFound,
  type RequestContext,
  type ResourceDefinition,
  type ResourceHandlers,
  type SelectableFields,
  shortAge,
  type TableColumn,
} from '@faktorz/apimachinery';
import { ChangeLog } from '@faktorz/persistence';
import { Injectable } from '@nestjs/common';
import { importSchemas, REGISTRY_ACCOUNT_SCHEMA } from './registry-account.schema.js';
import {
  IMPORT_GROUP,
  IMPORT_VERSION,
  REGISTRY_ACCOUNTS,
  registryAccount,
  type RegistryAccount,
} from './registry-account.js';
import { RegistryAccountStore } from './registry-account.store.js';

const fields: SelectableFields<RegistryAccount> = { 'spec.registry': ({ spec }) => spec.registry };

/** The verbs of registry accounts: reading them, as they stand now. There are few, so that a list is one page. */
@Injectable()
export class RegistryAccountHandlers implements ResourceHandlers<RegistryAccount> {
  constructor(
    private readonly store: RegistryAccountStore,
    private readonly log: ChangeLog,
  ) {}

  async get({ name = '' }: RequestContext): Promise<RegistryAccount> {
    const found = (await this.accounts()).find(({ metadata }) => metadata.name === name);
    if (!found) throw notFound(REGISTRY_ACCOUNTS, IMPORT_GROUP, name);
    return found;
  }

  async list({ labels = [], fields: wanted = [] }: ListQuery): Promise<ListPage<RegistryAccount>> {
    const [position, accounts] = await Promise.all([this.log.head(), this.accounts()]);
    const chosen = accounts.filter(
      (account) => matchesLabels(labels, account.metadata.labels) && matchesFields(wanted, account, fields),
    );
    return { position, items: each(chosen), rest: () => ({}) };
  }

  private async accounts(): Promise<RegistryAccount[]> {
    const accounts = (await this.store.all()).map(registryAccount);
    return accounts.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }
}

/** `registryaccounts.import.faktorz.io`: cluster-wide, read-only. */
export function registryAccountResource(handlers: RegistryAccountHandlers): ResourceDefinition {
  const definition: ResourceDefinition<RegistryAccount> = {
    group: IMPORT_GROUP,
    version: IMPORT_VERSION,
    kind: 'RegistryAccount',
    plural: REGISTRY_ACCOUNTS,
    singular: 'registryaccount',
    shortNames: ['ra'],
    namespaced: false,
    stored: false,
    schema: REGISTRY_ACCOUNT_SCHEMA,
    schemas: importSchemas,
    columns,
    fields,
    handlers,
  };
  // Handlers of one kind are only ever given objects of that kind.
  return definition as unknown as ResourceDefinition<KubeObject>;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const columns: readonly TableColumn<RegistryAccount>[] = [
  { ...nameColumn, priority: 1 },
  { name: 'Registry', type: 'string', description: 'Host of the registry.', cell: ({ spec }) => spec.registry },
  {
    name: 'Account',
    type: 'string',
    description: 'Whom the registry counts requests to.',
    cell: ({ spec }) => (spec.account === '*' ? '<not checked yet>' : (spec.account ?? '<anonymous>')),
  },
  {
    name: 'Spent',
    type: 'integer',
    description: 'Requests made in this window, by all replicas.',
    cell: ({ status }) => status.requests.spent,
  },
  {
    name: 'Left',
    type: 'string',
    description: "What is left of the registry's limit, and the limit.",
    cell: ({ status: { requests } }) =>
      requests.left === undefined ? '<unknown>' : `${requests.left}/${requests.limit ?? '?'}`,
  },
  {
    name: 'Back-Off',
    type: 'string',
    description: 'How long it is left alone, and why.',
    cell: ({ status: { backOff } }, now) => (backOff ? `${inTime(backOff.until, now)} (${backOff.reason})` : ''),
  },
  {
    name: 'Tags',
    type: 'integer',
    description: 'Scheduled tags that are checked with it.',
    cell: ({ status }) => status.scheduledTags,
  },
  {
    name: 'Next Due',
    type: 'string',
    description: 'When the next of them is checked.',
    cell: ({ status }, now) => (status.nextDue === undefined ? '' : inTime(status.nextDue, now)),
  },
  {
    name: 'Last Error',
    type: 'string',
    description: 'What went wrong last, and how long ago.',
    cell: ({ status: { lastError } }, now) =>
      lastError ? `${lastError.message} (${shortAge(now.getTime() - Date.parse(lastError.time))} ago)` : '',
  },
];

function inTime(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms <= 0 ? 'now' : shortAge(ms);
}
