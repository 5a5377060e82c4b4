import { Auth1700001000000 } from './1700001000000-auth.migration.js';
import { Login1700002000000 } from './1700002000000-login.migration.js';
import { SpentCode1700003000000 } from './1700003000000-spent-code.migration.js';

/** Tables of auth beside those every service has, in order. */
export const authMigrations = [Auth1700001000000, Login1700002000000, SpentCode1700003000000];
