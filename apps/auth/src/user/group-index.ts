import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AuthStorages } from '../storage/auth-storages.js';
import { ObjectMirror } from '../storage/object-mirror.js';
import type { Group } from './user.js';

/** Which groups list a user, in memory. */
@Injectable()
export class GroupIndex implements OnModuleInit, BeforeApplicationShutdown {
  private readonly groups = new Map<string, ReadonlySet<string>>();
  private readonly mirror: ObjectMirror<Group>;

  constructor(storages: AuthStorages) {
    const put = (group: Group): void => void this.groups.set(group.metadata.name, new Set(group.users ?? []));
    this.mirror = new ObjectMirror('groups', storages.groups, {
      replaceAll: (groups) => {
        this.groups.clear();
        groups.forEach(put);
      },
      put,
      remove: ({ metadata }) => void this.groups.delete(metadata.name),
    });
  }

  /** Names of the groups a user is in, sorted. */
  groupsOf(user: string): string[] {
    return [...this.groups].flatMap(([name, users]) => (users.has(user) ? [name] : [])).sort();
  }

  onModuleInit(): Promise<void> {
    return this.mirror.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.mirror.stop();
  }
}
