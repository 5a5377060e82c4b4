import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AnswerOf,
  type AskOf,
  EnsureSecret,
  type IdentityKey,
  ListIdentityKeys,
  ReadNamespace,
  ReadSecret,
  RegisterIdentityKey,
  ReportNamespaceEmptied,
  type SecretContent,
} from '@faktorz/domain';
import { Answers } from '@faktorz/messaging';
import { Injectable } from '@nestjs/common';

/** What trigger-dispatcher asks of auth, answered from lists a test fills. */
@Injectable()
export class AuthDesk {
  readonly namespaces = new Map<string, { uid: string; phase: 'Active' | 'Terminating' }>([
    ['team', { uid: 'team-1', phase: 'Active' }],
  ]);
  readonly secrets = new Map<string, SecretContent>();
  readonly emptied: AskOf<typeof ReportNamespaceEmptied>[] = [];
  /** How long questions about secrets take. */
  delayMs = 0;
  private readonly keys = new Map<string, IdentityKey>();

  @Answers(RegisterIdentityKey)
  register(key: AskOf<typeof RegisterIdentityKey>): AnswerOf<typeof RegisterIdentityKey> {
    this.keys.set(key.kid, { ...key, speaksForCallers: false });
    return {};
  }

  @Answers(ListIdentityKeys)
  listKeys(): AnswerOf<typeof ListIdentityKeys> {
    return { keys: [...this.keys.values()] };
  }

  @Answers(ReadNamespace)
  readNamespace({ name }: AskOf<typeof ReadNamespace>): AnswerOf<typeof ReadNamespace> {
    return this.namespaces.get(name) ?? {};
  }

  @Answers(ReportNamespaceEmptied)
  emptiedNamespace(report: AskOf<typeof ReportNamespaceEmptied>): AnswerOf<typeof ReportNamespaceEmptied> {
    this.emptied.push(report);
    return {};
  }

  @Answers(ReadSecret)
  async readSecret({ namespace, name }: AskOf<typeof ReadSecret>): Promise<AnswerOf<typeof ReadSecret>> {
    await sleep(this.delayMs);
    return { secret: this.secrets.get(`${namespace}/${name}`) };
  }

  @Answers(EnsureSecret)
  async ensureSecret({ namespace, secret }: AskOf<typeof EnsureSecret>): Promise<AnswerOf<typeof EnsureSecret>> {
    await sleep(this.delayMs);
    const name = `${namespace}/${secret.name}`;
    const known = this.secrets.get(name) ?? secret;
    this.secrets.set(name, known);
    return { secret: known };
  }

  /** A key of a Secret as text. */
  key(secret: string, key = 'secret'): string {
    const data = this.secrets.get(secret)?.data[key];
    if (data === undefined) throw new Error(`there is no key ${key} in ${secret}`);
    return Buffer.from(data, 'base64').toString();
  }

  /** Replaces a Secret's data. */
  put(secret: string, data: Record<string, string>): void {
    const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    this.secrets.set(secret, {
      name: secret.slice(secret.indexOf('/') + 1),
      type: 'Opaque',
      annotations: {},
      data: Object.fromEntries(encoded) as Record<string, string>,
    });
  }
}
