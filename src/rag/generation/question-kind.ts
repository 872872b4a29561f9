import { datesIn } from '../citations/dates-in.ts';
import { namesIn } from '../citations/names-in.ts';
import { numbersIn } from '../citations/numbers-in.ts';

/** What an answer to the question must hold. */
export type QuestionKind = 'person' | 'time' | 'place' | 'quantity' | 'reason' | 'definition' | 'other';

const kinds: readonly (readonly [QuestionKind, RegExp])[] = [
  [
    'quantity',
    /\b(?:how\s(?:many|much|long|far|high|tall|large|big|old|deep|wide|often|fast|heavy|hot|cold)|(?:what|which)\s(?:\w+\s)?(?:percentage|percent|number|amount|portion|fraction|price|cost|rate|population|age|distance|height|length|size|temperature|speed)|percentage)\b|多少|几[个名位年月天次条座部人种岁米层级台]|多[长高大久远重快深宽]|几成/iu,
  ],
  [
    'time',
    /\b(?:when|(?:what|which|in\swhat|in\swhich)\s(?:year|date|day|month|decade|century|time)|since\swhen|how\slong\sago)\b|什么时候|什么时间|何时|何年|哪[一]?年|哪[一]?天|几月|几号|哪个?(?:月|世纪|年代|时期|朝代)|什么时期|年份|日期/iu,
  ],
  ['reason', /\b(?:why|what\s(?:caused?|reason|led))\b|为什么|为何|原因|缘故|怎么会/iu],
  ['person', /\b(?:who|whom|whose|what\s(?:person|man|woman))\b|谁|哪[一]?[位名]|何人|什么人/iu],
  [
    'place',
    /\b(?:where|(?:what|which)\s(?:city|country|state|place|town|region|county|river|location|continent))\b|哪里|哪儿|何处|什么地方|哪个?(?:国家|城市|省|市|县|地方|地区)|在哪|位于/iu,
  ],
  [
    'definition',
    /^(?:what|who)\s(?:is|are|was|were)\s(?:an?\s|the\s)?[\w\s'-]{2,40}\?*$|^什么是|是什么[？?]?$|^(?:what|how)\s.*\b(?:mean|defined)\b/iu,
  ],
];

/** The first kind whose cue stands in the question. */
export function questionKind(question: string): QuestionKind {
  return kinds.find(([, cue]) => cue.test(question))?.[0] ?? 'other';
}

const han = /\p{Script=Han}/u;

/** Does the sentence hold something of the kind asked for that the question does not already hold? */
export function holdsKind(kind: QuestionKind, sentence: string, question: string): boolean {
  switch (kind) {
    case 'quantity': {
      const asked = new Set(numbersIn(question).map(({ value }) => value));
      return (
        numbersIn(sentence).some(({ value, unit }) => !asked.has(value) && unit !== 'ordinal') ||
        /\b(?:half|a\sthird|a\squarter|majority|most|dozen|hundreds|thousands|millions|all|twice|daily|weekly|monthly|annually|yearly)\b|一半|每[天周月年]|一[个名位次]/iu.test(
          sentence,
        )
      );
    }
    case 'time': {
      const asked = new Set([...question.matchAll(/\d{3,4}/gu)].map(([year]) => year));
      const years = [...sentence.matchAll(/(?<!\d)\d{3,4}(?!\d)/gu)].some(([year]) => !asked.has(year));
      return (
        years ||
        datesIn(sentence).length > 0 ||
        /\b(?:century|decade|BC|AD|(?:mon|tues|wednes|thurs|fri|satur|sun)day|o'clock|spring|summer|autumn|winter|daily|weekly|every|\d{1,2}:\d{2}|noon|midnight|a\.?m\.?|p\.?m\.?)\b|世纪|年代|时期|朝|[年月日号点时]/iu.test(
          sentence,
        )
      );
    }
    case 'person': {
      if (han.test(sentence)) return true;
      const folded = question.toLowerCase();
      return (
        namesIn(sentence).some(({ words }) => words.some((word) => !folded.includes(word))) ||
        /^[\p{Lu}]/u.test(sentence)
      );
    }
    case 'place': {
      if (han.test(sentence)) return /[省市县区国州镇村路街岛山河湖海港站洲部]/u.test(sentence);
      const folded = question.toLowerCase();
      return namesIn(sentence).some(({ words }) => words.some((word) => !folded.includes(word)));
    }
    case 'reason':
      return /\b(?:because|due\sto|since|as\sa\sresult|so\sthat|in\sorder\sto|caus\w+|reason\w*|therefore|to\s\w+|led\sto|owing)\b|因为|由于|因此|因|所以|原因|为了|导致|以致/iu.test(
        sentence,
      );
    case 'definition':
      return /\b(?:is|are|was|were|means|refers\sto|called|known\sas|defined)\b|是|指|即|称|为/iu.test(
        sentence,
      );
    case 'other':
      return true;
  }
}
