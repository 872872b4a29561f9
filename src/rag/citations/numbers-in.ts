/** A number as a text states it. */
export interface NumberFact {
  readonly value: number;
  /** Canonical unit: `%`, `usd`, `km`, `day`, …; `ordinal` for "third"; null when none is written. */
  readonly unit: string | null;
  /** Span in the text, UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Unit -> its writings, lower case, singular and plural; a blank stands for any white space. */
const unitWords: Readonly<Record<string, string>> = {
  '%': '%,％,percent,per cent,pct',
  pp: 'percentage points,percentage point,个百分点,百分点',
  usd: 'us dollars,us dollar,dollars,dollar,usd,美元,美金',
  eur: 'euros,euro,eur,欧元',
  gbp: 'pounds sterling,gbp,英镑',
  cny: 'yuan,rmb,cny,元,人民币,块钱',
  jpy: 'yen,jpy,日元',
  ms: 'milliseconds,millisecond,ms,毫秒',
  second: 'seconds,second,secs,sec,秒钟,秒',
  minute: 'minutes,minute,mins,min,分钟',
  hour: 'hours,hour,hrs,hr,个小时,小时,个钟头',
  day: 'days,day,天',
  week: 'weeks,week,周,个星期,星期',
  month: 'months,month,个月',
  year: 'years,year,yrs,yr,周年',
  mm: 'millimeters,millimetres,millimeter,millimetre,mm,毫米',
  cm: 'centimeters,centimetres,centimeter,centimetre,cm,厘米,公分',
  km: 'kilometers,kilometres,kilometer,kilometre,kms,km,公里,千米',
  m: 'meters,metres,meter,metre,m,米',
  mile: 'miles,mile,mi,英里',
  foot: 'feet,foot,ft,英尺',
  inch: 'inches,inch,英寸',
  kg: 'kilograms,kilogram,kilos,kilo,kgs,kg,公斤,千克',
  g: 'grams,gram,g,克',
  tonne: 'tonnes,tonne,tons,ton,吨',
  pound: 'lbs,lb,磅',
  kb: 'kb,kib,kilobytes,kilobyte',
  mb: 'mb,mib,megabytes,megabyte',
  gb: 'gb,gib,gigabytes,gigabyte',
  tb: 'tb,tib,terabytes,terabyte',
  litre: 'liters,litres,liter,litre,升',
  celsius: '°c,℃,degrees celsius,degree celsius,摄氏度',
  fahrenheit: '°f,℉,degrees fahrenheit,华氏度',
  kw: 'kw,kilowatts,kilowatt,千瓦',
  mw: 'mw,megawatts,megawatt,兆瓦',
  bar: 'bars,bar',
  times: 'times,次',
  fold: '倍',
  person: 'people,persons,person,人,名,位',
};
/** Writing -> unit. Plain look-ups: as 40 regular expressions this cost 10 ms of a cold start. */
const unitByWord = new Map(
  Object.entries(unitWords).flatMap(([unit, words]) => words.split(',').map((word) => [word, unit] as const)),
);
const longestUnit = Math.max(...[...unitByWord.keys()].map(({ length }) => length));
const currencySigns: readonly (readonly [RegExp, string])[] = [
  [/(?:us\$|\$|usd)\s?$/iu, 'usd'],
  [/(?:€|eur)\s?$/iu, 'eur'],
  [/(?:£|gbp)\s?$/iu, 'gbp'],
  [/(?:rmb|cny)\s?$/iu, 'cny'],
  [/[¥￥]\s?$/u, 'cny'],
  [/₹\s?$/u, 'inr'],
];
const scales: Readonly<Record<string, number>> = {
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  bn: 1e9,
  k: 1e3,
  百: 1e2,
  千: 1e3,
  万: 1e4,
  萬: 1e4,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
  億: 1e8,
  万亿: 1e12,
};
const small: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, index) => [word, index]),
);
const tens: Readonly<Record<string, number>> = Object.fromEntries(
  'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .map((word, index) => [word, (index + 2) * 10]),
);
const ordinals: Readonly<Record<string, number>> = Object.fromEntries(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
    .split(' ')
    .map((word, index) => [word, index + 1]),
);
const hanDigits: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  兩: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
/** Words made of numerals that count nothing. */
const hanIdioms =
  /^(?:十分|万一|千万不|千万别|千万要|一一|万万|三三两两|七上八下|四方|四周|四处|八方|百姓|万物|一二|三明治|九龙)/u;

/** Value of a plain Chinese numeral such as 一万二千, 三百零五, 二〇二四; null when it is none. */
export function hanNumber(text: string): number | null {
  if (/^[零〇一二三四五六七八九]{2,}$/u.test(text))
    return Number([...text].map((char) => hanDigits[char] ?? 0).join(''));
  let total = 0;
  let section = 0;
  let digit = -1;
  let lastScale = 1;
  for (const char of text) {
    const value = hanDigits[char];
    if (value !== undefined) {
      digit = value;
      if (value === 0) lastScale = 10;
    } else if (char === '十' || char === '百' || char === '千') {
      const scale = char === '十' ? 10 : char === '百' ? 100 : 1000;
      section += (digit < 0 ? 1 : digit) * scale;
      lastScale = scale;
      digit = -1;
    } else if (char === '万' || char === '萬' || char === '亿' || char === '億') {
      const scale = char === '万' || char === '萬' ? 1e4 : 1e8;
      total = (total + section + Math.max(0, digit)) * scale;
      section = 0;
      digit = -1;
      lastScale = scale;
    } else return null;
  }
  // 三百五 says 350, 一万二 says 12,000: the last digit stands one scale lower.
  if (digit > 0) section += lastScale >= 100 ? (digit * lastScale) / 10 : digit;
  return total + section;
}

