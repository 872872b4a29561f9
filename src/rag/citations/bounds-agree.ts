const above =
  /\b(?:more than|over|above|at least|exceed\w*|upwards of|no fewer than|minimum of)\s(?:[£$€]\s?)?\d|(?:超过|至少|多于|高于|大于|不少于)\s?\d|\d[^\s，。,]{0,4}以上/i;
const below =
  /\b(?:less than|fewer than|under|below|up to|at most|no more than|maximum of|nearly|almost)\s(?:[£$€]\s?)?\d|(?:不到|不足|最多|至多|少于|低于|小于|不超过)\s?\d|\d[^\s，。,]{0,4}以下/i;

/** A sentence that sets a bound ("more than 20") is borne out only by words that set one to the same side. */
export function boundsAgree(sentence: string, evidence: string): boolean {
  return (!above.test(sentence) || above.test(evidence)) && (!below.test(sentence) || below.test(evidence));
}
