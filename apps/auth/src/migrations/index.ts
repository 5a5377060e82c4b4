import { Auth1700001000000 } from './1700001000000-auth.migration.js';
import { Login1700002000000 } from './1700002000000-login.migration.js';

/** Tables of auth beside those every service has, in order. */
export const authMigrations = [Auth1700001000000, Login1700002000000];
