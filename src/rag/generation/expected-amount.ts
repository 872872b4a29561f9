import { englishStem } from '../retrieval/english-stem.ts';

const length = String.raw`\s?(?:km|kilomet\w+|cm|mm|m|met(?:er|re)s?|miles?|feet|foot|ft|inch(?:es)?|yards?)\b|\s?(?:公里|千米|厘米|毫米|米|英里|英尺)`;
const duration = String.raw`[\s-]?(?:seconds?|minutes?|min|hours?|h|days?|weeks?|months?|years?|decades?|centur\w+)\b|\s?(?:秒|分钟|分|个?小时|天|日|个?星期|周|个月|年)`;
const numeral = String.raw`(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million)\b)`;
const money =
  /[£$€¥￥]\s?\d|\d\s?(?:元|美元|欧元|英镑|人民币|dollars?|euros?|pounds?|usd|eur|gbp|cny|yuan|million|billion)|[（(][^）)]*元[^）)]*[）)][:：]\s?\d|免费|\bfree\b/i;

/** What is asked -> how an amount of that kind is written. The first that fits counts. */
const amounts: readonly (readonly [RegExp, RegExp])[] = [
  [/\bhow long\b|多长时间|多久/i, new RegExp(`${numeral}(?:${duration}|${length})`, 'i')],
  [
    /\bhow (?:far|deep|high|tall|wide|broad)\b|多[深高宽远长]/i,
    new RegExp(`\\d(?:${length}|${duration})`, 'i'),
  ],
  [
    /\bhow much (?:is|was|does|did|do|will|would)\b|\b(?:cost|price|fee|fare|salary|fine)s?\b|多少(?:钱|元)|(?:收费|费用|价格|票价|罚款)/i,
    money,
  ],
];

/**
 * Tells whether a text holds the kind of amount that is asked for: "how many locks" a number before that very noun,
 * 多少小时 before that unit, "how long" a length or a duration, a cost money. Null where no amount is asked for.
 */
export function expectedAmount(question: string): ((text: string) => boolean) | null {
  const noun = /\bhow many ([a-z]+)/i.exec(question)?.[1];
  if (noun !== undefined) {
    const stem = englishStem(noun.toLowerCase());
    const beginning = stem.slice(0, Math.max(3, stem.length - 1));
    const counted = new RegExp(`${numeral}[\\d,.]*(?:\\s[a-z-]+){0,2}?\\s${beginning}`, 'i');
    return (text) => counted.test(text);
  }
  const unit = /(?:多少|几)([\u4e00-\u9fff])/.exec(question)?.[1];
  if (unit !== undefined && unit !== '是' && unit !== '钱') {
    const counted = new RegExp(
      `[\\d一二三四五六七八九十百千万亿两][个多余]?${unit}|[（(][^）)]*${unit}[^）)]*[）)]: ?\\d`,
    );
    return (text) => counted.test(text);
  }
  const amount = amounts.find(([cue]) => cue.test(question))?.[1];
  return amount ? (text) => amount.test(text) : null;
}
