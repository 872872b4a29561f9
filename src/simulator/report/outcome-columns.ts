import type { PricedOutcome } from '../compare.ts';
import { formatAmount, formatCount, formatShare, formatWait } from './format-figure.ts';

/** One column of a table of outcomes, for the terminal and for the page. */
export interface OutcomeColumn {
  readonly title: string;
  /** What it means, in a sentence. */
  readonly help: string;
  readonly cell: (outcome: PricedOutcome) => string;
}

/** In reading order: money, wait, harm, movement. */
export function outcomeColumns(hasPrice: boolean): readonly OutcomeColumn[] {
  return [
    {
      title: 'replica-h',
      help: 'hours of replicas, starting ones included, within the trace',
      cell: ({ replicaHours }) => formatAmount(replicaHours),
    },
    ...(hasPrice
      ? [
          {
            title: 'cost',
            help: 'replica-hours at the given price',
            cell: ({ cost }: PricedOutcome) => formatAmount(cost ?? 0),
          },
        ]
      : []),
    {
      title: 'saving',
      help: 'against as many replicas as the peak needs, all the time',
      cell: ({ saving }) => formatShare(saving),
    },
    { title: 'requests', help: 'arrivals', cell: ({ requests }) => formatCount(requests) },
    { title: 'cold', help: 'held while no replica was ready', cell: ({ cold }) => formatCount(cold) },
    {
      title: 'wait p50',
      help: 'from arrival to a slot; half of the requests waited no longer',
      cell: ({ waitMs }) => formatWait(waitMs.p50),
    },
    { title: 'p95', help: '95 of 100 waited no longer', cell: ({ waitMs }) => formatWait(waitMs.p95) },
    { title: 'p99', help: '99 of 100 waited no longer', cell: ({ waitMs }) => formatWait(waitMs.p99) },
    { title: 'max', help: 'the longest wait', cell: ({ waitMs }) => formatWait(waitMs.max) },
    {
      title: 'rejected',
      help: 'refused at once: the waiting room was full',
      cell: ({ rejected }) => formatCount(rejected),
    },
    {
      title: 'timed out',
      help: 'held until the hold timeout; their waits count',
      cell: ({ timedOut }) => formatCount(timedOut),
    },
    { title: 'cut', help: 'their replica was ended while it answered', cell: ({ cut }) => formatCount(cut) },
    { title: 'most', help: 'most replicas at once', cell: ({ mostReplicas }) => formatCount(mostReplicas) },
    { title: 'starts', help: 'replicas started', cell: ({ starts }) => formatCount(starts) },
    {
      title: 'flaps',
      help: 'changes of the count against the direction of the change before, within the flapping window',
      cell: ({ flaps }) => formatCount(flaps),
    },
  ];
}

/** The same without the requests, which are equal at every point of a sweep. */
export function sweepColumns(hasPrice: boolean): readonly OutcomeColumn[] {
  return outcomeColumns(hasPrice).filter(({ title }) => title !== 'requests');
}
