import type { Call } from '../command.js';
import { kindWithGroup } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { type OutputFormat, readOutputFormat } from '../printers/output-format.js';
import { ObjectPrinter } from '../printers/print-object.js';
import { type DryRun, dryRunSuffix } from './dry-run.js';

interface Named {
  singular: string;
  group: string;
}

/** Prints what a change led to: one line (`… created`), or the object in the format asked for. */
export class ChangePrinter {
  private readonly format: OutputFormat;
  private readonly printer: ObjectPrinter;

  constructor(
    private readonly call: Call,
    private readonly dryRun: DryRun,
  ) {
    this.format = readOutputFormat(call.flags);
    this.printer = new ObjectPrinter(this.format, { showManagedFields: call.flags.bool('show-managed-fields') });
  }

  print(object: KubeObject, resource: Named, done: string): void {
    if (this.format.type !== 'human') {
      this.call.terminal.out(this.printer.print(object, resource));
      return;
    }
    this.call.terminal.out(`${kindAndName(object, resource)} ${done}${dryRunSuffix(this.dryRun)}\n`);
  }
}

/** What cannot be read back, such as an image stream mapping, is answered by a Status, which kubectl names so. */
function kindAndName({ kind, metadata }: KubeObject, resource: Named): string {
  return kind === 'Status' ? 'status/<unknown>' : `${kindWithGroup(resource)}/${metadata?.name ?? ''}`;
}
