import { Command, CommanderError, Help, InvalidArgumentError } from 'commander';
import { flushCompileCache } from 'node:module';
import { AppError } from '../contract/app-error.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

// The command line: names, flags and help. What a command does is in commands/, loaded when it is called.

const port = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('expected a port from 0 to 65535; 0 takes a free one.');
};
const adminHelp =
  'address of the admin listener (default: as sluice.yaml and SLUICE_ADMIN_PORT say, else http://127.0.0.1:8081)';
const count = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number from 1 on.');
};
const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a whole number from 0 on.');
};
const amount = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < Infinity) return value;
  throw new InvalidArgumentError('expected a number >= 0.');
};
const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const program = new Command('sluice')
  .description('Answers questions from your documents with checked citations, and runs only when needed.')
  .showHelpAfterError('Run the command with --help to see what it takes.')
  .exitOverride()
  .configureHelp({
    sortSubcommands: false,
    // What may be given several times has no default worth a word.
    optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
  });

/** Flags that every command with a data directory takes. */
function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: sluice.yaml of this folder, if there is one)')
    .option('--data-dir <folder>', 'where documents, index and conversations are (default: .sluice)')
    .option('--log-level <level>', 'debug, info, warn, error or silent');
}

withConfig(program.command('up'))
  .description('run gateway and autoscaler; replicas start when a request comes and stop when none does')
  .option('-f, --file <path>', 'manifests: a YAML file or a folder of them; may be repeated', collect, [])
  .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
  .option('--port <port>', 'port to listen on (default: 8080)', port)
  .option('--admin-port <port>', 'port of the admin listener (default: 8081)', port)
  .option('--policy <policy>', 'instant (decided on every arrival) or keda (as a cluster does)')
  .option('--documents <folder>', 'folder to keep in step with the index; may be repeated', collect, [])
  .option('--json', 'print one JSON line with the addresses once it is up')
  .action(async (flags) => (await import('./commands/up.ts')).up(flags));

withConfig(program.command('ingest'))
  .description('put a folder or files into the index and wait until they are searchable')
  .argument('<path...>', 'folders and files')
  .option('--collection <name>', 'collection to put them into', 'default')
  .option('--url <url>', 'hand the files to a running Sluice instead')
  .option('--json', 'print the documents as JSON')
  .action(async (paths, flags) => (await import('./commands/ingest.ts')).ingest(paths, flags));

withConfig(program.command('ask'))
  .description('ask a question; the answer streams, its citations follow as file:page')
  .argument('<question...>', 'the question')
  .option('--collection <name>', 'collection to answer from', 'default')
  .option('--conversation <id>', 'continue this conversation')
  .option('--url <url>', 'ask a running Sluice instead of answering here')
  .option('--json', 'print the answer with its citations as JSON')
  .action(async (words, flags) => (await import('./commands/ask.ts')).ask(words.join(' '), flags));

withConfig(program.command('search'))
  .description('find passages without answering')
  .argument('<query...>', 'what to look for')
  .option('--collection <name>', 'collection to search', 'default')
  .option('-k, --top <count>', 'how many passages', count, 5)
  .option('--url <url>', 'search in a running Sluice instead')
  .option('--json', 'print the passages as JSON')
  .action(async (words, flags) => (await import('./commands/search.ts')).search(words.join(' '), flags));

program
  .command('explain')
  .description('what holds the replicas of a running target where they are, and what would change it')
  .argument('[target]', 'the scale target, where there are several')
  .option('--admin <url>', adminHelp)
  .option('--json', 'print it as JSON')
  .action(async (target, flags) => (await import('./commands/explain.ts')).explain(target, flags));

