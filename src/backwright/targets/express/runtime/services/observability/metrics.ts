import type { Metric } from '../../config/metrics.js';

type Sample = readonly [value: number, ...labels: string[]];

const written: (() => string)[] = [];

/** Everything that is measured, in the text format of Prometheus (0.0.4). */
export const exposition = (): string => written.map((write) => write()).join('');

export function counter(metric: Metric): (...labels: string[]) => void {
  const counts = new Map<string, { value: number; readonly labels: string[] }>();
  register('counter', metric, () => [...counts.values()].map(({ value, labels }) => line(metric.name, metric.labels, labels, value)));
  return (...labels) => {
    const key = labels.join('\n');
    const known = counts.get(key);
    if (known) known.value += 1;
    else counts.set(key, { value: 1, labels });
  };
}

/** `collect` is asked whenever somebody looks. */
export function gauge(metric: Metric, collect: () => readonly Sample[]): void {
  register('gauge', metric, () => collect().map(([value, ...labels]) => line(metric.name, metric.labels, labels, value)));
}

/** A counter that somebody else keeps. */
export function total(metric: Metric, collect: () => number): void {
  register('counter', metric, () => [line(metric.name, metric.labels, [], collect())]);
}

/** A gauge of one value, which is not shown while nobody knows it. */
export function latest(metric: Metric): (value: number | undefined) => void {
  let known: number | undefined;
  gauge(metric, () => (known === undefined ? [] : [[known]]));
  return (value) => {
    known = value;
  };
}

interface Series {
  readonly labels: string[];
  /** By bucket, and last what is above all of them. */
  readonly counts: number[];
  sum: number;
}

export function histogram(metric: Metric & { readonly buckets: readonly number[] }): (value: number, ...labels: string[]) => void {
  const { buckets } = metric;
  const series = new Map<string, Series>();
  register('histogram', metric, () => [...series.values()].flatMap((each) => distribution(metric, each)));
  return (value, ...labels) => {
    const key = labels.join('\n');
    let known = series.get(key);
    if (!known) {
      known = { labels, counts: new Array(buckets.length + 1).fill(0), sum: 0 };
      series.set(key, known);
    }
    let at = 0;
    while (at < buckets.length && value > (buckets[at] as number)) at += 1;
    known.counts[at] = (known.counts[at] as number) + 1;
    known.sum += value;
  };
}

function distribution({ name, labels, buckets }: Metric & { readonly buckets: readonly number[] }, series: Series): string[] {
  let count = 0;
  const bounds = [...buckets.map(String), '+Inf'];
  const lines = bounds.map((bound, at) => {
    count += series.counts[at] as number;
    return line(`${name}_bucket`, [...labels, 'le'], [...series.labels, bound], count);
  });
  return [...lines, line(`${name}_sum`, labels, series.labels, series.sum), line(`${name}_count`, labels, series.labels, count)];
}

function register(kind: string, { name, help }: Metric, lines: () => readonly string[]): void {
  written.push(() => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines().join('')}`);
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

function line(name: string, labels: readonly string[], values: readonly string[], value: number): string {
  const pairs = labels.map((label, at) => `${label}="${(values[at] ?? '').replace(/[\\"\n]/g, (char) => ESCAPED[char] ?? '')}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}
