/**
 * The credentials a namespace has for outside registries: its pull secrets, asked of auth, as one keyring. For services
 * that fetch images on a namespace's behalf. It never says who may use them, and never logs one.
 */
export { PullSecrets } from './pull-secrets.js';
