import type { ImportMode } from '@faktorz/domain';
import { CommandError } from '../errors.js';

export function readImportMode(text: string): ImportMode {
  if (text === 'Legacy' || text === 'PreserveOriginal') return text;
  if (text === '') return 'Legacy';
  throw new CommandError('valid ImportMode values are Legacy or PreserveOriginal');
}