program
  .command('simulate')
  .description(
    'replay a trace of requests: what a ScaledObject would do with it, what it costs and who waits',
  )
  .requiredOption(
    '--trace <file>',
    'CSV of counts, access log, Prometheus range data, or recorded arrivals; .gz too',
  )
  .option('-f, --file <path>', 'manifests with the ScaledObject (default: the built-in one)', collect, [])
  .option('--target <name>', 'the scale target, where the manifests have several')
  .option('--policies <names>', 'keda, instant, knative, static, clairvoyant; with commas (default: all)')
  .option('--sweep <settings...>', 'run all combinations, such as threshold=1,2,5 cooldown=30,60,300')
  .option('--wait-target <bound>', 'recommend the cheapest point of a sweep within it, such as p95=2s')
  .option('--service <time>', 'service time: 2s, exponential:2s (mean) or lognormal:2s,0.8 (median, sigma)')
  .option('--service-column <product>', 'service time from a CSV column, such as out_tokens*20ms')
  .option('--start <time>', 'start of a replica until it is ready; a distribution too', '1s')
  .option('--start-capacity <count>', 'replicas that may be starting at once', count, 4)
  .option('--readiness-period <time>', 'readiness is noticed at multiples of this', '0s')
  .option('--slots <count>', "requests a replica answers at once (default: the Deployment's)", count)
  .option('--hold-timeout <time>', 'longest hold; 0 holds for ever', '60s')
  .option('--max-pending <count>', 'requests held at once; 0 holds none', wholeNumber, 1000)
  .option('--price <amount>', 'of one replica for an hour', amount)
  .option('--trace-format <format>', 'csv, access-log, prometheus or recorded (default: looks at the file)')
  .option('--trace-target <name>', 'only these arrivals of a recording')
  .option('--interval <time>', 'length of the intervals of a CSV (default: its smallest gap)')
  .option('--values <kind>', 'counter or rate: what Prometheus data holds (default: looks at it)')
  .option(
    '--metric <counter>',
    'the request counter as the queries call it, such as requests_total{job="docs"}',
  )
  .option('--scrape-interval <time>', 'how often the metrics are scraped', '5s')
  .option('--poll-phase <time>', "when KEDA's first poll is", '0s')
  .option('--hpa-phase <time>', "when the HPA's first sync is (default: after one sync period)")
  .option(
    '--kubernetes <release>',
    'whose HPA is imitated: 1.32 (knows no tolerance in behavior), 1.33 or 1.37 (default: 1.37)',
  )
  .option('--headroom <count>', 'replicas that policy instant keeps free', wholeNumber, 0)
  .option('--idle-delay <time>', 'how long policy instant keeps extra replicas at least', '5s')
  .option('--flap-window <time>', 'a change of direction within this counts as a flap', '10m')
  .option('--seed <number>', 'draws what the trace does not say', wholeNumber, 1)
  .option('--html <file>', 'write a page with plots')
  .option('--json', 'print the report as JSON')
  .action(async (flags) => (await import('./commands/simulate.ts')).simulate(flags));

program
  .command('record')
  .description('write the arrivals of a running Sluice as a trace for simulate, until interrupted')
  .option('--admin <url>', adminHelp)
  .option('--out <file>', 'file to append to (default: stdout)')
  .option('--target <name>', 'only this scale target')
  .action(async (flags) => (await import('./commands/record.ts')).record(flags));

withConfig(program.command('replay'))
  .description('answer a turn again from its stored passages and say whether the answer is the same')
  .argument('<turn>', 'id of the turn, as "ask --json" prints it')
  .option('--url <url>', 'replay in a running Sluice instead')
  .option('--json', 'print both answers and what differs as JSON')
  .action(async (turn, flags) => (await import('./commands/replay.ts')).replay(turn, flags));

program
  .command('manifests')
  .description('print the manifests that "sluice up" runs without -f; they can be applied to a cluster')
  .option('--hpa', 'print the HPA that KEDA would make of each ScaledObject instead')
  .option('-f, --file <path>', 'with --hpa: other manifests; may be repeated', collect, [])
  .action(async (flags) => (await import('./commands/manifests.ts')).manifests(flags));

program
  .command('lint')
  .description('what KEDA would refuse, what it ignores without a word, and what will hurt')
  .argument(
    '[path...]',
    'manifests: YAML files or folders of them, - for standard input (default: the built-in one)',
  )
  .option('--fix', 'mend what can be mended without changing anything that works')
  .option('--json', 'print the findings as JSON')
  .option('--sarif', 'print them as SARIF 2.1.0, for code hosts')
  .option('--strict', 'exit with 1 on warnings')
  .option('--cluster', 'leave out what only this machine minds')
  .action(async (paths, flags) => (await import('./commands/lint.ts')).lint(paths, flags));

program
  .command('replica')
  .description('run one replica (what the Deployment of the manifests starts)')
  .action(async () => {
    await import('../rag/main.ts');
  });

program
  .command('worker')
  .description('run the ingestion worker until its queue is empty')
  .option('--sync <folder>', 'first put this folder in step with the index; may be repeated', collect, [])
  .action(async () => {
    await import('../rag/worker.ts');
  });

program
  .command('version')
  .description('print versions of Sluice and of what it runs on')
  .option('--json', 'as JSON')
  .action(async (flags) => (await import('./commands/version.ts')).version(flags));

try {
  const code: unknown = (await program.parseAsync(), process.exitCode);
  if (code === undefined) process.exitCode = exitCodes.ok;
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    const error = AppError.from(thrown);
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`sluice: ${error.message}\n`);
    if (error.code === 'internal')
      process.stderr.write(`${error.cause instanceof Error ? error.cause.stack : String(error.cause)}\n`);
  }
}
flushCompileCache();
