import * as z from 'zod';

/** A rectangle on a page. Unit: PDF points from the page's top left corner. */
export const Box = z.object({
  page: z.number().int().min(1),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Box = z.infer<typeof Box>;

/** A chunk returned to a query: what an answer may cite. */
export const Passage = z.object({
  /** Id of the chunk it was made from; stable while the document's version stays. */
  id: z.string(),
  documentId: z.string(),
  /** sha-256 of the document's bytes: which version the text is from. */
  documentVersion: z.string(),
  collection: z.string(),
  /** File name or upload name, with its folders, `/` separated. */
  source: z.string(),
  title: z.string(),
  /** Headings above the passage, outermost first. */
  headingPath: z.array(z.string()),
  text: z.string(),
  /** Offsets of `text` in the document's extracted text, UTF-16 units, end exclusive. */
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  /** First page the passage stands on; null where the format has no pages. */
  page: z.number().int().min(1).nullable(),
  /** One box a line, for formats with page coordinates; else empty. */
  boxes: z.array(Box),
  /** Retrieval score, descending over a result; comparable within one query only. */
  score: z.number(),
});
export type Passage = z.infer<typeof Passage>;

/** Why a citation is not verified. */
export const CitationProblem = z.enum([
  'quote-not-found',
  'number-not-found',
  /** The number stands there, but with other things. */
  'number-mismatch',
  'date-not-found',
  'name-not-found',
  'words-not-found',
  /** One of them denies what the other says. */
  'polarity-mismatch',
  'passage-missing',
]);
export type CitationProblem = z.infer<typeof CitationProblem>;

/** A span of the answer and the span of a passage that bears it out. */
export const Citation = z.object({
  /** 1-based, in order of first appearance in the answer; shown as [1]. */
  number: z.number().int().min(1),
  /** Span of the sentence in the answer's text, UTF-16 units, end exclusive. */
  answerStart: z.number().int().min(0),
  answerEnd: z.number().int().min(0),
  passage: Passage,
  /** The words of the passage that bear the sentence out; null when none could be located. */
  quote: z.string().nullable(),
  /** Span of `quote` in `passage.text`; null together with it. */
  quoteStart: z.number().int().min(0).nullable(),
  quoteEnd: z.number().int().min(0).nullable(),
  /** True only if the quote stands in the passage and numbers, dates and names of the sentence agree with it. */
  verified: z.boolean(),
  problems: z.array(CitationProblem),
});
export type Citation = z.infer<typeof Citation>;
