/** The effect of an operation that takes a tag away. */
export const GONE = 'gone';

/** Something a writer did to a tag. */
export interface TagOperation {
  tag: string;
  /** The digest the tag was told to point at, or `GONE`. */
  effect: string;
  /** A later operation on the tag may come before the effect of this one is seen, which then never is. */
  mayBeOvertaken: boolean;
  /** Attempts whose fate nobody knows: each may be carried out at any later time, once. */
  unanswered: number;
}

/** What the system did to a tag, in order. */
export interface SeenEffect {
  effect: string;
  position: bigint;
}

/** How operations and effects compare. */
export interface Comparison {
  problems: string[];
  /** Effects of unanswered attempts that came after those of later operations. */
  late: number;
}

/**
 * Compares what a tag's only writer did, all of it acknowledged in the end, with what became of the tag: every
 * operation that changes something has exactly one effect, in order, and nothing else happened.
 */
export function compareEffects(
  name: string,
  operations: readonly TagOperation[],
  effects: readonly SeenEffect[],
): Comparison {
  const problems: string[] = [];
  const unanswered = operations.map((operation) => operation.unanswered);
  let state = GONE;
  let held = [GONE];
  let next = 0;
  let late = 0;
  for (const { effect, position } of effects) {
    const match = effect === state ? undefined : nextMatch(operations, next, held, effect);
    if (match !== undefined) {
      next = match + 1;
      held = [];
    } else {
      const source = operations.findIndex(
        (earlier, index) => index < next && earlier.effect === effect && unanswered[index]! > 0,
      );
      if (source < 0) {
        problems.push(`${name}: ${effect} at ${position} was not asked for, or again (after ${state})`);
      } else {
        unanswered[source]!--;
        late++;
      }
    }
    state = effect;
    held.push(effect);
  }
  const lost = operations.slice(next).filter(({ effect, mayBeOvertaken }, index, rest) => {
    const isLast = index === rest.length - 1;
    return !held.includes(effect) && !(mayBeOvertaken && !isLast);
  });
  for (const { effect } of lost) problems.push(`${name}: ${effect} was acknowledged and is lost (it is ${state})`);
  return { problems, late };
}

/**
 * The operation an effect belongs to; those before it that had no effect must have been without one. `held` is where the
 * tag pointed since the effect before that was on time: late effects may have come between operations that changed nothing.
 */
function nextMatch(
  operations: readonly TagOperation[],
  from: number,
  held: readonly string[],
  effect: string,
): number | undefined {
  let at = 0;
  for (let index = from; index < operations.length; index++) {
    const operation = operations[index]!;
    if (operation.effect === effect) return index;
    const since = held.indexOf(operation.effect, at);
    if (since >= 0) at = since;
    else if (!operation.mayBeOvertaken) return undefined;
  }
  return undefined;
}