function unitAfter(text: string, at: number): { unit: string; end: number } | null {
  const gap = /^[\s\u00a0-]?/.exec(text.slice(at, at + 1))?.[0].length ?? 0;
  const rest = text
    .slice(at + gap, at + gap + longestUnit + 1)
    .toLowerCase()
    .replace(/\s/g, ' ');
  for (let length = Math.min(longestUnit, rest.length); length > 0; length -= 1) {
    const word = rest.slice(0, length);
    const unit = unitByWord.get(word);
    // "12 mistakes" are no metres.
    if (unit === undefined || (/[a-z]$/.test(word) && /[\p{Script=Latin}\d]/u.test(rest[length] ?? '')))
      continue;
    return { unit, end: at + gap + length };
  }
  return null;
}

const arabic =
  /(?<![\p{Script=Latin}\d_.])(?:(?<=^|[\s(（:：,，、=|~约至到为是])[-−])?(?:\d{1,3}(?:[,，]\d{3})+(?![\d])|\d+)(?:\.\d+)?/gu;
const scaleAfter =
  /^\s?(?:(hundred|thousand|million|billion|trillion|bn)\b|(k)(?![\p{L}\d])|(万亿|百万|千万|[百千万萬亿億]))/iu;
const englishNumber = new RegExp(
  `\\b(?:${[...Object.keys(tens), ...Object.keys(small)].join('|')}|(?<=\\ba )(?:hundred|thousand|million|billion|dozen))(?:[\\s-](?:and\\s)?(?:${[...Object.keys(small), ...Object.keys(tens), 'hundred', 'thousand', 'million', 'billion'].join('|')}))*\\b`,
  'giu',
);

function englishValue(words: string): number {
  let total = 0;
  let current = 0;
  for (const word of words.toLowerCase().split(/[\s-]+/u)) {
    const unit = small[word] ?? tens[word];
    if (unit !== undefined) current += unit;
    else if (word === 'dozen') current = Math.max(1, current) * 12;
    else if (word === 'hundred') current = Math.max(1, current) * 100;
    else if (scales[word] !== undefined) {
      total += Math.max(1, current) * (scales[word] ?? 1);
      current = 0;
    }
  }
  return total + current;
}

/**
 * Numbers of a text: `12,000`, `12 thousand`, `1.2万`, 一万二千, `12%`, 百分之十二, `$7.5 million`, "seven", "third", 第三.
 * A lone "one" and 一 are left out: they rarely count. Values are exact, never rounded.
 */
export function numbersIn(text: string): NumberFact[] {
  const found: NumberFact[] = [];
  const taken = (start: number, end: number): boolean =>
    found.some((fact) => start < fact.end && fact.start < end);
  const add = (value: number, start: number, end: number, sign: string | null): void => {
    const after = unitAfter(text, end);
    const unit = sign ?? after?.unit ?? null;
    found.push({ value, unit, start, end: after && !sign ? after.end : end });
  };
  for (const match of text.matchAll(arabic)) {
    const start = match.index;
    let end = start + match[0].length;
    const rest = text.slice(end);
    const ordinal = /^(?:st|nd|rd|th)\b/iu.exec(rest)?.[0];
    // "802.11n", "1.2.3", "A4": names of things, compared as words elsewhere.
    if (
      !ordinal &&
      (/^\.\d/u.test(rest) ||
        (/^[\p{Script=Latin}]/u.test(rest) && !unitAfter(text, end) && !scaleAfter.test(rest)))
    )
      continue;
    let value = Number(match[0].replace(/[,，]/gu, '').replace('−', '-'));
    if (ordinal || text[start - 1] === '第') {
      found.push({ value, unit: 'ordinal', start, end: end + (ordinal?.length ?? 0) });
      continue;
    }
    const before = text.slice(Math.max(0, start - 5), start);
    const scale = scaleAfter.exec(rest);
    if (scale) {
      value = Number((value * (scales[scale[0].trim().toLowerCase()] ?? 1)).toPrecision(15));
      end += scale[0].length;
    }
    const sign = before.endsWith('百分之')
      ? '%'
      : (currencySigns.find(([sign]) => sign.test(before))?.[1] ?? null);
    add(value, start, end, sign);
  }
  for (const match of text.matchAll(/[零〇一二两兩三四五六七八九十百千万萬亿億]+/gu)) {
    const start = match.index;
    const end = start + match[0].length;
    if (text.slice(end).startsWith('分之') || taken(start, end) || hanIdioms.test(text.slice(start, end + 2)))
      continue;
    const value = hanNumber(match[0]);
    if (value === null) continue;
    const before = text.slice(Math.max(0, start - 4), start);
    if (before.endsWith('第')) found.push({ value, unit: 'ordinal', start, end });
    else if (before.endsWith('百分之')) found.push({ value, unit: '%', start, end });
    else if (
      match[0].length > 1 ||
      (match[0] !== '一' &&
        /^[个名人位天年月日次倍条座只台件章层家种项分秒吨米元岁周]/u.test(text.slice(end)))
    )
      add(value, start, end, null);
  }
  for (const match of text.matchAll(englishNumber)) {
    const start = match.index;
    const end = start + match[0].length;
    if (/^one$/iu.test(match[0]) || taken(start, end)) continue;
    add(englishValue(match[0]), start, end, null);
  }
  for (const match of text.matchAll(
    /\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\b/giu,
  )) {
    const start = match.index;
    const end = start + match[0].length;
    if (!taken(start, end))
      found.push({ value: ordinals[match[0].toLowerCase()] ?? 0, unit: 'ordinal', start, end });
  }
  return found.sort((a, b) => a.start - b.start);
}
