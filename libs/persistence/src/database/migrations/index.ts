import { ChangeLog1700000000000 } from './1700000000000-change-log.js';
import { Documents1700000001000 } from './1700000001000-documents.js';
import { Messaging1700000002000 } from './1700000002000-messaging.js';

/** The tables every service has, in order. */
export const libraryMigrations = [ChangeLog1700000000000, Documents1700000001000, Messaging1700000002000];
