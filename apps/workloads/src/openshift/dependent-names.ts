import { createHash } from 'node:crypto';

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/** `base-suffix`; a base that is too long is cut, and told apart by a hash. */
export function numberedName(base: string, suffix: string, longest = LONGEST_NAME): string {
  const whole = `${base}-${suffix}`;
  if (whole.length <= longest) return whole;
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 8);
  return `${base.slice(0, longest - suffix.length - hash.length - 2)}-${hash}-${suffix}`;
}

/** The same for a label. */
export function numberedLabel(base: string, suffix: string): string {
  return numberedName(base, suffix, LONGEST_LABEL);
}

/** The owner's name as a label can hold it: cut where it is too long. */
export function ownerLabel(name: string): string {
  return name.slice(0, LONGEST_LABEL).replace(/[^A-Za-z0-9]+$/, '');
}
