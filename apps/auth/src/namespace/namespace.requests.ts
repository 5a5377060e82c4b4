import { forbidden } from '@faktorz/apimachinery';
import { ReadNamespace, ReportNamespaceEmptied, type AnswerOf, type AskOf } from '@faktorz/domain';
import { Answers, type AskContext } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { NamespaceLifecycle } from './namespace-lifecycle.js';
import { phaseOf } from './namespace.resource.js';

@Injectable()
export class NamespaceRequests {
  constructor(
    private readonly storages: AuthStorages,
    private readonly lifecycle: NamespaceLifecycle,
  ) {}

  @Answers(ReadNamespace)
  async read({ name, annotations: keys }: AskOf<typeof ReadNamespace>): Promise<AnswerOf<typeof ReadNamespace>> {
    const namespace = await this.storages.namespaces.get({ name });
    if (!namespace) return {};
    const { uid, annotations = {} } = namespace.metadata;
    const asked = Object.entries(annotations).filter(([key]) => keys?.includes(key));
    return { uid, phase: phaseOf(namespace), ...(keys && { annotations: Object.fromEntries(asked) }) };
  }

  /** An owner speaks for itself alone. */
  @Answers(ReportNamespaceEmptied)
  async emptied(
    { name, uid, owner }: AskOf<typeof ReportNamespaceEmptied>,
    { asker }: AskContext,
  ): Promise<Record<string, never>> {
    if (owner !== asker) throw forbidden('namespaces', '', name, `${asker} cannot report for ${owner}`);
    await this.lifecycle.reportEmptied(name, uid, owner);
    return {};
  }
}
