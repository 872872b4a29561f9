import { admit, type Report } from './admission.ts';
import { admitRoutes } from './interceptor-route-admission.ts';
import type { ReaderComplain } from './check-schema.ts';
import { manifestReaders, rareManifestReaders, type Collected, type Reader } from './manifest-readers.ts';
import { pathText, type ManifestProblem } from './manifest-problem.ts';
import type { ManifestSet } from './manifest-set.ts';
import { kindOf } from './kind-of.ts';
import type { ManifestSource } from './metadata-schema.ts';
import { parseYamlDocuments, type ManifestDocument } from './yaml-documents.ts';

/** A text and where it came from, for messages. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

/** All that could be read, and all that is wrong: for those who report instead of refusing. */
export interface CollectedManifests {
  /** Objects without problems of their schema, whether admitted or not. */
  readonly set: ManifestSet;
  /** Errors; `set.warnings` holds the rest. */
  readonly problems: readonly ManifestProblem[];
  /** Where an object's fields stand. */
  readonly documentOf: (source: ManifestSource) => ManifestDocument | undefined;
}

/** Reads Kubernetes and KEDA objects and applies the admission rules of a cluster. Never throws for their content. */
export async function collectManifests(texts: readonly ManifestText[]): Promise<CollectedManifests> {
  const problems: ManifestProblem[] = [];
  const warnings: ManifestProblem[] = [];
  const collected: Collected = {
    deployments: [],
    statefulSets: [],
    configMaps: [],
    scaledObjects: [],
    scaledJobs: [],
    triggerAuthentications: [],
    services: [],
    horizontalPodAutoscalers: [],
    limitRanges: [],
    interceptorRoutes: [],
    unreadableDeployments: 0,
  };
  const documents = new Map<ManifestSource, ManifestDocument>();
  const report: Report = (source, rule, path, message, severity) => {
    const line = documents.get(source)?.lineOf(path) ?? source.line;
    const problem = { file: source.file, line, path: pathText(path), message, rule, at: path };
    (severity === 'warning' ? warnings : problems).push(problem);
  };
  for (const { file, text } of texts) {
    const yaml = await parseYamlDocuments(text, file);
    problems.push(...yaml.problems);
    for (const document of yaml.documents) {
      const source: ManifestSource = { file, line: document.lineOf([]) };
      documents.set(source, document);
      await readDocument(document, source, collected, (...said) => report(source, ...said));
    }
  }
  admit(collected, report);
  admitRoutes(collected, report);
  const { unreadableDeployments: _unreadable, ...objects } = collected;
  return { set: { ...objects, warnings }, problems, documentOf: (source) => documents.get(source) };
}

async function readDocument(
  document: ManifestDocument,
  source: ManifestSource,
  into: Collected,
  complain: ReaderComplain,
): Promise<void> {
  const kind = kindOf(document.value, complain);
  if (kind === null) return;
  const read = await readerOf(kind);
  read?.(document.value, source, into, complain);
}

async function readerOf(kind: string): Promise<Reader | undefined> {
  if (Object.hasOwn(manifestReaders, kind)) return manifestReaders[kind];
  return Object.hasOwn(rareManifestReaders, kind) ? rareManifestReaders[kind]?.() : undefined;
}
