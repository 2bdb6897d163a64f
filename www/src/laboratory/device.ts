import type { DeviceInfo } from 'metriclab';
import type { Translator } from '../i18n/translator';

/** Why the work is done where it is: the adapter, and the times that decided, where they did. */
export function reasonText({ kind, reason, adapter, probe }: DeviceInfo, t: Translator): string {
  const name = kind === 'gpu' ? [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ') : '';
  const ms = (value: number): string => t.decimal(value, value < 10 ? 1 : 0);
  const times =
    probe &&
    (probe.gpuMs === null
      ? t.text('device.late')
      : t.text('device.times', { gpu: ms(probe.gpuMs), cpu: ms(probe.cpuMs) }));
  const more = [name, times].filter(Boolean).join('; ');
  return t.text(`reason.${reason}`) + (more && ` (${more})`);
}
