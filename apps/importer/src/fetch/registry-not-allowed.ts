/** The operator's list of allowed registries does not name this one; the message says what it names. */
export class RegistryNotAllowed extends Error {}
