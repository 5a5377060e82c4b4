/** Nest token of what time it is, for everything that follows a schedule. */
export const CLOCK = Symbol('Clock');
export type Clock = () => Date;

/** Nest token of the image pruners' `DocumentStorage`. */
export const PRUNER_STORAGE = Symbol('PrunerStorage');
